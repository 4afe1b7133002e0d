"""Photographs for the tests, good and bad, made as they are needed."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

SECRET = b"GPS 31.2304N 121.4737E, camera 12345"


def jpeg(size: tuple[int, int] = (64, 48), color: str = "red", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", **more)
    return out.getvalue()


def phone_jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    """As a phone writes it: turned, with a place, a comment, and words behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(size, exif=exif, comment=SECRET) + b"<script>" + SECRET


def png(size: tuple[int, int] = (8, 8), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 by 60,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
