"""Identity numbers, ages, and how long a verification holds. Pure."""

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.times import shop_day
from kaibo.hosts.errors import HostTooYoung, IdNumberWrong

Identity = Literal["valid", "due", "expired", "missing", "refused"]
Age = Literal["unknown", "too_young", "needs_guardian", "with_guardian", "adult"]

NAME_CHARS_MAX: Final = 60
METHODS: Final = ("document", "in_person", "provider")

# 直播电商监督管理办法 art. 8: re-verified at least every six months.
VERIFIED_MONTHS: Final = 6
# Warned this many days before a verification runs out.
DUE_DAYS: Final = 30
# 网络直播营销管理办法（试行） art. 17: 16 or over; 16 and 17 with a guardian's consent.
HOST_YEARS_MIN: Final = 16
ADULT_YEARS: Final = 18

# First two digits: province or region (GB/T 2260).
_PLACES: Final = frozenset(
    [
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64"),
        *("65", "71", "81", "82", "83"),
    ]
)
_SHAPE: Final = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_CHECK_CHARACTERS: Final = "10X98765432"
# The standard's second worked example was born in 1880.
_BIRTH_YEAR_MIN: Final = 1800


@dataclass(frozen=True, slots=True)
class IdNumber:
    """The number of a document that passed every check there is for its kind."""

    text: str
    born_on: dt.date

    @property
    def masked(self) -> str:
        """First and last character only.

        >>> read_id_number("11010519491231002X").masked
        '1****************X'
        """
        return f"{self.text[0]}{'*' * (len(self.text) - 2)}{self.text[-1]}"


def read_id_number(text: str) -> IdNumber:
    """Read an 18-character identity number; blanks, full width and a small x are forgiven.

    Raises:
        IdNumberWrong: the shape, place, date of birth or check character is wrong.

    Source: GB 11643 (check character: ISO 7064 MOD 11-2).
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _SHAPE.fullmatch(plain) or plain[:2] not in _PLACES:
        raise IdNumberWrong(field="id_number")
    if _CHECK_CHARACTERS[_weighted(plain) % 11] != plain[17]:
        raise IdNumberWrong(field="id_number")
    try:
        born_on = dt.date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        raise IdNumberWrong(field="id_number") from None
    if born_on.year < _BIRTH_YEAR_MIN:
        raise IdNumberWrong(field="id_number")
    return IdNumber(plain, born_on)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or that month's last day if it is shorter.

    >>> months_later(dt.date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def valid_through(verified_at: dt.datetime, months: int = VERIFIED_MONTHS) -> dt.date:
    """The last day on which a verification still holds."""
    return months_later(shop_day(verified_at), months)


def identity_state(
    verified_at: dt.datetime | None,
    *,
    now: dt.datetime,
    is_refused: bool = False,
    months: int = VERIFIED_MONTHS,
) -> Identity:
    """Whether a verification holds now: ``due`` still does, but its last 30 days have begun.

    Args:
        is_refused: the last document that was read was not this person's.

    Source: LM-001, LM-002.
    """
    if is_refused:
        return "refused"
    if verified_at is None:
        return "missing"
    left = (valid_through(verified_at, months) - shop_day(now)).days
    if left < 0:
        return "expired"
    return "due" if left <= DUE_DAYS else "valid"


def age_years(born_on: dt.date, *, on: dt.date) -> int:
    """Completed years; someone born on 29 February turns older on 1 March of common years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def age_state(
    born_on: dt.date | None,
    *,
    has_consent: bool,
    now: dt.datetime,
    years_min: int = HOST_YEARS_MIN,
) -> Age:
    """Whether somebody may appear by age.

    Source: LM-007: 16 or over; at 16 and 17 only with a guardian's consent.
    """
    if born_on is None:
        return "unknown"
    years = age_years(born_on, on=shop_day(now))
    if years < years_min:
        return "too_young"
    if years < ADULT_YEARS:
        return "with_guardian" if has_consent else "needs_guardian"
    return "adult"


def check_age(born_on: dt.date, *, now: dt.datetime, years_min: int = HOST_YEARS_MIN) -> None:
    """Refuse whoever is under 16, or under what the shop has set above it.

    Raises:
        HostTooYoung: not 16 yet on this day, or not born yet.
    """
    if age_state(born_on, has_consent=False, now=now, years_min=years_min) == "too_young":
        raise HostTooYoung(years_min=years_min)


def _weighted(digits: str) -> int:
    return sum(int(digits[i]) * (2 ** (17 - i) % 11) for i in range(17))
