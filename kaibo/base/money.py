"""Money as whole fen. No floats anywhere near an amount."""

import re
from collections.abc import Sequence
from typing import NewType

Fen = NewType("Fen", int)

# Ten billion yuan: beyond any real price, far below a 64-bit column's end.
FEN_MAX = 1_000_000_000_000

_YUAN = re.compile(r"^[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?\s*元?$", re.ASCII)


def parse_yuan(text: str) -> Fen:
    """Read an amount in yuan as people type it ("12", "12.3", "¥1,299.00", "12元").

    Returns:
        Whole fen, 0 <= fen <= ``FEN_MAX``.

    Raises:
        ValueError: not an amount, negative, finer than a fen, or beyond ``FEN_MAX``.

    >>> parse_yuan("¥1,299.90")
    129990
    """
    found = _YUAN.match(text.strip())
    if not found:
        raise ValueError(f"not an amount in yuan: {text!r}")
    whole, part = found.group(1).replace(",", ""), found.group(2) or ""
    fen = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    if fen > FEN_MAX:
        raise ValueError(f"amount beyond {FEN_MAX} fen: {text!r}")
    return Fen(fen)


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals.

    >>> yuan(1230)
    '12.30'
    >>> yuan(-5)
    '-0.05'
    """
    sign = "-" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    return f"{sign}{whole}.{part:02d}"


def split_by_weight(total: int, weights: Sequence[int]) -> list[int]:
    """Spread one amount over parts in proportion to their weight, to the last fen.

    Largest remainder; ties go to the earlier part, so the result is repeatable.

    Args:
        total: the amount to spread, >= 0.
        weights: one per part, each >= 0; at least one > 0 unless ``total`` is 0.

    Returns:
        One share per part, same order; ``sum(shares) == total`` exactly.

    >>> split_by_weight(100, [333, 333, 334])
    [33, 33, 34]
    """
    assert total >= 0
    assert min(weights, default=0) >= 0
    whole = sum(weights)
    if whole == 0:
        assert total == 0, "nothing to spread the amount over"
        return [0] * len(weights)
    exact = [total * weight for weight in weights]
    shares = [part // whole for part in exact]
    left = total - sum(shares)
    if left:
        remainders = [part % whole for part in exact]
        # Sorting is stable, in reverse too: of equal remainders the earlier comes first.
        for i in sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)[:left]:
            shares[i] += 1
    return shares
