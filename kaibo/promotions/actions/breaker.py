"""The breaker: counts what is given away, and stops a link, a sale, or a promotion."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet

from kaibo.base.actor import SYSTEM
from kaibo.facts.promotions import (
    BreakerTripped,
)
from kaibo.journal.actions import append
from kaibo.promotions.models import (
    Claim,
    FlashSale,
    Offer,
    Promotion,
    Taking,
    Trip,
    stored_limits,
)
from kaibo.promotions.rules import (
    GuardTerms,
    PaceLimit,
    limit_passed,
    noted,
    off_each_fen,
    units_until_trip,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidUnits:
    """What an order pays for units it took, net of every discount; one id is set.

    ``gift_fen``: the value of what they gave away beside; no part of the price of the deal.
    """

    taking_id: int | None
    claim_id: int | None
    paid_fen: int
    gift_fen: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """What one batch counts with, read once: limits, and what a unit at the price gives away."""

    limits: tuple[PaceLimit, ...]
    each_fen: int


def watch_sale(sale: FlashSale) -> Watch:
    """What claims of a sale count with; without a reference or a discount nothing is read."""
    each_fen = off_each_fen(sale.reference_fen, sale.price_fen)
    return Watch(_limits(sale) if each_fen else (), each_fen)


def units_before_trip(sale: FlashSale, watch: Watch, *, now: dt.datetime) -> int | None:
    """Units that can be won before the sale stops: 0 once it has, None when nothing counts."""
    if sale.tripped_at is not None:
        return 0
    return units_until_trip(sale.pace, watch.limits, off_each_fen=watch.each_fen, now=now)


def count_off(
    row: Offer | FlashSale, *, off_fen: int, limits: Sequence[PaceLimit], now: dt.datetime
) -> list[str]:
    """Count what was given away and stop the row when that is too much.

    The caller holds the row's lock and saves the fields that are returned. What was taken before
    stays good: nothing is cancelled by itself (电子商务法 49, LM-110).
    """
    if not off_fen:
        return []
    row.pace = noted(row.pace, limits, off_fen=off_fen, now=now)
    passed = limit_passed(row.pace, limits, now=now)
    if passed is None or row.tripped_at is not None:
        return ["pace"]
    row.tripped_at = now
    _trip(row, passed, show_id=row.show_id, now=now)
    return ["pace", "tripped_at"]


def count_use(row: Promotion, *, off_fen: int, show_id: int, now: dt.datetime) -> list[str]:
    """As ``count_off``, of what a promotion takes off in an order of a show, over all links.

    Once it is stopped it takes part in no price; the coupons of it stay in their purses.
    """
    limits = _limits(row)
    row.pace = noted(row.pace, limits, off_fen=off_fen, now=now)
    passed = limit_passed(row.pace, limits, now=now)
    if passed is None or row.tripped_at is not None:
        return ["pace"]
    row.tripped_at = now
    _trip(row, passed, show_id=show_id, now=now)
    return ["pace", "tripped_at"]


@transaction.atomic
def note_paid(*, parts: Sequence[PaidUnits], now: dt.datetime) -> None:
    """Tell what an order pays for its units: the deals of price history, and the breaker's count.

    The caller took the units in this transaction and holds their links' and sales' locks. The
    order that passes a limit stands; the next one is refused.
    """
    for part in parts:
        if part.taking_id is not None:
            _note_taking(part.taking_id, part, now=now)
        else:
            assert part.claim_id is not None
            _note_claim(part.claim_id, part, now=now)


def lower_deal(*, taking_id: int | None, claim_id: int | None, unit_fen: int) -> None:
    """Each unit of a line cost this much after all: the rest was paid back when the price fell.

    The caller wrote the refund in this transaction.
    """
    if taking_id is not None:
        Taking.objects.filter(pk=taking_id).update(paid_fen=F("units") * unit_fen)
    else:
        assert claim_id is not None
        Claim.objects.filter(pk=claim_id).update(paid_fen=F("units") * unit_fen)


def _limits(row: Offer | FlashSale | Promotion) -> tuple[PaceLimit, ...]:
    stored = stored_limits(row.organisation_id)
    terms = GuardTerms()
    if stored is not None:
        short_s, short_off_fen_max, long_s, long_off_fen_max = stored
        terms = GuardTerms(
            short_s=short_s,
            short_off_fen_max=short_off_fen_max,
            long_s=long_s,
            long_off_fen_max=long_off_fen_max,
        )
    return terms.limits(agreed_off_fen=row.agreed_off_fen)


def _note_taking(taking_id: int, part: PaidUnits, *, now: dt.datetime) -> None:
    taking = Taking.objects.select_related("offer").get(pk=taking_id)
    offer = taking.offer
    _keep_paid(Taking.objects.filter(pk=taking_id), taking, part.paid_fen)
    off_fen = max(0, taking.units * (offer.reference_fen or 0) - part.paid_fen)
    off_fen += part.gift_fen
    if off_fen:
        offer.save(update_fields=count_off(offer, off_fen=off_fen, limits=_limits(offer), now=now))


def _note_claim(claim_id: int, part: PaidUnits, *, now: dt.datetime) -> None:
    """What the price itself gives away was counted with the claim; here come the discounts."""
    claim = Claim.objects.select_related("sale").get(pk=claim_id)
    sale, whole = claim.sale, claim.units * claim.unit_price_fen
    _keep_paid(Claim.objects.filter(pk=claim_id), claim, part.paid_fen)
    off_fen = whole - part.paid_fen if sale.reference_fen is not None else 0
    off_fen += part.gift_fen
    if off_fen:
        sale.save(update_fields=count_off(sale, off_fen=off_fen, limits=_limits(sale), now=now))


def _keep_paid(
    rows: "QuerySet[Taking] | QuerySet[Claim]", one: Taking | Claim, paid_fen: int
) -> None:
    if paid_fen != one.units * one.unit_price_fen:
        rows.update(paid_fen=paid_fen)


def _trip(
    row: Offer | FlashSale | Promotion,
    passed: tuple[PaceLimit, int],
    *,
    show_id: int,
    now: dt.datetime,
) -> None:
    limit, off_fen = passed
    trip = Trip(
        organisation_id=row.organisation_id,
        show_id=show_id,
        window_s=limit.window_s,
        off_fen=off_fen,
        off_fen_max=limit.off_fen_max,
        tripped_at=now,
    )
    if isinstance(row, Promotion):
        trip.promotion = row
    elif isinstance(row, FlashSale):
        trip.offer_id, trip.sale, trip.link_no = row.offer_id, row, row.link_no
    else:
        trip.offer, trip.link_no = row, row.link_no
    trip.save(force_insert=True)
    fact = BreakerTripped(
        trip_id=trip.pk,
        offer_id=trip.offer_id,
        sale_id=trip.sale_id,
        link_no=trip.link_no,
        promotion_id=trip.promotion_id,
        window_s=limit.window_s,
        off_fen=off_fen,
        off_fen_max=limit.off_fen_max,
    )
    org_id = row.organisation_id
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
