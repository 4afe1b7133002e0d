"""Claims of a flash sale, judged in batches. What becomes of them is next door."""

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import attrgetter

import msgspec
from django.db import transaction

from kaibo.audience.reads.fans import fan_places
from kaibo.base.actor import SYSTEM
from kaibo.compliance.reads import is_selling_paused
from kaibo.facts.promotions import (
    ClaimWon,
    FlashSaleClaimsJudged,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.breaker import (
    Watch,
    count_off,
    units_before_trip,
    watch_sale,
)
from kaibo.promotions.actions.flash_sales import lock_sale
from kaibo.promotions.actions.waitlist import places_in_line, take_places
from kaibo.promotions.models import ClaimRow, FlashSale, claims_of_viewers, insert_claims
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads import ClaimAnswer
from kaibo.promotions.rules import (
    Attempt,
    Verdict,
    at_us,
    free_units,
    judge_claims,
    refusals,
)

BATCH_MAX = 5_000


# A viewer and that viewer's own key: the same pair is the same claim.
_Key = tuple[int, str]
# The number of a stored claim and its deadline.
_Stored = tuple[int, dt.datetime]


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
    attempts = [
        a if a.arrived_at <= now else msgspec.structs.replace(a, arrived_at=now) for a in attempts
    ]
    viewers = {a.viewer_id for a in attempts}
    claims, held = _already(sale, viewers)
    line = places_in_line(sale, viewers)
    fresh = _first_of_each_key(attempts, claims)
    watch = watch_sale(sale)
    until = units_before_trip(sale, watch, now=now)
    if is_selling_paused(sale.organisation_id, sale.show_id):
        until = 0
    judged = judge_claims(
        sale.terms,
        units_left=sale.units_left,
        held_by_viewer=held,
        attempts=list(fresh.values()),
        waiting=sale.waiting,
        in_line=line.keys(),
        until_trip=until,
        fan_places=fan_places(viewers, org_id=sale.organisation_id) if sale.early_tier else None,
    )
    verdicts = dict(zip(fresh, judged.verdicts, strict=True))
    winners = {key: fresh[key] for key, verdict in verdicts.items() if verdict == "won"}
    claims |= _write_claims(sale, winners, judged.units_left, watch=watch, now=now)
    _tell_judged(sale, winners, claims, refused=refusals(judged.verdicts), now=now)
    line |= _join(sale, fresh, verdicts, line=line, now=now)
    units_left = free_units(sale.units_left, waiting=sale.waiting)
    answers = _answers(claims, verdicts, line=line, units_left=units_left)
    return [answers[a.viewer_id, a.request_key] for a in attempts]


def _already(sale: FlashSale, viewers: set[int]) -> tuple[dict[_Key, _Stored], dict[int, int]]:
    """Stored claims of these viewers by key, and the units each of them holds."""
    claims: dict[_Key, _Stored] = {}
    held: dict[int, int] = {}
    rows = claims_of_viewers(sale, viewers)
    for pk, viewer_id, key, units, state, pay_before in rows.values_list(
        "pk", "viewer_id", "request_key", "units", "state", "pay_before"
    ):
        claims[viewer_id, key] = pk, pay_before
        if state in LIVE_CLAIMS:
            held[viewer_id] = held.get(viewer_id, 0) + units
    return claims, held


def _first_of_each_key(
    attempts: Sequence[Attempt], claims: Mapping[_Key, _Stored]
) -> dict[_Key, Attempt]:
    """Attempts whose key has no claim yet, by arrival; of equal keys the first to arrive."""
    first: dict[_Key, Attempt] = {}
    for attempt in sorted(attempts, key=attrgetter("arrived_at")):
        key = (attempt.viewer_id, attempt.request_key)
        if key not in claims:
            first.setdefault(key, attempt)
    return first


def _join(
    sale: FlashSale,
    fresh: Mapping[_Key, Attempt],
    verdicts: Mapping[_Key, Verdict],
    *,
    line: Mapping[int, int],
    now: dt.datetime,
) -> dict[int, int]:
    """Write the places this batch gave, one per viewer by arrival, and say which they are."""
    newcomers: dict[int, Attempt] = {}
    for (viewer_id, key), verdict in verdicts.items():
        if verdict == "waiting" and viewer_id not in line:
            newcomers.setdefault(viewer_id, fresh[viewer_id, key])
    ahead = sale.waiting
    take_places(sale, list(newcomers.values()), now=now)
    return {viewer_id: place for place, viewer_id in enumerate(newcomers, start=ahead + 1)}


def _write_claims(
    sale: FlashSale,
    winners: Mapping[_Key, Attempt],
    units_left: int,
    *,
    watch: Watch,
    now: dt.datetime,
) -> dict[_Key, _Stored]:
    if not winners:
        return {}
    pay_before = now + dt.timedelta(seconds=sale.pay_within_s)
    rows = [ClaimRow(a.viewer_id, a.units, a.request_key, a.arrived_at) for a in winners.values()]
    ids = insert_claims(sale, rows, pay_before=pay_before)
    given_away = watch.each_fen * (sale.units_left - units_left)
    sale.units_left = units_left
    sale.claims_won += len(winners)
    counted = count_off(sale, off_fen=given_away, limits=watch.limits, now=now)
    sale.save(update_fields=["units_left", "claims_won", *counted])
    return {key: (pk, pay_before) for key, pk in zip(winners, ids, strict=True)}


def _tell_judged(
    sale: FlashSale,
    winners: Mapping[_Key, Attempt],
    claims: Mapping[_Key, _Stored],
    *,
    refused: dict[str, int],
    now: dt.datetime,
) -> None:
    # Knocking at a closed door is no fact: it would let anyone fill the journal.
    if not winners and not {"sold_out", "buyer_limit"} & refused.keys():
        return
    fact = FlashSaleClaimsJudged(
        sale_id=sale.pk,
        link_no=sale.link_no,
        won=[
            ClaimWon(claims[key][0], a.viewer_id, a.units, at_us(a.arrived_at))
            for key, a in winners.items()
        ],
        refused=refused,
        units_left=sale.units_left,
        first_arrival=sale.claims_won - len(winners),
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))


def _answers(
    claims: Mapping[_Key, _Stored],
    verdicts: Mapping[_Key, Verdict],
    *,
    line: Mapping[int, int],
    units_left: int,
) -> dict[_Key, ClaimAnswer]:
    """One answer a key: its claim, stored before or just now, its place in line, or why not."""
    answers = {
        (viewer_id, key): ClaimAnswer(key, viewer_id, True, "won", pk, pay_before, units_left)
        for (viewer_id, key), (pk, pay_before) in claims.items()
    }
    for (viewer_id, key), verdict in verdicts.items():
        if verdict == "waiting":
            place = line[viewer_id]
            answers[viewer_id, key] = ClaimAnswer(
                key, viewer_id, True, verdict, None, None, units_left, place
            )
        elif verdict != "won":
            answers[viewer_id, key] = ClaimAnswer(
                key, viewer_id, False, verdict, None, None, units_left
            )
    return answers
