"""Made-up numbers and pictures: they pass every check and belong to nobody. No database."""

import datetime as dt
import io

from PIL import Image

# The unified social credit code that GB 32100-2015 gives as its example.
CREDIT_CODE = "91350100M000100Y43"


def id_number(born_on: dt.date, serial: int = 1) -> str:
    """A number by the standard, for a place that issues none (区划 110100)."""
    digits = f"110100{born_on:%Y%m%d}{serial:03d}"
    weighted = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(digits))
    return digits + "10X98765432"[weighted % 11]


def picture(color: str = "red") -> bytes:
    """A photograph, as far as anybody can tell by its colour."""
    out = io.BytesIO()
    Image.new("RGB", (64, 80), color).save(out, "JPEG")
    return out.getvalue()
