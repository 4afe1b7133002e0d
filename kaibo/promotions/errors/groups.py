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


class NoSuchPresale(NotFound):
    """No presale of this id, or not of this show."""

    code = "no_such_presale"
    text_zh = "没有找到这个预售活动（编号 {id}）"
    text_en = "Presale {id} was not found"


class PresaleOn(Refusal):
    """A link carries one presale at a time."""

    code = "presale_on"
    text_zh = "{link_no} 号链接已有进行中的预售，请先结束它"
    text_en = "Link {link_no} already has a presale; end that one first"


class PresaleOver(Refusal):
    """No more deposits are taken."""

    code = "presale_over"
    text_zh = "{link_no} 号链接的预售已结束，不再收定金"
    text_en = "The presale of link {link_no} is over; no more deposits are taken"


class PresaleCannotBe(BadInput):
    """The terms of a presale that cannot be kept or may not be asked."""

    code = "presale_cannot_be"
    text_zh = "预售条款有误（{field}）：{why_zh}"
    text_en = "This presale cannot be ({field}): {why_en}"


class DepositTooLarge(BadInput):
    """A deposit is at most a fifth of the price (Civil Code art. 586)."""

    code = "deposit_too_large"
    text_zh = "定金不得超过总价的 20%（民法典第 586 条），最多 {most_fen}，请调低（{field}）"
    text_en = "A deposit is at most 20% of the price, {most_fen} here; lower it ({field})"


class RefundDeadlineMissing(BadInput):
    """Nobody said, or nobody was shown, when a deposit goes back (LM-111)."""

    code = "refund_deadline_missing"
    text_zh = "须事先写明并向买家展示退款期限（天），请填写 {field}"
    text_en = "Say in advance, and show, within how many days money goes back ({field})"
