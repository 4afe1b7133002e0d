"""Refusals of ordering and paying."""

from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.base.money import yuan


class NoSuchOrder(NotFound):
    """No order of this number, or not yours to see."""

    code = "no_such_order"
    text_zh = "没有找到订单 {no}"
    text_en = "Order {no} was not found"


class NoSuchPayment(NotFound):
    """A provider speaks of a payment that was never opened."""

    code = "no_such_payment"
    text_zh = "没有找到这笔支付"
    text_en = "This payment was not found"


class LinkOrClaim(BadInput):
    """An order buys from a link or uses a claim, not both and not neither."""

    code = "link_or_claim"
    text_zh = "请选择一个链接或一次抢购资格下单（二选一）"
    text_en = "Order from a link or with a claim: exactly one of them"


class LineTwice(BadInput):
    """One link or claim stands in two lines of an order."""

    code = "line_twice"
    text_zh = "同一链接或同一抢购记录只能占一行，请合并件数"
    text_en = "A link or a claim may stand in one line only; put its units together"


class ReceiverUnusable(BadInput):
    """The parcel could not be delivered with this."""

    code = "delivery_address_unusable"
    text_zh = "收货信息有误：{why_zh}"
    text_en = "The address cannot be used: {why_en}"


class KeyOfAnotherShow(Refusal):
    """A request key stands for one order; this one was used in another show."""

    code = "key_of_another_show"
    text_zh = "这个请求编号已用于另一场直播的订单 {no}。没有重复下单，请换一个编号再试"
    text_en = "This request key already stands for order {no} of another show. Use a new key"


class PriceChanged(Refusal):
    """The page showed another total than what the order costs now; nothing was written."""

    code = "price_changed"
    text_zh = "价格已变动：页面显示 ¥{expected}，当前应付 ¥{actual}，请确认后重新下单"
    text_en = "The price has changed: the page said ¥{expected}, it is ¥{actual} now; confirm anew"

    def __init__(self, *, expected_fen: int, actual_fen: int) -> None:
        super().__init__(expected_fen=expected_fen, actual_fen=actual_fen)

    def message(self, lang: str) -> str:
        """The sentence with both totals in yuan."""
        text = self.text_zh if lang.lower().startswith("zh") else self.text_en
        expected, actual = self.data["expected_fen"], self.data["actual_fen"]
        return text.format(expected=yuan(expected), actual=yuan(actual))


class NothingToPay(BadInput):
    """An order that would cost nothing; nothing was written."""

    code = "nothing_to_pay"
    text_zh = "订单应付为 ¥0，无法单独下单：请再选一件商品一起下单，或不使用这张券"
    text_en = (
        "This order would cost nothing and cannot be placed: add another thing, or leave the "
        "coupon out"
    )


class GiftGone(Refusal):
    """The page showed gifts that the order would not get; nothing was written."""

    code = "gift_gone"
    text_zh = (
        "页面显示的赠品已送完或不足：应赠 {shown} 件，现可赠 {left} 件；价格不变，请确认后重新下单"
    )
    text_en = (
        "The gifts on the page have run out: {shown} were shown, {left} are left; confirm anew"
    )


class OrderStateWrong(Refusal):
    """The step does not follow from the order's state."""

    code = "order_state_wrong"
    text_zh = "订单 {no} 当前为“{state}”，不能执行此操作"
    text_en = "Order {no} is “{state}”; that step does not follow"


class PayTooLate(Refusal):
    """The deadline for paying has passed."""

    code = "pay_too_late"
    text_zh = "订单 {no} 已超过付款时限，请重新下单"
    text_en = "The time to pay for order {no} is over; please order again"


class NothingToRefund(BadInput):
    """A refund of no units."""

    code = "nothing_to_refund"
    text_zh = "请选择要退款的商品件数"
    text_en = "Choose how many units to refund"


class NoSuchProvider(NotFound):
    """None of this name is set up here; what a stranger types is no failure of ours."""

    code = "no_such_provider"
    text_zh = "没有支付渠道“{provider}”"
    text_en = "There is no payment provider “{provider}”"


class PaymentOff(Refusal):
    """No payment provider is switched on."""

    code = "payment_off"
    http_status = 503
    text_zh = "支付暂不可用，请联系商家"
    text_en = "Payment is not available; please contact the seller"


class ProviderDown(Refusal):
    """A payment provider did not answer in time, or not believably; asking again is safe."""

    code = "provider_down"
    http_status = 503
    text_zh = "支付渠道暂时没有应答，请稍后再试或换一种支付方式"
    text_en = "The payment provider does not answer; try again later or choose another"


class ProviderRefused(Refusal):
    """A payment provider answered no; ``why`` is its own code."""

    code = "provider_refused"
    text_zh = "支付渠道拒绝了请求（{why}），请换一种支付方式或联系商家"
    text_en = "The payment provider refused ({why}); choose another or tell the seller"


class CallbackRefused(Refusal):
    """A callback is unsigned, wrongly signed, too old, or unreadable; nothing was written."""

    code = "callback_refused"
    http_status = 401
    text_zh = "支付通知校验失败（{why}）"
    text_en = "The callback cannot be trusted ({why})"
