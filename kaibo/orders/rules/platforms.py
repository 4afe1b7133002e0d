"""Order files of other platforms: their columns, how each is known, and what is never kept.

Column names are those seen in exports of 抖店 (both variants), 快手小店 (with its older names),
淘宝, TikTok Shop and 微信小店 (two variants; what is known of each is in docs/files.md). Any other
file is "plain": its columns are guessed or said by a person.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import available_timezones

from kaibo.base.columns import Field, Fields, Sheet, header_forms, names
from kaibo.base.inputs import clean_text
from kaibo.base.sheets import cell_text
from kaibo.base.tables import Line
from kaibo.orders.errors import CurrencyUnknown, PlatformUnknown, ZoneUnknown

PlatformName = Literal["douyin", "kuaishou", "taobao", "tiktok", "weixin", "plain"]

SHOP_CHARS_MAX: Final = 80

FIELDS: Final = Fields(
    Field(
        "no", "code", "订单编号", "Order number",
        names(
            "主订单编号|主订单号|订单编号|订单号|order id|order no|order number|order_no|"
            "invoice|invoice no|单号"
        ),
        required=True,
    ),
    Field(
        "line_no", "code", "子订单编号", "Line number",
        names("子订单编号|子订单号|sub order id|order line id"),
    ),
    Field(
        "ordered_at", "moment", "下单时间", "Ordered at",
        names(
            "订单提交时间|订单创建时间|订单下单时间|下单时间|创建时间|created time|created at|"
            "created_at|order_date|order date|invoice_date|invoice date|订单日期|下单日期"
        ),
        required=True,
    ),
    Field(
        "paid_at", "moment", "付款时间", "Paid at",
        names("支付完成时间|订单支付时间|订单付款时间|支付时间|付款时间|paid time|paid_at|paid at"),
    ),
    Field(
        "changed_at", "moment", "最后修改时间", "Last changed",
        names(
            "订单更新时间|订单修改时间|最后修改时间|最后更新时间|修改时间|更新时间|last modified|"
            "last updated|updated at|updated_at|update time|updated time"
        ),
    ),
    Field("state", "state", "订单状态", "Order state", names("订单状态|order status")),
    Field(
        "after_sales", "state", "售后状态", "After-sales state",
        names("售后状态|商品售后|cancelation/return type|cancellation/return type"),
    ),
    Field(
        "product_code", "code", "商品编码", "Product code",
        names("商品id|商品编号|宝贝id|product id|product_no|product code|商品编码(平台)|商品编码"),
    ),
    Field(
        "sku_code", "code", "SKU编码", "SKU code",
        names(
            "sku编码|商家编码|seller sku|sku id|sku code|stock_code|stock code|stockcode|"
            "规格编码"
        ),
    ),
    Field(
        "title", "text", "商品名称", "Title",
        names("选购商品|商品名称|商品标题|宝贝标题|product name|description|商品"),
    ),
    Field(
        "spec", "text", "规格", "Specification",
        names("商品规格|商品属性|修改后的sku|variation|规格|spec"),
    ),
    Field(
        "units", "count", "数量", "Units",
        names("商品数量|成交数量|宝贝总数量|数量|quantity|件数|units"),
    ),
    Field(
        "unit_price", "money", "单价", "Unit price",
        names("商品单价|商品价格|单价|sku unit original price|unit_price|unit price|price"),
    ),
    Field(
        "amount", "money", "行金额", "Line amount",
        names(
            "订单应付金额|sku subtotal after discount|商品实际价格(总共)|商品金额|应付金额|行金额|"
            "小计|金额|amount|line amount"
        ),
    ),
    Field(
        "paid", "money", "行实付", "Line paid",
        names("paid_amount|paid amount|实付金额|行实付"),
    ),
    Field(
        "refund", "money", "行退款", "Line refund",
        names("refund_amount|refund amount|商品已退款金额|退款金额|行退款"),
    ),
    Field(
        "order_total", "money", "订单总额", "Order total",
        names("order amount|总金额|total_amount|total amount|订单总额|订单金额"),
    ),
    Field(
        "order_paid", "money", "订单实付", "Order paid",
        names("实付款|买家实际支付金额|订单实际支付金额|订单实付"),
    ),
    Field(
        "order_refund", "money", "订单退款", "Order refund",
        names("order refund amount|订单退款"),
    ),
    Field("region", "place", "大区", "Region", names("大区|region|区域")),
    Field(
        "province", "place", "省", "Province",
        names("收货地址-省|省|省份|收货省份|province"),
    ),
    Field("city", "place", "市", "City", names("收货地址-市|市|城市|收货城市|city")),
    Field(
        "customer_no", "code", "客户编号", "Customer number",
        names("客户编号|customer_no|customer_id|customer id|customer number"),
    ),
    Field("source", "text", "来源", "Source", names("流量来源|订单载体|渠道")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Platform:
    """Where a file comes from; it is known by the first set of headers that it has all of.

    ``zone`` and ``currency`` are empty where the platform's shops have no common one.
    """

    name: PlatformName
    label_zh: str
    label_en: str
    marks: tuple[tuple[str, ...], ...] = ()
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"


PLATFORMS: Final = {
    platform.name: platform
    for platform in (
        Platform(
            "douyin", "抖店", "Douyin shop",
            (("主订单编号", "子订单编号"), ("主订单编号", "选购商品")),
        ),
        Platform(
            "kuaishou", "快手小店", "Kuaishou shop",
            (
                ("订单号", "成交数量"),
                ("订单编号", "订单创建时间", "成交数量"),
                ("订单编号", "订单应付金额", "运单号"),
            ),
        ),
        Platform(
            "taobao", "淘宝", "Taobao",
            (("订单编号", "买家会员名"), ("订单编号", "宝贝标题", "宝贝总数量")),
        ),
        Platform(
            "tiktok", "TikTok Shop", "TikTok Shop",
            (("order id", "sku id"), ("order id", "order substatus")),
            zone="", currency="",
        ),
        Platform(
            "weixin", "微信小店", "Weixin shop",
            (
                ("订单号", "订单下单时间", "商品编码(平台)"),
                ("订单号", "下单时间", "商品编码(平台)", "订单实际支付金额"),
            ),
        ),
        Platform("plain", "其他表格", "Plain file"),
    )
}  # fmt: skip

# Code of a currency → how exports mark it.
CURRENCIES: Final[dict[str, tuple[str, ...]]] = {
    "CNY": ("人民币", "rmb", "cny", "cn¥", "¥", "元"),
    "BRL": ("brl", "r$"),
    "SGD": ("sgd", "s$"),
    "MXN": ("mxn", "mx$"),
    "USD": ("usd", "us$", "$"),
    "GBP": ("gbp", "£"),
    "EUR": ("eur", "€"),
    "THB": ("thb", "฿"),
    "VND": ("vnd", "₫"),
    "PHP": ("php", "₱"),
    "IDR": ("idr", "rp"),
    "MYR": ("myr", "rm"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTerms:
    """How a file is to be read: where it comes from and the shop's clock and money.

    ``shop`` tells two shops of one platform apart; an empty ``zone`` or ``currency`` must be
    said before the file can be written.
    """

    platform: PlatformName
    shop: str = ""
    zone: str = ""
    currency: str = ""


def detect(columns: Sequence[str]) -> PlatformName:
    """The platform whose headers these are; "plain" if none is sure."""
    known = {form for column in columns for form in header_forms(column)}
    for platform in PLATFORMS.values():
        for marks in platform.marks:
            if all(header_forms(mark)[0] in known for mark in marks):
                return platform.name
    return "plain"


def settle_terms(
    sheet: Sheet, *, platform: str = "", shop: str = "", zone: str = "", currency: str = ""
) -> FileTerms:
    """What was said, completed by what the file and its platform show.

    Raises:
        PlatformUnknown, ZoneUnknown, CurrencyUnknown, TextTooLong, TextUnreadable.
    """
    name = platform or detect(sheet.columns)
    if name not in PLATFORMS:
        raise PlatformUnknown(platform=name[:40])
    known = PLATFORMS[name]
    if zone and zone not in _zones():
        raise ZoneUnknown(zone=zone[:60])
    code = currency.upper()
    if code and code not in CURRENCIES:
        raise CurrencyUnknown(currency=currency[:10])
    return FileTerms(
        platform=known.name,
        shop=clean_text("shop", shop, chars_max=SHOP_CHARS_MAX),
        zone=zone or known.zone,
        currency=code or _marked_currency(sheet) or known.currency,
    )


def currency_in(text: str) -> tuple[str, str]:
    """The currency that an amount is marked with ("" if none), and the amount without the mark.

    >>> currency_in("R$ 413.57"), currency_in("86元"), currency_in("12")
    (('BRL', '413.57'), ('CNY', '86'), ('', '12'))
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    for mark, code in _MARKS:
        if folded.startswith(mark):
            return code, folded[len(mark) :].strip()
        if folded.endswith(mark):
            return code, folded[: -len(mark)].strip()
    return "", folded


