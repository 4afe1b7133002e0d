"""Refusals of what is entered in the ledger by hand: statements and rates."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class StatementDiffers(Refusal):
    """A statement that differs is accepted with a reason or not at all."""

    code = "statement_differs"
    text_zh = "对账单有 {count} 处差异、{unread} 行未读懂；请先处理，或写明原因后再确认入账"
    text_en = (
        "The statement differs in {count} places and {unread} lines were not read; settle them, "
        "or say why it is accepted"
    )


class NothingToAccept(BadInput):
    """Neither a line that agrees nor a payout."""

    code = "nothing_to_accept"
    text_zh = "对账单里没有与总账一致的记录，也没有提现，无可入账；请核对渠道和文件"
    text_en = "No line agrees with the ledger and none is a payout; check the provider and the file"


class NoShowForRate(NotFound):
    """A rate is of a show that the organisation planned."""

    code = "no_show_for_rate"
    text_zh = "没有找到场次 {show_id}；佣金比例须设在本组织的场次上，请从场次列表选择"
    text_en = "Show {show_id} was not found; a rate is of a show of yours, choose one from the list"


class RateInThePast(BadInput):
    """A rate counts from now on, or later."""

    code = "rate_in_the_past"
    text_zh = "佣金比例只能从现在或以后生效，已付款的订单不变"
    text_en = "A rate may begin now or later; orders that are paid keep what stood then"
