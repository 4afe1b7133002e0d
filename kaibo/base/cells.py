"""One cell as a value: the many ways in which people and exports write the same thing."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from kaibo.base.errors import (
    IdRounded,
    IsAPercentage,
    NotACount,
    NotADate,
    NotAnAmount,
    NotYesOrNo,
    TextMasked,
)
from kaibo.base.money import FEN_MAX
from kaibo.base.sheets import cell_text
from kaibo.base.times import shop_day

# A spreadsheet keeps 15 digits of a number; of longer ids the rest has become zeros.
EXACT_BELOW = 10**15
COUNT_MAX = 100_000_000

_NONE = re.compile(
    r"[-—–]*|#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE
)
_NO_NUMBER = {"null", "none", "nan", "n/a", "na", "无", "/", "暂无"}
_MASKED_CODE = re.compile(r"\*{2,}|^(?:##|\$\$)")
_MASKED_TEXT = re.compile(r"^(?:##|\$\$)")
_ROUNDED = re.compile(r"[+-]?\d+(?:\.\d+)?[Ee]\+\d+")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.(\d{0,20}))?", re.ASCII)
_SCALES = {"万": 4, "w": 4, "亿": 8, "千": 3, "k": 3}
_COUNTERS = re.compile(r"[件个瓶盒套支片袋只份箱台条]$")
_DATE = re.compile(
    r"(\d{4})\s*[-/.#年]\s*(\d{1,2})\s*[-/.#月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?", re.ASCII)
_EPOCH = dt.date(1899, 12, 30)
_FOR_EVER = {"长期", "长期有效", "永久", "永久有效", "permanent"}
_YES = {"是", "对", "y", "yes", "true", "t", "1", "1.0", "√", "✓", "✔", "有", "需要", "on"}
_NO = {"否", "不", "n", "no", "false", "f", "0", "0.0", "×", "✗", "✘", "x", "无", "不需要", "off"}


def is_none(value: Any) -> bool:
    """Whether a cell says nothing: empty, ``-`` or an error of the spreadsheet."""
    return value is None or (isinstance(value, str) and bool(_NONE.fullmatch(value.strip())))


def read_code(value: Any) -> str | None:
    """An id as text, without the tab or apostrophe that kept a spreadsheet from rounding it.

    Raises:
        IdRounded: it was kept as a number too long to be exact.
        TextMasked: it was hidden by the source.
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        if not -EXACT_BELOW < value < EXACT_BELOW:
            raise IdRounded()
        return cell_text(value)
    typed = typed_code(value)
    if is_none(value) or is_none(typed):
        return None
    text = re.sub(r"^['’‘]+(?=[0-9A-Za-z])", "", _half_width(typed)).strip()
    if _ROUNDED.fullmatch(text):
        raise IdRounded()
    if _MASKED_CODE.search(text):
        raise TextMasked()
    return text


def typed_code(value: Any) -> str:
    """An id just as it stands, for one that somebody chose to write oddly."""
    return unicodedata.normalize("NFC", cell_text(value)).strip()


def read_text(value: Any) -> str | None:
    """A text as typed.

    Raises:
        TextMasked: it was hidden by the source.
    """
    if is_none(value):
        return None
    text = cell_text(value)
    if _MASKED_TEXT.match(text.strip()):
        raise TextMasked()
    return text


def read_fen(value: Any) -> int | None:
    """Money in fen: ``¥1,299.00``, ``1.2万``, ``99元``, full-width digits.

    Raises:
        NotAnAmount: no amount, negative, another currency, finer than a fen or too large.
        IsAPercentage: ``3.08%``.
    """
    text = _figure(value)
    if text is None:
        return None
    text = re.sub(r"^(?:人民币|rmb|cny|¥)\s*|\s*元$", "", text)
    number = _decimal(text)
    if number is None:
        raise NotAnAmount()
    fen = number.scaleb(2)
    near = fen.to_integral_value()
    # Excel keeps 19.9 as 19.899999999999999; anything farther off is a real third decimal.
    if abs(fen - near) > Decimal("0.000001") or near > FEN_MAX:
        raise NotAnAmount()
    return int(near)


def read_count(value: Any) -> int | None:
    """A whole number of 0 or more: ``1,200``, ``1.2万``, ``30件``.

    Raises:
        NotACount: anything else.
        IsAPercentage: ``3%``.
    """
    text = _figure(value)
    if text is None:
        return None
    number = _decimal(_COUNTERS.sub("", text))
    if number is None or number != number.to_integral_value() or number > COUNT_MAX:
        raise NotACount()
    return int(number)


def read_date(value: Any) -> dt.date | None:
    """A day; a moment with a time zone is the day it falls on in the shop's zone.

    Raises:
        NotADate: no date, or one that reads in two ways (``03/04/2026``).
    """
    if isinstance(value, dt.datetime):
        return shop_day(value) if value.tzinfo else value.date()
    if isinstance(value, dt.date):
        return value
    if is_none(value):
        return None
    text = unicodedata.normalize("NFKC", cell_text(value)).strip()
    if text.casefold() in _NO_NUMBER:
        return None
    if text.casefold() in _FOR_EVER:
        return dt.date.max
    try:
        return _date(text)
    except (ValueError, OverflowError) as error:
        raise NotADate() from error


def read_yes_no(value: Any) -> bool | None:
    """Yes or no in the spellings seen.

    Raises:
        NotYesOrNo: neither.
    """
    if isinstance(value, bool):
        return value
    if is_none(value):
        return None
    word = unicodedata.normalize("NFKC", cell_text(value)).strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise NotYesOrNo()


def _date(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, zone = found.groups()
        on = dt.date(int(year), int(month), int(day))
        if hour is None:
            return on
        at = f"{on.isoformat()}T{int(hour):02d}:{minute}:{second or '00'}{zone or ''}"
        moment = dt.datetime.fromisoformat(at)
        return shop_day(moment) if moment.tzinfo else moment.date()
    compact = _COMPACT_DATE.fullmatch(text)
    if compact:
        return dt.date(*map(int, compact.groups()))
    serial = _SERIAL.fullmatch(text)
    if serial:
        return _EPOCH + dt.timedelta(days=int(serial[1]))
    raise ValueError(text[:40])


def _figure(value: Any) -> str | None:
    """What stands where a number belongs, folded; None when the cell says nothing."""
    if is_none(value) or isinstance(value, bool):
        if isinstance(value, bool):
            raise NotACount()
        return None
    text = unicodedata.normalize("NFKC", cell_text(value)).replace("¥", "¥").strip().casefold()
    text = text.lstrip("'’‘").strip()
    if text in _NO_NUMBER or not text:
        return None
    if text.endswith("%"):
        raise IsAPercentage()
    return text


def _decimal(text: str) -> Decimal | None:
    scale = _SCALES.get(text[-1:], 0)
    found = _NUMBER.fullmatch(text[:-1].rstrip() if scale else text)
    if found is None:
        return None
    return Decimal(f"{found[1].replace(',', '')}.{found[2] or '0'}").scaleb(scale)


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
