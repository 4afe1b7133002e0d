"""Made-up identity numbers: they pass every check and belong to nobody."""

import datetime as dt


def id_number(born_on: dt.date, serial: int = 1) -> str:
    """A number by the standard, for a place that issues none (区划 110100)."""
    digits = f"110100{born_on:%Y%m%d}{serial:03d}"
    weighted = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(digits))
    return digits + "10X98765432"[weighted % 11]
