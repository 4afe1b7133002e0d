"""How a Chinese character sounds, as loosely as people spell by ear.

Tones are dropped, and so are the differences that typed homophones ignore: zh/z, ch/c, sh/s,
n/l at the front, ng/n at the end, ü/u. A character with several readings has its first.
"""

import re
import unicodedata
from functools import cache

_LOOSER = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^n"), "l"),
    (re.compile("ng$"), "n"),
)
_FIRST, _LAST = 0x3400, 0x9FFF


def loose(pinyin: str) -> str:
    """A syllable with or without tone marks as it is compared: ``zhōng`` → ``zon``."""
    plain = "".join(ch for ch in unicodedata.normalize("NFD", pinyin.lower()) if ch.isascii())
    for pattern, instead in _LOOSER:
        plain = pattern.sub(instead, plain)
    return plain.replace("v", "u")


@cache
def sounds() -> dict[str, str]:
    """Every character of the two common blocks that has a reading, and its loose syllable."""
    from pypinyin.constants import PINYIN_DICT  # its 40,000 readings, where a model asks for them

    return {
        chr(code): loose(readings.partition(",")[0])
        for code, readings in sorted(PINYIN_DICT.items())
        if _FIRST <= code <= _LAST
    }