_MARKS: Final = sorted(
    ((mark, code) for code, marks in CURRENCIES.items() for mark in marks),
    key=lambda pair: -len(pair[0]),
)


def without_personal(sheet: Sheet, chosen: Mapping[str, str | None]) -> tuple[Sheet, list[str]]:
    """The sheet without the columns that say who a buyer is, and the names of those left out.

    A column is left out for its name unless that is the name of a field, and for telephone
    numbers, identity numbers, addresses or mail in it unless it was chosen for a field. Where
    columns are left out, a line with more cells than the header has loses them all: nobody
    knows which of them is which.
    """
    known = FIELDS.guess(sheet.columns)
    out = {
        n
        for n, column in enumerate(sheet.columns)
        if known[column] is None
        and (_PERSONAL.search(_folded(column)) or (not chosen.get(column) and _holds(sheet, n)))
    }
    kept = [n for n in range(len(sheet.columns)) if n not in out]
    return _only(sheet, kept, hides=bool(out)), [sheet.columns[n] for n in sorted(out)]


def without_notes(sheet: Sheet) -> Sheet:
    """The sheet without lines under the header that explain it in words, as TikTok's do.

    Such a line has no figure where the order's number and time belong.
    """
    mapping = FIELDS.guess(sheet.columns)
    places = [n for n, name in enumerate(sheet.columns) if mapping[name] in ("no", "ordered_at")]
    lines = sheet.lines
    while len(places) == 2 and len(lines) > 1 and _is_note(lines[0], places):
        lines = lines[1:]
    return Sheet(sheet.columns, lines, sheet.header_line, sheet.notes)


