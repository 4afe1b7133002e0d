"""Cells of order files as values: money in a currency, moments in a zone, places, states."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from kaibo.base import cells
from kaibo.base.errors import NotACount, NotADate, NotAnAmount, TextMasked
from kaibo.base.sheets import cell_text
from kaibo.orders.errors import (
    MomentImpossible,
    OtherCurrency,
    PersonalNumber,
    ProvinceUnknown,
    StateUnclear,
)
from kaibo.orders.rules.platforms import currency_in

FileState = Literal["created", "paid", "closed", "refunded"]

YEAR_MIN: Final = 1990
# In these a dot parts thousands, and there is nothing after a comma.
_WHOLE_CURRENCIES: Final = {"IDR", "VND"}

_LABEL = re.compile(
    r"^(?:订单编号|订单号|订单|商品编号|商品编码|商品|货号|款号|客户编号|客户|编号|单号|no\.?)"
    r"\s*[:：]?\s*(?=[A-Za-z]{0,4}\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}", re.ASCII)
_BLANKS = re.compile(r"\s+")
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.#年]\s*(\d{1,2})\s*[-/.#月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_SLASHED = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?)?",
    re.ASCII | re.IGNORECASE,
)

DayOrder = Literal["day_first", "month_first", "unclear"]


@dataclass(frozen=True, slots=True)
class Clock:
    """How moments of a file are meant: the shop's zone, the order of 03/04/2026, and today."""

    zone: ZoneInfo
    day_order: DayOrder
    now: dt.datetime


def day_order(values: Iterable[Any]) -> DayOrder:
    """Whether 03/04/2026 begins with the day: told by a number above 12 somewhere in the file."""
    first = second = 0
    for value in values:
        found = _SLASHED.match(value.strip()) if isinstance(value, str) else None
        if found:
            first, second = max(first, int(found[1])), max(second, int(found[2]))
    if first > 12 and second <= 12:
        return "day_first"
    return "month_first" if second > 12 and first <= 12 else "unclear"


def without_label(number: str) -> str:
    """A number without the word that somebody typed before it.

    >>> without_label("商品X050"), without_label("X050"), without_label("商品")
    ('X050', 'X050', '商品')
    """
    return _LABEL.sub("", number)


def read_customer(value: Any) -> str | None:
    """A customer's number in the shop's own books.

    Raises:
        PersonalNumber: it is a telephone number, which is not kept.
    """
    code = cells.read_code(value)
    if code and _PHONE.fullmatch(code):
        raise PersonalNumber()
    return code


def read_soft_text(value: Any) -> str | None:
    """A text as typed; one that the platform masked says nothing."""
    try:
        return cells.read_text(value)
    except TextMasked:
        return None


def read_money(value: Any, *, currency: str, signed: bool) -> int | None:
    """An amount in hundredths of ``currency``: ``R$ 413.57``, ``1.2万``, ``-5.00``.

    Raises:
        OtherCurrency: marked with another currency.
        NotAnAmount: negative unless ``signed``, or no amount at all.
        IsAPercentage: ``3.08%``.
    """
    if cells.is_none(value) or isinstance(value, bool):
        return None
    text = cell_text(value).strip().lstrip("'’‘\t").replace("−", "-")
    minus, text = text.startswith("-"), text.removeprefix("-").strip()
    marked, plain = currency_in(text)
    if marked and marked != currency:
        raise OtherCurrency(found=marked, expected=currency)
    if plain.startswith("-"):
        minus, plain = not minus, plain.removeprefix("-").strip()
    if (minus and not signed) or (currency in _WHOLE_CURRENCIES and "." in plain):
        raise NotAnAmount()
    amount = cells.read_fen(plain)
    return -amount if minus and amount is not None else amount


def read_units(value: Any) -> int | None:
    """Units of a line; below 0 for goods that came back.

    Raises:
        NotACount: no whole number, or 0.
    """
    text = cell_text(value).strip()
    minus = text.startswith("-") and len(text) > 1
    units = cells.read_count(text.removeprefix("-") if minus else value)
    if units == 0:
        raise NotACount()
    return -units if minus and units is not None else units


