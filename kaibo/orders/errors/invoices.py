"""Refusals of invoices and of the address book."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class TaxNumberUnusable(BadInput):
    """A company's invoice needs its taxpayer number."""

    code = "tax_number_unusable"
    text_zh = "单位发票须填写正确的税号（统一社会信用代码，18 位），请核对营业执照"
    text_en = "A company's invoice needs its taxpayer number (18 characters); check the licence"


class NothingToInvoice(Refusal):
    """Nothing was paid, or all of it goes back."""

    code = "nothing_to_invoice"
    text_zh = "订单 {no} 没有可开票的金额（未支付，或已全部退款）"
    text_en = "Order {no} has nothing to invoice: it is not paid, or all of it is refunded"


class NoSuchInvoice(NotFound):
    """Not an invoice of this order or shop."""

    code = "no_such_invoice"
    text_zh = "没有这张发票申请"
    text_en = "There is no such invoice"


class InvoiceStateWrong(Refusal):
    """Not possible from the state it is in."""

    code = "invoice_state_wrong"
    text_zh = "发票现在是“{state}”，不能这样做；请刷新后再试"
    text_en = "The invoice is “{state}” now and cannot be changed like this; reload and try again"


class InvoiceNumberTaken(Refusal):
    """One number, one invoice."""

    code = "invoice_number_taken"
    text_zh = "发票号码 {number} 已登记在另一张发票上，请核对"
    text_en = "Invoice number {number} is on another invoice; check it"


class BookFull(Refusal):
    """So many addresses are enough for one buyer."""

    code = "address_book_full"
    text_zh = "最多保存 {most} 个收货地址，请先删除不用的"
    text_en = "At most {most} addresses can be kept; delete one that is not needed"


class NoSuchAddress(NotFound):
    """Not an address of this buyer."""

    code = "no_such_address"
    text_zh = "没有这个收货地址"
    text_en = "There is no such address"


class RegionCodeUnusable(BadInput):
    """No code of a place in China."""

    code = "region_code_unusable"
    text_zh = "行政区划代码须为 6 位数字，前两位为省级代码（GB/T 2260），或留空"
    text_en = "A region code has 6 digits and begins with a province (GB/T 2260), or is empty"


class PostcodeUnusable(BadInput):
    """No postcode of China."""

    code = "postcode_unusable"
    text_zh = "邮政编码须为 6 位数字，或留空"
    text_en = "A postcode has 6 digits, or is empty"


class AddressOrId(BadInput):
    """An address, or the id of a saved one."""

    code = "address_or_id"
    text_zh = "请填写收货地址，或选择一个已保存的地址，二者选一"
    text_en = "Give an address or the id of a saved one, not both and not neither"
