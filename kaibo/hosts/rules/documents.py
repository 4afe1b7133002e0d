"""Documents by which people are known, and their numbers. Pure."""

import datetime as dt
import re
import unicodedata
from typing import Final, Literal

from kaibo.hosts.errors import BornOnMissing, BornOnWrong, DocumentNumberWrong
from kaibo.hosts.rules import IdNumber, read_id_number

Document = Literal["resident_id", "hk_macau", "taiwan", "foreigner", "passport"]
DOCUMENTS: Final[dict[Document, tuple[str, str]]] = {
    "resident_id": ("居民身份证或居住证", "resident identity card or residence permit"),
    "hk_macau": ("港澳居民来往内地通行证", "travel permit for Hong Kong and Macau residents"),
    "taiwan": ("台湾居民来往大陆通行证", "travel permit for Taiwan residents"),
    "foreigner": ("外国人永久居留身份证", "permanent residence card for foreigners"),
    "passport": ("护照", "passport"),
}
NUMBER_CHARS_MAX: Final = 20
# No check character is laid down for these, so their shape is all that can be judged.
_SHAPE: Final = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
_BORN_MIN: Final = dt.date(1900, 1, 1)


def read_document(kind: Document, text: str, *, born_on: dt.date | None = None) -> IdNumber:
    """Read the number of a document; blanks, full width and small letters are forgiven.

    Args:
        born_on: as the document says; a resident identity number says it itself.

    Raises:
        IdNumberWrong: no resident identity number (GB 11643).
        DocumentNumberWrong: not 5 to 20 letters and digits.
        BornOnMissing, BornOnWrong: another document without a date of birth, or one that is not
            the date in the number.

    >>> read_document("passport", "e 1234 5678", born_on=dt.date(1990, 1, 2)).masked
    'E*******8'
    """
    if kind == "resident_id":
        number = read_id_number(text)
        if born_on is not None and born_on != number.born_on:
            raise BornOnWrong(field="born_on")
        return number
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _SHAPE.fullmatch(plain):
        raise DocumentNumberWrong(field="id_number")
    if born_on is None:
        raise BornOnMissing(field="born_on")
    if born_on < _BORN_MIN:
        raise BornOnWrong(field="born_on")
    return IdNumber(plain, born_on)