def _is_note(line: Line, places: Sequence[int]) -> bool:
    texts = [cell_text(line.cells[n]) if n < len(line.cells) else "" for n in places]
    return all(len(text) > 1 and not re.search(r"\d", text) for text in texts)


def only_mapped(sheet: Sheet, mapping: Mapping[str, str | None]) -> Sheet:
    """The sheet with nothing but the columns that are read."""
    kept = [n for n, column in enumerate(sheet.columns) if mapping.get(column)]
    return _only(sheet, kept, hides=len(kept) < len(sheet.columns))


def _only(sheet: Sheet, kept: list[int], *, hides: bool) -> Sheet:
    width = len(sheet.columns)
    lines = []
    for line in sheet.lines:
        cells = (*line.cells, *[None] * (width - len(line.cells)))
        if hides and len(cells) > width:
            cells = (*[None] * width, *["…"] * (len(cells) - width))
        # Cells beyond the header stay, so that the line is refused.
        lines.append(Line(line.number, (*(cells[n] for n in kept), *cells[width:])))
    columns = tuple(sheet.columns[n] for n in kept)
    return Sheet(columns, tuple(lines), sheet.header_line, sheet.notes)


def _holds(sheet: Sheet, place: int) -> bool:
    cells: list[Any] = [line.cells[place] for line in sheet.lines if place < len(line.cells)]
    return any(_SAYS_WHO.search(cell_text(cell)) for cell in cells if cell is not None)


def _folded(column: str) -> str:
    return unicodedata.normalize("NFKC", column).casefold()


def _marked_currency(sheet: Sheet) -> str:
    mapping = FIELDS.guess(sheet.columns)
    money = [
        n
        for n, column in enumerate(sheet.columns)
        if (name := mapping[column]) and FIELDS.by_name[name].kind == "money"
    ]
    for line in sheet.lines[:50]:
        for n in money:
            cell = line.cells[n] if n < len(line.cells) else None
            if isinstance(cell, str) and (code := currency_in(cell)[0]):
                return code
    return ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_PERSONAL: Final = re.compile(
    r"收件|收货|姓名|手机|电话|地址|街道|会员|支付宝|身份证|实名|昵称|旺旺|买家|留言|备注|抬头|"
    r"账号|帐号|邮编|邮箱|微信|企微|微博|qq|单号|运单|快递信息|物流信息|授权推广者|授权号|快赚客|团长|定制|"
    r"phone|mobile|recipient|receiver|buyer|address|street|zip|post|e-?mail|username|message|"
    r"tracking|\bname\b|note|remark"
)
_SAYS_WHO: Final = re.compile(
    r"(?<!\d)1[3-9]\d(?:\d{4}|\*{4})\d{4}(?!\d)"
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
    r"|[\w.]+@\w+\.\w+"
    r"|[省市区县镇].{0,20}(?:路|街|道|巷|村|栋|幢|楼|室|号)"
)
