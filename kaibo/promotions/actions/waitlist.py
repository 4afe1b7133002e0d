"""The waitlist (候补) of a sold-out flash sale: places taken, served in their order, left.

Everything happens under the sale's lock, so a release and a newcomer cannot pass each other.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.promotions import (
    PlaceServed,
    PlaceTaken,
    WaitlistJoined,
    WaitlistLeft,
    WaitlistServed,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.breaker import count_off, watch_sale
from kaibo.promotions.actions.flash_sales import lock_sale
from kaibo.promotions.errors import NoSuchSale
from kaibo.promotions.models import ClaimRow, FlashSale, Place, insert_claims
from kaibo.promotions.rules import Attempt, at_us, first_that_fit, is_on


@transaction.atomic
def leave_waitlist(*, sale_id: int, viewer_id: int, show_id: int, now: dt.datetime) -> None:
    """Give a viewer's place up; having none is no error. Safe to repeat.

    Whoever was held up by a wish that did not fit may be served by this.

    Raises:
        NoSuchSale: the show has no such sale; nothing was written.
    """
    sale = lock_sale(sale_id)
    if sale.show_id != show_id:
        raise NoSuchSale(id=sale_id)
    place = sale.places.filter(viewer_id=viewer_id, state="waiting").first()
    if place is None:
        return
    place.state = "left"
    place.save(update_fields=["state"])
    sale.waiting -= 1
    sale.save(update_fields=["waiting"])
    fact = WaitlistLeft(
        sale_id=sale.pk,
        link_no=sale.link_no,
        place_id=place.pk,
        viewer_id=viewer_id,
        units_left=sale.units_left,
        waiting=sale.waiting,
    )
    org_id = sale.organisation_id
    actor = Actor("viewer", viewer_id, org_id)
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=actor)
    serve_waiting(sale, now=now)


def places_in_line(sale: FlashSale, viewers: set[int]) -> dict[int, int]:
    """Who of these viewers waits, and at which place of those who still do; 1 is next."""
    if not sale.waiting:
        return {}
    line = sale.places.filter(state="waiting")
    mine = dict(line.filter(viewer_id__in=viewers).values_list("viewer_id", "number"))
    if not mine:
        return {}
    numbers = list(line.order_by("number").values_list("number", flat=True))
    return {viewer_id: bisect_right(numbers, number) for viewer_id, number in mine.items()}


def take_places(sale: FlashSale, attempts: Sequence[Attempt], *, now: dt.datetime) -> None:
    """Put losers in line, in the order given; the caller holds the sale's lock.

    Args:
        attempts: one per viewer, none of whom waits already.
    """
    if not attempts:
        return
    first = sale.places_given
    rows = Place.objects.bulk_create(
        Place(
            sale=sale,
            viewer_id=attempt.viewer_id,
            units=attempt.units,
            request_key=attempt.request_key,
            joined_at=attempt.arrived_at,
            number=number,
        )
        for number, attempt in enumerate(attempts, start=first)
    )
    sale.places_given += len(rows)
    sale.waiting += len(rows)
    sale.save(update_fields=["places_given", "waiting"])
    fact = WaitlistJoined(
        sale_id=sale.pk,
        link_no=sale.link_no,
        joined=[PlaceTaken(row.pk, row.viewer_id, row.units, at_us(row.joined_at)) for row in rows],
        first_number=first,
        waiting=sale.waiting,
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))


def serve_waiting(sale: FlashSale, *, now: dt.datetime) -> None:
    """Give free units to the first in line whose wishes fit; the caller holds the sale's lock.

    Each gets a held claim under the key of their wish, with its own deadline to pay. The limit
    per buyer was judged when they joined, and nobody's holding grows while somebody waits.
    """
    if not sale.waiting or not sale.units_left or not is_on(sale.terms, now):
        return
    if sale.tripped_at is not None:
        return
    line = sale.places.filter(state="waiting", units__lte=sale.units_left)
    served = first_that_fit(sale.units_left, line.order_by("number")[: sale.units_left])
    if not served:
        return
    first = sale.claims_won
    pay_before = now + dt.timedelta(seconds=sale.pay_within_s)
    claims = [ClaimRow(place.viewer_id, place.units, place.request_key, now) for place in served]
    for place, claim_id in zip(
        served, insert_claims(sale, claims, pay_before=pay_before), strict=True
    ):
        place.state, place.claim_id = "served", claim_id
    Place.objects.bulk_update(served, ["state", "claim"])
    units, watch = sum(place.units for place in served), watch_sale(sale)
    sale.units_left -= units
    sale.claims_won += len(served)
    sale.waiting -= len(served)
    counted = count_off(sale, off_fen=units * watch.each_fen, limits=watch.limits, now=now)
    sale.save(update_fields=["units_left", "claims_won", "waiting", *counted])
    _tell_served(sale, served, first_arrival=first, pay_before=pay_before, now=now)


def _tell_served(
    sale: FlashSale,
    served: Sequence[Place],
    *,
    first_arrival: int,
    pay_before: dt.datetime,
    now: dt.datetime,
) -> None:
    fact = WaitlistServed(
        sale_id=sale.pk,
        link_no=sale.link_no,
        served=[
            PlaceServed(place.pk, place.claim_id or 0, place.viewer_id, place.units)
            for place in served
        ],
        first_arrival=first_arrival,
        pay_before=pay_before,
        units_left=sale.units_left,
        waiting=sale.waiting,
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))
