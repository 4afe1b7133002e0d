"""Refusals of the line for a sold-out link."""

from kaibo.base.errors import Refusal


class StillThere(Refusal):
    """Who waits for a link that can be bought waits for nothing."""

    code = "still_there"
    text_zh = "{link_no} 号链接还有货，请直接下单"
    text_en = "Link {link_no} is not sold out; order it now"
