"""Claims of a flash sale: judged in batches, ordered, paid, released."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Sum

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.actions import return_stock, sell_stock
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    ClaimOrdered,
    ClaimPaid,
    ClaimRetaken,
    ClaimReturned,
    ClaimsReleased,
    ClaimUnits,
    ClaimWon,
    FlashSaleClaimsJudged,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.flash_sales import lock_sale, return_to_catalog
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.takings import taken_of
from kaibo.promotions.errors import (
    BuyerLimit,
    ClaimLapsed,
    ClaimUsed,
    NoSuchClaim,
    NotOnSale,
    SoldOut,
)
from kaibo.promotions.models import Claim, ClaimRow, FlashSale, insert_claims
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads import ClaimAnswer, Taken
from kaibo.promotions.rules import Attempt, Verdict, at_us, is_on, judge_claims, refusals

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
    earlier, held = _already(sale, {a.viewer_id for a in attempts})
    fresh = _first_of_each_key(attempts, earlier)
    judged = judge_claims(
        sale.terms, units_left=sale.units_left, held_by_viewer=held, attempts=fresh
    )
    verdicts = dict(
        zip(((a.viewer_id, a.request_key) for a in fresh), judged.verdicts, strict=True)
    )
    winners = [a for a, v in zip(fresh, judged.verdicts, strict=True) if v == "won"]
    winners.sort(key=lambda a: a.arrived_at)
    written = _write_claims(sale, winners, units_left=judged.units_left, now=now)
    for attempt, claim in zip(winners, written, strict=True):
        earlier[attempt.viewer_id, attempt.request_key] = claim
    _tell_judged(sale, winners, verdicts=judged.verdicts, claims=earlier, now=now)
    return [_answer(a, earlier, verdicts, units_left=sale.units_left) for a in attempts]


@transaction.atomic
def order_claim(*, claim_id: int, viewer_id: int, show_id: int, now: dt.datetime) -> Taken:
    """Turn a viewer's claim into an order's units; its deadline stays.

    Raises:
        NoSuchClaim, ClaimUsed, ClaimLapsed, BelowFloor: nothing was written.
    """
    rows = Claim.objects.select_related("sale__offer__sku")
    rows = rows.select_for_update(of=("self",), no_key=True)
    claim = rows.filter(pk=claim_id, viewer_id=viewer_id, sale__show_id=show_id).first()
    if claim is None:
        raise NoSuchClaim(id=claim_id)
    if claim.state in ("ordered", "paid", "returned"):
        raise ClaimUsed(id=claim_id)
    if claim.state == "released" or claim.pay_before <= now:
        raise ClaimLapsed(id=claim_id, pay_before=claim.pay_before)
    _move(claim, "ordered")
    _tell_claim(claim, ClaimOrdered, actor=Actor("viewer", viewer_id, _org(claim)), now=now)
    check_floor_now(claim.sale.offer_id, price_fen=claim.unit_price_fen)
    return taken_of(
        claim.sale.offer,
        units=claim.units,
        unit_price_fen=claim.unit_price_fen,
        claim_id=claim.pk,
        pay_before=claim.pay_before,
    )


@transaction.atomic
def mark_claim_paid(*, claim_id: int, now: dt.datetime) -> None:
    """The claimed units are paid for and leave the stock. Safe to repeat."""
    _sale, claim = _lock_claim(claim_id)
    if claim.state == "paid":
        return
    assert claim.state == "ordered", claim.state
    _sell(claim, now=now)


@transaction.atomic
def release_claim(*, claim_id: int, now: dt.datetime) -> None:
    """Give an unpaid order's claim back. Safe to repeat."""
    sale, claim = _lock_claim(claim_id)
    if claim.state in ("held", "ordered"):
        _release(sale, [claim], now=now)


def release_due_claims(*, now: dt.datetime) -> int:
    """Give back the claims nobody ordered in time; ordered ones are closed with their order.

    Returns:
        How many claims; one transaction per sale.
    """
    due = Claim.objects.filter(state="held", pay_before__lte=now)
    released = 0
    for sale_id in list(due.values_list("sale_id", flat=True).distinct()):
        with transaction.atomic():
            sale = lock_sale(sale_id)
            rows = due.filter(sale_id=sale_id).select_for_update(no_key=True)
            claims = list(rows.order_by("arrival"))
            if claims:
                _release(sale, claims, now=now)
                released += len(claims)
    return released


