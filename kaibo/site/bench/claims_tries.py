"""Who tries what in the claims bench, and the recount of what came of it."""

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from django.db import connection
from django.db.models import Count, Sum

from kaibo.promotions.models import Claim, FlashSale

REPEATS_SHARE = 0.05
GREEDY_SHARE = 0.01


class Try(NamedTuple):
    """One attempt for one unit. The last twelve digits of its key are the buyer's number."""

    buyer: int
    key: str


class Told(msgspec.Struct, frozen=True):
    """What one attempt was answered, whoever answered."""

    key: str
    code: str
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class Audit:
    """A sale recounted: winners, and everything that must not be."""

    winners: int
    oversold: int
    over_limit: int
    unequal: int

    @property
    def faults(self) -> int:
        """Units beyond the sale, buyers beyond their limit, answers at odds: all must be none."""
        return self.oversold + self.over_limit + self.unequal


def make_tries(count: int, *, seed: int = 7) -> list[Try]:
    """The attempts of as many buyers, shuffled.

    One in twenty is an earlier request sent again; one in a hundred is a second request of a
    buyer who may have one unit only.
    """
    dice = random.Random(seed)
    repeats, greedy = round(count * REPEATS_SHARE), round(count * GREEDY_SHARE)
    tries = [Try(buyer, key_of(buyer)) for buyer in range(1, count - repeats - greedy + 1)]
    second = [Try(one.buyer, key_of(one.buyer, request=2)) for one in dice.choices(tries, k=greedy)]
    tries += dice.choices(tries, k=repeats) + second
    dice.shuffle(tries)
    return tries


def key_of(buyer: int, *, request: int = 1) -> str:
    """The key of a buyer's request, a UUID."""
    return str(uuid.UUID(int=(request << 64) + buyer))


def units_for_half(tries: Sequence[Try]) -> int:
    """So many units that half of the buyers win."""
    return max(1, len({one.buyer for one in tries}) // 2)


def audit(sale_id: int, *, units: int, told: Iterable[Told]) -> Audit:
    """Recount a sale of one unit a buyer from its rows, and hold every answer against them.

    Raises:
        RuntimeError: the sale did not sell out, or its own count disagrees with its rows:
            such a run proves nothing.
    """
    claims = Claim.objects.filter(sale_id=sale_id)
    sold = claims.aggregate(units=Sum("units"))["units"] or 0
    left = FlashSale.objects.values_list("units_left", flat=True).get(pk=sale_id)
    if sold < units or left != units - min(sold, units):
        raise RuntimeError(f"sale {sale_id}: {sold} of {units} sold, {left} left")
    holders = claims.values("viewer_id").annotate(n=Count("id"))
    rows = dict(claims.values_list("request_key", "id"))
    unequal, answered = 0, set()
    for one in told:
        answered.add(one.key)
        words = ("won",) if one.key in rows else ("sold_out", "buyer_limit")
        unequal += one.claim_id != rows.get(one.key) or one.code not in words
    # Nobody may have won without being told.
    unequal += len(rows.keys() - answered)
    return Audit(len(rows), max(0, sold - units), holders.filter(n__gt=1).count(), unequal)


def durability() -> dict[str, str]:
    """What this connection says about keeping its word through a power cut."""
    with connection.cursor() as cursor:
        found = {}
        for name, ask in _DURABILITY[connection.vendor].items():
            cursor.execute(ask)
            found[name] = str(cursor.fetchone()[0])
    return found


_DURABILITY = {
    "sqlite": {"synchronous": "PRAGMA synchronous"},
    "postgresql": {"synchronous_commit": "SHOW synchronous_commit", "fsync": "SHOW fsync"},
}
# SQLite says FULL with a number.
_DURABLE = {
    "sqlite": {"synchronous": "2"},
    "postgresql": {"synchronous_commit": "on", "fsync": "on"},
}


def forgetfulness(found: dict[str, str]) -> str:
    """Why a database with these settings may lose what it acknowledged; empty if it may not."""
    wanted = _DURABLE[connection.vendor]
    lax = [f"{name} is {value}" for name, value in found.items() if value != wanted[name]]
    return f"the database is not durable: {', '.join(lax)}" if lax else ""
