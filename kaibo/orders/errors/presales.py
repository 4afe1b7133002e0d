"""Refusals of presales."""

from kaibo.base.errors import BadInput, Refusal


class BalanceNotOpen(Refusal):
    """The balance is paid in its window."""

    code = "balance_not_open"
    text_zh = "订单 {no} 尚未到尾款支付时间（{opens_at} 起），请届时再付"
    text_en = "The balance of order {no} can be paid from {opens_at} on"


class PresaleTermsChanged(Refusal):
    """The page showed other terms than stand; nothing was written."""

    code = "presale_terms_changed"
    text_zh = "预售条款与页面展示不一致（{field}），请刷新后确认条款再下单"
    text_en = "The page showed other terms ({field}); reload, read them and order again"


class PresaleWhole(BadInput):
    """An order paid in two parts is undone as a whole."""

    code = "presale_whole"
    text_zh = "预售订单只能整单退款或退货"
    text_en = "An order of a presale is refunded or returned as a whole"


class NoPenaltyOwed(Refusal):
    """The seller owes nothing beside the deposit for this order, or has paid it."""

    code = "no_penalty_owed"
    text_zh = "订单 {no} 没有待付的违约金"
    text_en = "No penalty is owed for order {no}"
