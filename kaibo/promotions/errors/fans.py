"""Refusals of what a fan tier gives."""

from kaibo.base.errors import BadInput


class NoSuchFanTier(BadInput):
    """A right is given to a tier that the shop has published, never to one nobody can reach."""

    code = "no_such_fan_tier"
    text_zh = "本店没有公布第 {place} 级粉丝等级，请先在“粉丝等级”页公布"
    text_en = "The shop has no fan tier {place}; publish it on the page of fan tiers first"
