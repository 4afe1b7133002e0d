"""Refusals of statements and of other platforms' order files."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class StatementWithoutDays(BadInput):
    """Neither the file nor the question says which days a statement is of."""

    code = "statement_without_days"
    text_zh = "对账单里没有可识别的时间列，请填写起止日期"
    text_en = "The statement has no column of times that can be read; give its first and last day"


class KindUnclear(BadInput):
    """A line that is neither money that came nor money that went back."""

    code = "statement_kind_unclear"
    text_zh = "既不是收款也不是退款，未参与对账"
    text_en = "Neither a payment nor a refund; it was not compared"


class NumberNeeded(BadInput):
    """A line that names no payment."""

    code = "statement_number_needed"
    text_zh = "没有支付单号，未参与对账"
    text_en = "No payment number; it was not compared"


class PlatformUnknown(BadInput):
    """No platform has this name."""

    code = "order_platform_unknown"
    text_zh = "没有“{platform}”这个平台，请从列表中选择"
    text_en = "There is no platform “{platform}”; choose one of the list"


class ZoneUnknown(BadInput):
    """No time zone has this name."""

    code = "order_zone_unknown"
    text_zh = "没有“{zone}”这个时区，请填写如 Asia/Shanghai"
    text_en = "There is no time zone “{zone}”; write one such as Asia/Shanghai"


class CurrencyUnknown(BadInput):
    """A currency that no file was seen in."""

    code = "order_currency_unknown"
    text_zh = "不支持币种“{currency}”，请填写如 CNY"
    text_en = "Currency “{currency}” is not read; write one such as CNY"


class TermsMissing(BadInput):
    """The file does not say by which clock or in which money it is written."""

    code = "order_file_terms_missing"
    text_zh = "文件没有写明店铺的时区或币种，请先选择（时区：{zone}，币种：{currency}）"
    text_en = (
        "The file does not tell the shop's time zone or currency; choose them first "
        "(zone: {zone}, currency: {currency})"
    )


class AmountNeeded(BadInput):
    """No column says what an order cost."""

    code = "order_amount_needed"
    text_zh = "还没有列对应到金额（行金额、订单总额、订单实付，或数量和单价），请先选择"
    text_en = (
        "No column goes to an amount yet (line amount, order total, order paid, or units "
        "and unit price); choose one"
    )


class CellNeeded(BadInput):
    """A cell is empty that the line cannot be counted without."""

    code = "order_cell_needed"
    text_zh = "这里不能为空，请补上"
    text_en = "This must not be empty; fill it in"


class OtherCurrency(BadInput):
    """An amount is marked with another currency than the file's."""

    code = "order_other_currency"
    text_zh = "金额是 {found}，而文件按 {expected} 读取；请分开导入"
    text_en = "The amount is in {found} and the file is read in {expected}; import them apart"


class PersonalNumber(BadInput):
    """A telephone number where a customer's number belongs."""

    code = "order_personal_number"
    text_zh = "这是手机号，不会保存；请换成内部的客户编号"
    text_en = "This is a telephone number and is not kept; use a customer number of your own"


class MomentImpossible(BadInput):
    """A moment that no order of the shop can have."""

    code = "order_moment_impossible"
    text_zh = "年份 {year} 不可能，请核对"
    text_en = "The year {year} cannot be; check it"


class ProvinceUnknown(BadInput):
    """No province of this name."""

    code = "order_province_unknown"
    text_zh = "不是省级行政区的名称，请核对"
    text_en = "Not the name of a province; check it"


class RegionUnlike(BadInput):
    """A line puts a province into another region than nearly all lines of the file."""

    code = "order_region_unlike"
    text_zh = "{province}在其余行都属于“{usual}”，请核对"
    text_en = "On all other lines {province} belongs to “{usual}”; check it"


class StateUnclear(BadInput):
    """An unknown word for an order's state, where nothing else tells whether it is paid."""

    code = "order_state_unclear"
    text_zh = "不认识这个订单状态，无法判断是否已付款；请改为待付款、已付款、已关闭或已退款"
    text_en = (
        "This state is not known, and nothing tells whether the order is paid; write unpaid, "
        "paid, closed (cancelled) or refunded"
    )


class AmountUnlike(BadInput):
    """The amount is not units times price, as it is on nearly all lines of the file."""

    code = "order_amount_unlike"
    text_zh = "金额不等于数量乘单价，请核对"
    text_en = "The amount is not units times unit price; check them"


class LinesDisagree(BadInput):
    """Lines of one order tell different things about the order itself."""

    code = "order_lines_disagree"
    text_zh = "同一订单各行的“{label_zh}”不一致，请核对"
    text_en = "Lines of this order differ in “{label_en}”; check them"


class OrderHeldBack(BadInput):
    """An order is written whole or not at all."""

    code = "order_held_back"
    text_zh = "同一订单的第 {other} 行有问题，整单未写入；改好后请连同本行一起导入"
    text_en = (
        "Line {other} of the same order has a problem, so none of it was written; mend it and "
        "import it together with this line"
    )


class OrderTooLarge(BadInput):
    """An order's amounts add up beyond anything real."""

    code = "order_too_large"
    text_zh = "订单金额超出上限，请核对"
    text_en = "The order adds up to more than can be; check its amounts"


class NoSuchOrderFile(NotFound):
    """No order file of this id in the organisation."""

    code = "no_such_order_file"
    text_zh = "没有找到这个订单文件（编号 {id}）"
    text_en = "Order file {id} was not found"


class OrderFileClosed(Refusal):
    """A file that was written, or is being written, keeps the meaning of its columns."""

    code = "order_file_closed"
    text_zh = "文件已开始导入，不能再改列的含义；请重新上传"
    text_en = "The file is being written or was; its columns keep their meaning. Upload it anew"


class NumberLabelled(BadInput):
    """A word stands before a number, as on hardly any other line of the file."""

    code = "order_number_labelled"
    text_zh = "编号前多了文字，是否应为“{number}”？请改好后重新导入"
    text_en = "A word stands before the number; should it be “{number}”? Mend it and import again"