def read_moment(value: Any, clock: Clock) -> dt.datetime | None:
    """A moment in UTC; one without a zone is by the shop's clock, a day begins at midnight.

    Raises:
        NotADate: no moment, or one that reads in two ways.
        MomentImpossible: before ``YEAR_MIN`` or more than a day ahead of the clock.
    """
    if cells.is_none(value):
        return None
    try:
        at = _moment(value, clock)
    except (ValueError, OverflowError) as error:
        raise NotADate() from error
    at = (at if at.tzinfo else at.replace(tzinfo=clock.zone)).astimezone(dt.UTC)
    if at.year < YEAR_MIN or at > clock.now + dt.timedelta(days=1):
        raise MomentImpossible(year=at.year)
    return at


def _moment(value: Any, clock: Clock) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - zone follows
    text = unicodedata.normalize("NFKC", cell_text(value)).strip().lstrip("'")
    if found := _MOMENT.fullmatch(text):
        year, month, day, hour, minute, second, zone = found.groups()
        clock_time = f"{int(hour or 0):02d}:{minute or '00'}:{second or '00'}{zone or ''}"
        return dt.datetime.fromisoformat(f"{year}-{int(month):02d}-{int(day):02d}T{clock_time}")
    if found := _SLASHED.fullmatch(text):
        if clock.day_order == "unclear":
            raise ValueError(text[:40])
        a, b = int(found[1]), int(found[2])
        day_, month_ = (a, b) if clock.day_order == "day_first" else (b, a)
        hours = int(found[4] or 0)
        if found[7]:
            hours = hours % 12 + (12 if found[7].casefold() == "pm" else 0)
        return dt.datetime(  # noqa: DTZ001 - zone follows
            int(found[3]), month_, day_, hours, int(found[5] or 0), int(found[6] or 0)
        )
    on = cells.read_date(text)
    if on is None or on == dt.date.max:
        raise ValueError(text[:40])
    return dt.datetime(on.year, on.month, on.day)  # noqa: DTZ001 - zone follows


def read_place(value: Any) -> str | None:
    """The name of a place without blanks inside (``西 区``); masked or missing is None."""
    text = read_soft_text(value)
    return _BLANKS.sub("", text) or None if text and "*" not in text else None


def read_province(value: Any) -> str | None:
    """A province by its full name, however short it was written.

    Raises:
        ProvinceUnknown: none of the 34 of GB/T 2260.
    """
    text = read_place(value)
    if text is None:
        return None
    found = _PROVINCES.get(text)
    if found is None:
        raise ProvinceUnknown()
    return found


def read_state(value: Any) -> str | None:
    """A state as the platform words it, trimmed."""
    text = read_soft_text(value)
    return " ".join(text.split()) or None if text else None


def state_of(text: str | None) -> FileState | None:
    """What a platform's word for the state of an order means; None for no word.

    Raises:
        StateUnclear: a word that is not known.
    """
    if not text:
        return None
    word = text.casefold()
    for state, pattern in _STATES:
        if pattern.search(word):
            return state
    raise StateUnclear()


def is_refunded(text: str | None) -> bool:
    """Whether a platform's word for after-sales means that the money went back.

    >>> is_refunded("退款成功"), is_refunded("退款中"), is_refunded("Return/Refund")
    (True, False, True)
    """
    return bool(text and _REFUNDED.search(text.casefold()))


_REFUNDED = re.compile(r"退款成功|已退款|已全额退款|退款完成|退货退款完成|售后完成|refund")
# In this order: 等待买家付款 holds 买家付款, 未发货 holds 发货.
_STATES: Final[tuple[tuple[FileState, re.Pattern[str]], ...]] = (
    ("refunded", re.compile(r"退款成功|已退款|^refunded$")),
    ("closed", re.compile(r"关闭|取消|cancel")),
    (
        "created",
        re.compile(r"待支付|待付款|未付款|未支付|等待买家付款|待确认|unpaid|to pay|on hold"),
    ),
    (
        "paid",
        re.compile(
            r"发货|备货|付款|支付|完成|成功|收货|签收|出库|配送|ship|transit|deliver|complete|paid"
        ),
    ),
)  # fmt: skip

_SHORT: Final = (
    "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东",
    "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西",
    "甘肃", "青海", "台湾",
)  # fmt: skip
_FULL: Final = {
    **{name: f"{name}省" for name in _SHORT},
    **{name: f"{name}市" for name in ("北京", "天津", "上海", "重庆")},
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区",
    "澳门": "澳门特别行政区",
}
_PROVINCES: Final = {spelt: full for short, full in _FULL.items() for spelt in (short, full)}
