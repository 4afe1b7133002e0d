"""Refusals of cards."""

from kaibo.base.errors import Refusal


class CardIncomplete(Refusal):
    """Viewers could not learn who sells, from whom, on what terms, or what the goods are."""

    code = "card_incomplete"
    http_status = 422
    text_zh = "{link_no} 号链接缺少须展示的信息：{lacks_zh}。请在商品页“商品卡信息”或策划页补齐"
    text_en = (
        "Link {link_no} lacks what viewers must see: {lacks_en}. Fill it in with the product "
        "(card facts) or on the plan page"
    )
