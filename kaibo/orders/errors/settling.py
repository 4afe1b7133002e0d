"""Refusals of refunds that go by bank."""

from kaibo.base.errors import NotFound, Refusal
from kaibo.orders.errors.buying import ProviderRefused


class RefundImpossible(ProviderRefused):
    """A payment provider answered that it will never make this refund; ``why`` is its own code."""

    code = "refund_impossible"
    text_zh = "支付渠道答复这笔款无法原路退回（{why}），请改用银行转账退还并登记"
    text_en = "The provider will never make this refund ({why}); send it by bank and enter it"


class RefundOnItsWay(ProviderRefused):
    """A payment provider took the refund and has not ended it; ``why`` is its own word."""

    code = "refund_on_its_way"
    text_zh = "支付渠道已受理退款，尚未完成（{why}），系统会继续查询，请勿另行转账"
    text_en = "The provider took the refund and has not ended it ({why}); send no other money"


class NoSuchRefund(NotFound):
    """Not a refund of this organisation."""

    code = "no_such_refund"
    text_zh = "没有这笔退款"
    text_en = "There is no such refund"


class RefundStateWrong(Refusal):
    """Not possible from the state it is in."""

    code = "refund_state_wrong"
    text_zh = "退款现在是“{state}”，不能这样做；请刷新后再看"
    text_en = "The refund is “{state}” now and cannot be changed like this; reload and look again"


class SettlementBySamePerson(Refusal):
    """Whoever entered the transfer cannot agree to it."""

    code = "settlement_by_same_person"
    text_zh = "金额超过一人可登记的上限，须由另一位同事复核，登记人本人不能确认"
    text_en = "The sum is above what one person may enter: another person has to agree to it"
