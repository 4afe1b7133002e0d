"""Refusals of shipping and sending back."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class WaybillTaken(Refusal):
    """Another order's parcel has this number."""

    code = "waybill_taken"
    text_zh = "单号 {waybill} 已用于另一个订单的包裹，请核对"
    text_en = "Waybill {waybill} is on a parcel of another order; check it"


class WaybillMoves(Refusal):
    """One number cannot be on parcels of several orders."""

    code = "waybill_on_two_orders"
    text_zh = "本文件里同一单号写在了多个订单上（第 {other} 行），请核对"
    text_en = "This file has the same waybill on several orders (line {other}); check it"


class NoSuchLine(BadInput):
    """Not a line of this order."""

    code = "no_such_order_line"
    text_zh = "订单里没有这一行（编号 {id}）"
    text_en = "The order has no line {id}"


class NoSuchSkuInOrder(BadInput):
    """The order has no line of this SKU."""

    code = "order_has_no_such_sku"
    text_zh = "订单里没有 SKU“{sku}”，请核对编码，或清空该格以发出全部商品"
    text_en = "The order has no SKU “{sku}”; check the code, or empty the cell to ship everything"


class TooManyToShip(Refusal):
    """A line has fewer units left to ship."""

    code = "too_many_to_ship"
    text_zh = "只剩 {left} 件可发，不能发 {wanted} 件（已发或已退款的不再发）"
    text_en = "Only {left} units are left to ship, not {wanted}; shipped or refunded ones are not"


class NothingToShip(Refusal):
    """All units are shipped or refunded."""

    code = "nothing_to_ship"
    text_zh = "没有可发的商品：都已发出或已退款"
    text_en = "Nothing is left to ship: all units are on their way or refunded"


class UnitsShipped(Refusal):
    """The sale of units that left the shop is undone by a return."""

    code = "units_already_shipped"
    text_zh = "其中有商品已发货，请走退货（未发货的还有 {left} 件）；丢件或退回的，请先在包裹上标记"
    text_en = (
        "Some of these units were shipped: use a return ({left} are not shipped); if a parcel "
        "was lost or came back, mark it so first"
    )


class NoSuchParcel(NotFound):
    """No parcel of this id, or not yours to see."""

    code = "no_such_parcel"
    text_zh = "没有找到这个包裹（编号 {id}）"
    text_en = "Parcel {id} was not found"


class ParcelStateWrong(Refusal):
    """The verb does not follow from the parcel's state."""

    code = "parcel_state_wrong"
    text_zh = "包裹当前为“{state}”，不能这样操作，请刷新后再看"
    text_en = "The parcel is now “{state}”; this does not follow. Reload and look again"


class TooManyWaybills(BadInput):
    """More lines than one file of waybills may have."""

    code = "too_many_waybills"
    text_zh = "一次最多导入 {most} 行，本文件有 {rows} 行；请分成几份"
    text_en = "At most {most} lines at once, this file has {rows}; split it"


class NoSuchReturn(NotFound):
    """No return of this id, or not yours to see."""

    code = "no_such_return"
    text_zh = "没有找到这个退货申请（编号 {id}）"
    text_en = "Return {id} was not found"


class ReturnStateWrong(Refusal):
    """The verb does not follow from the return's state."""

    code = "return_state_wrong"
    text_zh = "退货申请当前为“{state}”，不能这样操作，请刷新后再看"
    text_en = "The return is now “{state}”; this does not follow. Reload and look again"


class NothingToReturn(Refusal):
    """Units that were not delivered, or are in another return."""

    code = "nothing_to_return"
    text_zh = "只有 {left} 件可退（须已签收且不在其他退货中）；未发货的请直接申请退款"
    text_en = (
        "Only {left} units can be sent back: delivered, and in no other return; ask for a refund "
        "of what was not shipped"
    )


class PhotosNeeded(BadInput):
    """Goods are judged by photographs and the standard of their category."""

    code = "photos_and_standard_needed"
    text_zh = "这样认定须附照片和所依据的品类标准；拆封或合理试用不是理由"
    text_en = (
        "This needs photographs and the standard of the category; opening the pack or trying it "
        "within reason is no ground"
    )


class RefundOnlyOff(Refusal):
    """The shop did not choose to refund without taking goods back."""

    code = "refund_only_off"
    text_zh = "本店未开启“仅退款”，请让买家寄回商品，或由管理员在售后设置里开启"
    text_en = (
        "This shop does not refund without taking the goods back; receive them, or let management "
        "allow it in the after-sales settings"
    )


class BuyerMustAgree(Refusal):
    """A paid order is a contract: the seller alone cannot undo it (电子商务法 §49)."""

    code = "buyer_must_agree"
    text_zh = "买家已付款，合同成立：不能以标错价、缺货等理由单方取消；请发起取消协商，由买家同意"
    text_en = (
        "The buyer has paid and the contract stands: a wrong price or missing stock does not undo "
        "it; ask the buyer to agree to the cancellation"
    )


class NoSuchNotice(NotFound):
    """The order has no notice of this id."""

    code = "no_such_notice"
    text_zh = "这个订单没有编号为 {id} 的通知，请刷新后再看"
    text_en = "The order has no notice {id}; reload and look again"


class NothingToAnswer(Refusal):
    """Nobody asked to cancel this order, or it was answered."""

    code = "no_cancel_ask_waits"
    text_zh = "没有待答复的取消协商，请刷新后再看"
    text_en = "No request to cancel waits for an answer; reload and look again"
