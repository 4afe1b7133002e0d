"""Refusals of group buys and presales."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchGroupOffer(NotFound):
    """No group buy of this id, or not of this show."""

    code = "no_such_group_offer"
    text_zh = "没有找到这个拼团活动（编号 {id}）"
    text_en = "Group buy {id} was not found"


class GroupOfferOn(Refusal):
    """A link carries one group buy at a time."""

    code = "group_offer_on"
    text_zh = "{link_no} 号链接已有进行中的拼团，请先结束它"
    text_en = "Link {link_no} already has a group buy; end that one first"


class GroupOfferOver(Refusal):
    """No new groups are opened."""

    code = "group_offer_over"
    text_zh = "{link_no} 号链接的拼团已结束，不能再开团，请按链接价购买"
    text_en = "The group buy of link {link_no} is over; no group can be opened any more"


class GroupPriceCannotBe(BadInput):
    """A group price that is none, or one that a leader would not have."""

    code = "group_price_cannot_be"
    text_zh = "拼团价填写有误（{field}）：{why_zh}"
    text_en = "This group price cannot be ({field}): {why_en}"
