"""How long something is kept: R3L and its kin. Pure."""

import re
from typing import Final

# Corrections, verifications and what trade left behind are kept three years
# (直播电商监督管理办法 arts 16, 27, 28, 31).
YEARS_LEAST: Final = 3
# What the years count from, zh and en; nothing is from creation.
FROM: Final[dict[str, tuple[str, str]]] = {
    "": ("自产生之日起", "from creation"),
    "T": ("自交易完成之日起", "from completion of the trade"),
    "L": ("自直播结束之日起", "from the end of the live"),
    "X": ("自退出平台之日起", "from leaving the platform"),
    "P": ("自广告最后一次发布之日起", "from the last showing of the ad"),
}
_YEARS = re.compile(r"R([1-9]\d?)([TLXP]?)")


def years_of(code: str) -> tuple[int, str] | None:
    """Years and what they count from; None if the code says neither.

    >>> years_of("R3L"), years_of("R10"), years_of("forever")
    ((3, 'L'), (10, ''), None)
    """
    found = _YEARS.fullmatch(code)
    return (int(found[1]), found[2]) if found else None


def told(code: str) -> tuple[str, str]:
    """For a person, zh and en.

    >>> told("R3L")
    ('自直播结束之日起 3 年', '3 years from the end of the live')
    >>> told("R6M"), told("R60D")
    (('6 个月', '6 months'), ('60 日', '60 days'))
    """
    found = years_of(code)
    if found is not None:
        zh, en = FROM[found[1]]
        return f"{zh} {found[0]} 年", f"{found[0]} years {en}"
    number, unit = code[1:-1], code[-1]
    return {
        "M": (f"{number} 个月", f"{number} months"),
        "D": (f"{number} 日", f"{number} days"),
    }[unit]
