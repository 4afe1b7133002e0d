"""Judging what people and programs send: texts and whole numbers, before anything is written."""

import re
import unicodedata

from kaibo.base.errors import (
    AddressUnusable,
    NumberOutOfRange,
    TextMissing,
    TextTooLong,
    TextUnreadable,
)

# A whole number that every engine's 64-bit column holds with room to add.
WHOLE_MAX = 10**15
URL_CHARS_MAX = 500

_ADDRESS = re.compile(r"(?:https?://[^/\s\"'<>\\]|/(?!/))[^\s\"'<>\\]*", re.IGNORECASE)


def clean_text(field: str, value: str, *, chars_max: int, required: bool = False) -> str:
    """The text without outer blanks, in Unicode form C; tabs stay, line breaks become "\\n".

    Raises:
        TextMissing: ``required`` and nothing is left.
        TextTooLong: more than ``chars_max`` characters.
        TextUnreadable: control characters or unpaired surrogates, which databases refuse.
    """
    if any(_unreadable(char) for char in value):
        raise TextUnreadable(field=field)
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not text:
        raise TextMissing(field=field)
    if len(text) > chars_max:
        raise TextTooLong(field=field, chars=len(text), chars_max=chars_max)
    return text


def clean_url(field: str, value: str) -> str:
    """A web address (http, https) or a path on this site; empty stays empty.

    Raises:
        AddressUnusable: another scheme (``javascript:``), a foreign host without one (``//…``),
            or blanks and quotes inside.
        TextTooLong, TextUnreadable: as ``clean_text``.
    """
    text = clean_text(field, value, chars_max=URL_CHARS_MAX)
    if text and not _ADDRESS.fullmatch(text):
        raise AddressUnusable(field=field)
    return text


def check_whole(field: str, value: int, *, least: int = 0, most: int = WHOLE_MAX) -> int:
    """The number itself, when ``least <= value <= most``.

    Raises:
        NumberOutOfRange: outside; the value in the answer is rounded when it is enormous.
    """
    if not least <= value <= most:
        raise NumberOutOfRange(field=field, value=_short(value), least=least, most=most)
    return value


def _unreadable(char: str) -> bool:
    return char not in "\n\r\t" and unicodedata.category(char) in ("Cc", "Cs")


def _short(value: int) -> str:
    # Python refuses to print integers beyond 4,300 digits.
    return str(value) if value.bit_length() < 80 else f"≈2^{value.bit_length()}"
