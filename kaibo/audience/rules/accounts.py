"""Logins of viewers' accounts, and how often a password may be wrong. Pure."""

import datetime as dt
import re
import unicodedata
from typing import Final

from kaibo.audience.errors.accounts import LoginUnreadable

PASSWORD_CHARS_MAX: Final = 128
# So many wrong passwords in a row lock an account for so long.
WRONG_MAX: Final = 5
LOCKED_FOR: Final = dt.timedelta(minutes=15)

_PHONE = re.compile(r"1\d{10}", re.ASCII)
_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", re.ASCII)


def plain_login(text: str) -> str:
    """A login as it is compared: half width, small letters, no blanks, no +86.

    Raises:
        LoginUnreadable: neither a mobile number nor an e-mail address.

    >>> plain_login("+86 138-0000-0000"), plain_login(" Ana@Example.com ")
    ('13800000000', 'ana@example.com')
    """
    value = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
    phone = value.replace("-", "").removeprefix("+86")
    if _PHONE.fullmatch(phone):
        return phone
    if len(value) > 200 or not _MAIL.fullmatch(value):
        raise LoginUnreadable(field="login", why="")
    return value


def is_phone(login: str) -> bool:
    """Whether a plain login is a mobile number."""
    return "@" not in login


def masked_login(login: str) -> str:
    """A login as its owner may know it again.

    >>> masked_login("13812345678"), masked_login("ana@example.com")
    ('138****5678', 'a***@example.com')
    """
    if is_phone(login):
        return f"{login[:3]}****{login[-4:]}"
    name, _, host = login.partition("@")
    return f"{name[:1]}***@{host}"


def minutes_locked(wrong: int, last_at: dt.datetime | None, *, now: dt.datetime) -> int:
    """For how many more minutes nobody may try; 0: they may.

    >>> at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    >>> [minutes_locked(n, at, now=at + dt.timedelta(seconds=61)) for n in (4, 5)]
    [0, 14]
    """
    if wrong < WRONG_MAX or last_at is None:
        return 0
    left = last_at + LOCKED_FOR - now
    return max(0, -(-int(left.total_seconds()) // 60))
