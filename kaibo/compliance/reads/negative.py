"""The negative list as it ships."""

from functools import cache

from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.rules.negative import NegativeList, read_negative


@cache
def shipped_negative() -> NegativeList:
    """The list of every organisation (电子商务法 art. 13); own entries can only be added to it."""
    (source,) = (text for _name, text in packaged("negative"))
    return read_negative(source)
