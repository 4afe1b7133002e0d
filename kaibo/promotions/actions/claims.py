"""Claims of a flash sale, judged in batches. What becomes of them is next door."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.facts.promotions import (
    ClaimWon,
    FlashSaleClaimsJudged,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.flash_sales import lock_sale
from kaibo.promotions.actions.waitlist import places_in_line, take_places
from kaibo.promotions.models import ClaimRow, FlashSale, insert_claims
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads import ClaimAnswer
from kaibo.promotions.rules import (
    Attempt,
    Judgement,
    Verdict,
    at_us,
    free_units,
    judge_claims,
    refusals,
)

BATCH_MAX = 5_000


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A stored claim of somebody in the batch."""

    id: int
    pay_before: dt.datetime


def claim_flash_sale(
    *, sale_id: int, viewer_id: int, units: int, request_key: str, now: dt.datetime
) -> ClaimAnswer:
    """Claim for one viewer: a batch of one, arriving now. See ``claim_flash_sale_batch``."""
    attempt = Attempt(viewer_id, units, request_key, now)
    return claim_flash_sale_batch(sale_id=sale_id, attempts=[attempt], now=now)[0]


@transaction.atomic
def claim_flash_sale_batch(
    *, sale_id: int, attempts: Sequence[Attempt], now: dt.datetime
) -> list[ClaimAnswer]:
    """Judge what arrived in the last moments under one lock, in one transaction.

    Safe to repeat: a request key that won before gets the same claim again; a refusal is not
    stored, so its key is judged anew. When this returns, every winner is on disk. An attempt
    that arrived later than ``now`` counts as arriving now.

    Args:
        attempts: at most 5,000, in any order; arrival decides.

    Returns:
        One answer per attempt, in the same order.

    Raises:
        NoSuchSale: nothing was written.
    """
    assert len(attempts) <= BATCH_MAX
    sale = lock_sale(sale_id)
    attempts = [a if a.arrived_at <= now else replace(a, arrived_at=now) for a in attempts]
    viewers = {a.viewer_id for a in attempts}
    earlier, held = _already(sale, viewers)
    line = places_in_line(sale, viewers)
    fresh = _first_of_each_key(attempts, earlier)
    judged = judge_claims(
        sale.terms,
        units_left=sale.units_left,
        held_by_viewer=held,
        attempts=fresh,
        waiting=sale.waiting,
        in_line=line.keys(),
    )
    verdicts = dict(
        zip(((a.viewer_id, a.request_key) for a in fresh), judged.verdicts, strict=True)
    )
    winners = [a for a, v in zip(fresh, judged.verdicts, strict=True) if v == "won"]
    written = _write_claims(sale, winners, units_left=judged.units_left, now=now)
    for attempt, claim in zip(winners, written, strict=True):
        earlier[attempt.viewer_id, attempt.request_key] = claim
    _tell_judged(sale, winners, verdicts=judged.verdicts, claims=earlier, now=now)
    line |= _join(sale, fresh, judged=judged, line=line, now=now)
    units_left = free_units(sale.units_left, waiting=sale.waiting)
    return [_answer(a, earlier, verdicts, line=line, units_left=units_left) for a in attempts]


def _already(
    sale: FlashSale, viewers: set[int]
) -> tuple[dict[tuple[int, str], _Earlier], dict[int, int]]:
    """Stored claims of these viewers by key, and the units each of them holds."""
    earlier: dict[tuple[int, str], _Earlier] = {}
    held: dict[int, int] = {}
    rows = sale.claims.filter(viewer_id__in=viewers)
    for pk, viewer_id, key, units, state, pay_before in rows.values_list(
        "pk", "viewer_id", "request_key", "units", "state", "pay_before"
    ):
        earlier[viewer_id, key] = _Earlier(pk, pay_before)
        if state in LIVE_CLAIMS:
            held[viewer_id] = held.get(viewer_id, 0) + units
    return earlier, held


def _first_of_each_key(
    attempts: Sequence[Attempt], earlier: dict[tuple[int, str], _Earlier]
) -> list[Attempt]:
    """Attempts whose key was not answered before; of equal keys the first to arrive."""
    first: dict[tuple[int, str], Attempt] = {}
    for attempt in sorted(attempts, key=lambda a: a.arrived_at):
        key = (attempt.viewer_id, attempt.request_key)
        if key not in earlier:
            first.setdefault(key, attempt)
    return list(first.values())


def _join(
    sale: FlashSale,
    fresh: list[Attempt],
    *,
    judged: Judgement,
    line: dict[int, int],
    now: dt.datetime,
) -> dict[int, int]:
    """Write the places this batch gave, one per viewer by arrival, and say which they are."""
    newcomers: dict[int, Attempt] = {}
    for attempt, verdict in zip(fresh, judged.verdicts, strict=True):
        if verdict == "waiting" and attempt.viewer_id not in line:
            newcomers.setdefault(attempt.viewer_id, attempt)
    ahead = sale.waiting
    take_places(sale, list(newcomers.values()), now=now)
    return {viewer_id: place for place, viewer_id in enumerate(newcomers, start=ahead + 1)}


def _write_claims(
    sale: FlashSale, winners: list[Attempt], *, units_left: int, now: dt.datetime
) -> list[_Earlier]:
    if not winners:
        return []
    pay_before = now + dt.timedelta(seconds=sale.pay_within_s)
    rows = [ClaimRow(a.viewer_id, a.units, a.request_key, a.arrived_at) for a in winners]
    ids = insert_claims(sale, rows, pay_before=pay_before)
    sale.units_left = units_left
    sale.claims_won += len(winners)
    sale.save(update_fields=["units_left", "claims_won"])
    return [_Earlier(pk, pay_before) for pk in ids]


def _tell_judged(
    sale: FlashSale,
    winners: list[Attempt],
    *,
    verdicts: list[Verdict],
    claims: dict[tuple[int, str], _Earlier],
    now: dt.datetime,
) -> None:
    # Knocking at a closed door is no fact: it would let anyone fill the journal.
    refused = refusals(verdicts)
    if not winners and not {"sold_out", "buyer_limit"} & refused.keys():
        return
    fact = FlashSaleClaimsJudged(
        sale_id=sale.pk,
        link_no=sale.link_no,
        won=[
            ClaimWon(
                claims[a.viewer_id, a.request_key].id, a.viewer_id, a.units, at_us(a.arrived_at)
            )
            for a in winners
        ],
        refused=refused,
        units_left=sale.units_left,
        first_arrival=sale.claims_won - len(winners),
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))


def _answer(
    attempt: Attempt,
    claims: dict[tuple[int, str], _Earlier],
    verdicts: dict[tuple[int, str], Verdict],
    *,
    line: dict[int, int],
    units_left: int,
) -> ClaimAnswer:
    key = (attempt.viewer_id, attempt.request_key)
    claim = claims.get(key)
    code = "won" if claim else verdicts[key]
    return ClaimAnswer(
        request_key=attempt.request_key,
        viewer_id=attempt.viewer_id,
        ok=code in ("won", "waiting"),
        code=code,
        claim_id=claim.id if claim else None,
        pay_before=claim.pay_before if claim else None,
        units_left=units_left,
        place=line[attempt.viewer_id] if code == "waiting" else None,
    )
