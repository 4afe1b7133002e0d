"""Codes of the state that carry a check character. Pure."""

from typing import Final

# GB 32100-2015: digits and capital letters but I, O, S, V, Z; the 18th is the check character.
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_credit_code(code: str) -> bool:
    """Whether the check character of an 18-character unified social credit code fits.

    GB 32100-2015: weights are powers of 3 modulo 31.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    if len(code) != 18 or any(char not in _ALPHABET for char in code):
        return False
    total = sum(_ALPHABET.index(char) * 3**place % 31 for place, char in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]
