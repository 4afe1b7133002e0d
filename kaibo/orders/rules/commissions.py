"""What hosts and agencies get of a line: which rate stands, and how much that is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Payee = Literal["host", "agency"]
PAYEES: Final[dict[str, str]] = {"host": "主播", "agency": "机构"}
RATE_BP_MAX: Final = 9_000
PAYEE_CHARS_MAX: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate as it was set; ``link_no`` None is the whole show, ``rate_bp`` 0 ends an earlier one.

    Args:
        payee: whose it is; two of the same are the same person's or agency's.
        rate_bp: hundredths of a percent of what the buyer paid.
        from_at: from then on; orders paid before keep what stood then.
    """

    id: int
    payee: tuple[str, int | None, str]
    link_no: int | None
    rate_bp: int
    from_at: dt.datetime


def rates_in_force(rates: Iterable[Rate], *, link_no: int, at: dt.datetime) -> list[Rate]:
    """The rate of each payee for a link: the link's own before the show's, the newest of each.

    >>> noon = dt.datetime(2026, 5, 1, 4, tzinfo=dt.UTC)
    >>> show, link = (
    ...     Rate(id=id, payee=("host", 1, ""), link_no=link, rate_bp=bp, from_at=noon)
    ...     for id, link, bp in ((1, None, 500), (2, 7, 0))
    ... )
    >>> [[rate.id for rate in rates_in_force([show, link], link_no=n, at=noon)] for n in (6, 7)]
    [[1], []]
    """
    best: dict[tuple[str, int | None, str], Rate] = {}
    for rate in sorted(rates, key=lambda rate: (rate.link_no is not None, rate.from_at, rate.id)):
        if rate.from_at <= at and rate.link_no in (None, link_no):
            best[rate.payee] = rate
    return sorted((rate for rate in best.values() if rate.rate_bp), key=lambda rate: rate.id)


def commission_fen(base_fen: int, rate_bp: int) -> int:
    """A commission in fen, rounded down: of nothing it is nothing, so all of it can go back.

    >>> commission_fen(9_900, 1_250), commission_fen(7, 1_000), commission_fen(0, 9_000)
    (1237, 0, 0)
    """
    return base_fen * rate_bp // 10_000
