"""Who bears what was taken off a line, and what comes back when part of it is refunded."""

from collections.abc import Iterable

from kaibo.promotions.rules.promotion import Payer
from kaibo.promotions.rules.quote import Given, Quote

PayerFen = dict[Payer, int]


def payer_amounts(quote: Quote) -> list[PayerFen]:
    """For each line of the basket, what each payer bears of all that was taken off it, in fen.

    Exact twice: over the payers it sums to what was taken off the line, and no payer's running
    total over the lines strays from their part of the promotion by more than a fen a payer.
    """
    lines: list[PayerFen] = [{} for _ in quote.lines]
    for used in quote.applied:
        payers = used.promotion.payers
        for line, part in zip(lines, _split(used.shares, [s.bp for s in payers]), strict=True):
            for share, fen in zip(payers, part, strict=True):
                if fen:
                    line[share.payer] = line.get(share.payer, 0) + fen
    return lines


def gift_payers(gift: Given) -> PayerFen:
    """What each payer bears of a gift's value, in fen."""
    payers = gift.promotion.payers
    (part,) = _split([gift.value_fen], [share.bp for share in payers])
    return {share.payer: fen for share, fen in zip(payers, part, strict=True) if fen}


def refund_fen(paid_fen: int, *, units: int, refunded: int, now: int) -> int:
    """What comes back for some units of a line, or any amount that was shared over its units.

    Units are paid back in turn: after n of them exactly ``paid_fen * n // units`` is back, so any
    steps end at exactly what was paid.

    Args:
        refunded: units paid back before.
        now: units paid back in this step.

    >>> [refund_fen(100, units=3, refunded=n, now=1) for n in range(3)]
    [33, 33, 34]
    """
    assert 0 <= refunded <= refunded + now <= units
    return paid_fen * (refunded + now) // units - paid_fen * refunded // units


def _split(amounts: Iterable[int], parts: list[int]) -> list[list[int]]:
    """Each amount over the parts, by what their running totals should be after it.

    Part by part the running total is a rounded share of what the parts before left, which never
    falls: so no piece is negative, and what was rounded on one line is made good on the next.
    """
    pieces, so_far, before = [], 0, [0] * len(parts)
    for amount in amounts:
        so_far += amount
        left, weight, totals = so_far, sum(parts), []
        for part in parts:
            totals.append((left * part * 2 + weight) // (weight * 2))
            left -= totals[-1]
            weight -= part
        pieces.append([now - then for now, then in zip(totals, before, strict=True)])
        before = totals
    return pieces