@transaction.atomic
def retake_claim(*, claim_id: int, now: dt.datetime) -> None:
    """Sell a released claim's units after all, at its price: a late payment came.

    Raises:
        NotOnSale, BuyerLimit, SoldOut, BelowFloor: nothing was written.
    """
    sale, claim = _lock_claim(claim_id)
    assert claim.state == "released", claim.state
    if not is_on(sale.terms, now):
        raise NotOnSale(link_no=sale.link_no, state=sale.state)
    mine = sale.claims.filter(viewer_id=claim.viewer_id, state__in=LIVE_CLAIMS)
    held = mine.aggregate(n=Sum("units"))["n"] or 0
    if held + claim.units > sale.units_per_buyer_max:
        raise BuyerLimit(held=held, max=sale.units_per_buyer_max)
    if claim.units > sale.units_left:
        raise SoldOut(link_no=sale.link_no, units_left=sale.units_left)
    sale.units_left -= claim.units
    sale.save(update_fields=["units_left"])
    fact = ClaimRetaken(
        claim_id=claim.pk,
        sale_id=sale.pk,
        link_no=sale.link_no,
        viewer_id=claim.viewer_id,
        units=claim.units,
        units_left=sale.units_left,
    )
    append(fact, at=now, org_id=_org(claim), show_id=sale.show_id, actor=SYSTEM(_org(claim)))
    _sell(claim, now=now)
    check_floor_now(sale.offer_id, price_fen=claim.unit_price_fen)


@transaction.atomic
def return_claim(*, claim_id: int, now: dt.datetime) -> None:
    """Units of a paid claim come back to the catalogue, not to the sale. Safe to repeat."""
    sale, claim = _lock_claim(claim_id)
    if claim.state == "returned":
        return
    assert claim.state == "paid", claim.state
    _move(claim, "returned")
    sale.units_returned += claim.units
    sale.save(update_fields=["units_returned"])
    return_stock(
        org_id=sale.organisation_id,
        sku_id=sale.sku_id,
        units=claim.units,
        reason=f"{sale.link_no} 号链接秒杀退款",
        now=now,
    )
    _tell_claim(claim, ClaimReturned, actor=SYSTEM(_org(claim)), now=now)


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
    units_left: int,
) -> ClaimAnswer:
    key = (attempt.viewer_id, attempt.request_key)
    claim = claims.get(key)
    return ClaimAnswer(
        request_key=attempt.request_key,
        viewer_id=attempt.viewer_id,
        ok=claim is not None,
        code="won" if claim else verdicts[key],
        claim_id=claim.id if claim else None,
        pay_before=claim.pay_before if claim else None,
        units_left=units_left,
    )


def _release(sale: FlashSale, claims: list[Claim], *, now: dt.datetime) -> None:
    """Units reopen while the window is open; afterwards they go back to the catalogue."""
    units = sum(claim.units for claim in claims)
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(state="released")
    to_catalog = not is_on(sale.terms, now)
    if to_catalog:
        return_to_catalog(sale, units, now=now)
    else:
        sale.units_left += units
    sale.save(update_fields=["units_left", "units_returned"])
    fact = ClaimsReleased(
        sale_id=sale.pk,
        link_no=sale.link_no,
        claims=[ClaimUnits(claim.pk, claim.viewer_id, claim.units) for claim in claims],
        to_catalog=to_catalog,
        units_left=sale.units_left,
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))


def _sell(claim: Claim, *, now: dt.datetime) -> None:
    _move(claim, "paid")
    sell_stock(
        org_id=_org(claim),
        sku_id=claim.sale.sku_id,
        units=claim.units,
        reason=f"{claim.sale.link_no} 号链接秒杀售出",
        now=now,
    )
    _tell_claim(claim, ClaimPaid, actor=SYSTEM(_org(claim)), now=now)


def _lock_claim(claim_id: int) -> tuple[FlashSale, Claim]:
    """The sale, then the claim, both under their locks."""
    sale = lock_sale(Claim.objects.values_list("sale_id", flat=True).get(pk=claim_id))
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim_id)
    claim.sale = sale
    return sale, claim


def _move(claim: Claim, state: str) -> None:
    claim.state = state
    claim.save(update_fields=["state"])


def _org(claim: Claim) -> int:
    return claim.sale.organisation_id


def _tell_claim(
    claim: Claim,
    kind: type[ClaimOrdered] | type[ClaimPaid] | type[ClaimReturned],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    fact: Fact = kind(
        claim_id=claim.pk,
        sale_id=claim.sale_id,
        link_no=claim.sale.link_no,
        viewer_id=claim.viewer_id,
        units=claim.units,
    )
    append(fact, at=now, org_id=_org(claim), show_id=claim.sale.show_id, actor=actor)
