"""A photograph as it came from a phone, made into one that harms nobody. Pure."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from kaibo.base.errors import PhotoTooLarge, PhotoUnreadable

BYTES_MAX: Final = 10 * 2**20
# Of a JPEG no more is decoded than is kept; of the others everything is, and needs the memory.
PIXELS_MAX: Final = 40_000_000
DECODED_PIXELS_MAX: Final = 16_000_000
SIDE_MAX: Final = 2_048
QUALITY: Final = 85
FORMATS: Final = ("JPEG", "PNG", "WEBP")
# How Pillow says that bytes are no whole picture.
_BROKEN: Final = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, KeyError, TypeError,
    struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG without anything but its pixels; sides in pixels."""

    data: bytes
    width: int
    height: int


def clean_photo(data: bytes, *, side_max: int = SIDE_MAX) -> Photo:
    """Decode a photograph and write its pixels anew, upright, at most ``side_max`` a side.

    Nothing of the file itself stays: no place or time of the camera, no comments, no thumbnail,
    no bytes before or after the picture. Of an animation the first picture counts; what shines
    through is white. The size is looked at before anything is decoded.

    Raises:
        PhotoTooLarge: more than ``BYTES_MAX`` or ``PIXELS_MAX``.
        PhotoUnreadable: none of ``FORMATS``, or broken.
    """
    check_size(len(data))
    from PIL import Image  # where a picture comes in

    try:
        with warnings.catch_warnings():
            # Its own limit is above ours, which refuses.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _again(data, side_max)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise PhotoUnreadable() from error


def check_size(size: int) -> None:
    """Refuse a file by its size alone, before it is read.

    Raises:
        PhotoTooLarge.
    """
    if size > BYTES_MAX:
        raise _too_large()


def _again(data: bytes, side_max: int) -> Photo:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as found:
        if found.width * found.height > PIXELS_MAX:
            raise _too_large()
        # A JPEG is decoded at a half, a quarter or an eighth where that is enough.
        found.draft("RGB", (side_max, side_max))
        if found.width * found.height > DECODED_PIXELS_MAX:
            raise _too_large()
        picture = ImageOps.exif_transpose(found)
        if picture.has_transparency_data:
            layer = picture.convert("RGBA")
            picture = Image.new("RGB", layer.size, "white")
            picture.paste(layer, mask=layer.getchannel("A"))
        picture = picture.convert("RGB")
    picture.thumbnail((side_max, side_max))
    # A picture made anew carries none of the other's side data into the file.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return Photo(out.getvalue(), *bare.size)


def _too_large() -> PhotoTooLarge:
    return PhotoTooLarge(bytes_max_mb=BYTES_MAX // 2**20, megapixels_max=PIXELS_MAX // 1_000_000)
