"""After the breaker stopped something: two people let it sell again. And the shop's thresholds."""

import datetime as dt
from dataclasses import fields

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.promotions import (
    BreakerReset,
    BreakerResetAsked,
    BreakerResetRefused,
    GuardsSet,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.waitlist import serve_waiting
from kaibo.promotions.errors import NoSuchTrip, StepDoesNotFollow
from kaibo.promotions.models import FlashSale, GuardSettings, Offer, Promotion, Trip
from kaibo.promotions.reads.guards import TripView, trip_view
from kaibo.promotions.rules import TRIP, GuardTerms, check_guard_terms, check_second_person


@transaction.atomic
def ask_reset(*, trip_id: int, reason: str, by: Actor, now: dt.datetime) -> TripView:
    """Ask to sell again, with the reason; somebody else has to confirm.

    Raises:
        NoSuchTrip, BadInput, StepDoesNotFollow: nothing was written.
    """
    _row, trip = _lock_trip(trip_id, org_id=by.org_id)
    _move(trip, "ask")
    trip.reason = clean_text("reason", reason, chars_max=200, required=True)
    trip.asked_by = by.id
    trip.save(update_fields=["state", "reason", "asked_by"])
    fact = BreakerResetAsked(
        trip_id=trip.pk,
        link_no=trip.link_no,
        promotion_id=trip.promotion_id,
        reason=trip.reason,
    )
    append(fact, at=now, org_id=trip.organisation_id, show_id=trip.show_id, actor=by)
    return trip_view(trip)


@transaction.atomic
def confirm_reset(*, trip_id: int, by: Actor, now: dt.datetime) -> TripView:
    """Sell again: the second person agrees, and the windows begin anew.

    Raises:
        NoSuchTrip, StepDoesNotFollow, SamePerson: nothing was written.
    """
    row, trip = _lock_trip(trip_id, org_id=by.org_id)
    _move(trip, "reset")
    assert trip.asked_by is not None
    check_second_person(trip.asked_by, by.id)
    row.tripped_at, row.pace = None, []
    row.save(update_fields=["tripped_at", "pace"])
    trip.reset_by, trip.reset_at = by.id, now
    trip.save(update_fields=["state", "reset_by", "reset_at"])
    fact = BreakerReset(
        trip_id=trip.pk,
        offer_id=trip.offer_id,
        sale_id=trip.sale_id,
        link_no=trip.link_no,
        promotion_id=trip.promotion_id,
    )
    append(fact, at=now, org_id=trip.organisation_id, show_id=trip.show_id, actor=by)
    if isinstance(row, FlashSale):
        serve_waiting(row, now=now)
    return trip_view(trip)


@transaction.atomic
def refuse_reset(*, trip_id: int, by: Actor, now: dt.datetime) -> TripView:
    """Say no to a reset: it stays stopped, and can be asked for again.

    Raises:
        NoSuchTrip, StepDoesNotFollow: nothing was written.
    """
    _row, trip = _lock_trip(trip_id, org_id=by.org_id)
    _move(trip, "refuse")
    trip.asked_by, trip.reason = None, ""
    trip.save(update_fields=["state", "asked_by", "reason"])
    fact = BreakerResetRefused(
        trip_id=trip.pk, link_no=trip.link_no, promotion_id=trip.promotion_id
    )
    append(fact, at=now, org_id=trip.organisation_id, show_id=trip.show_id, actor=by)
    return trip_view(trip)


@transaction.atomic
def set_guards(*, terms: GuardTerms, by: Actor, now: dt.datetime) -> GuardTerms:
    """Give the shop its thresholds; they count from the next order on. Safe to repeat.

    Raises:
        NumberOutOfRange: nothing was written.
    """
    check_guard_terms(terms)
    values = {part.name: getattr(terms, part.name) for part in fields(terms)}
    GuardSettings.objects.update_or_create(organisation_id=by.org_id, defaults=values)
    append(GuardsSet(**values), at=now, org_id=by.org_id, actor=by)
    return terms


def _lock_trip(trip_id: int, *, org_id: int) -> tuple[Offer | FlashSale | Promotion, Trip]:
    """What was stopped under its lock, then the trip, whose queue that lock is."""
    found = Trip.objects.filter(pk=trip_id, organisation_id=org_id)
    trip = found.first()
    if trip is None:
        raise NoSuchTrip(id=trip_id)
    row: Offer | FlashSale | Promotion
    if trip.promotion_id is not None:
        row = Promotion.objects.select_for_update(no_key=True).get(pk=trip.promotion_id)
    elif trip.sale_id is not None:
        row = FlashSale.objects.select_for_update(no_key=True).get(pk=trip.sale_id)
    else:
        assert trip.offer_id is not None
        row = Offer.objects.select_for_update(no_key=True).get(pk=trip.offer_id)
    return row, found.get()


def _move(trip: Trip, verb: str) -> None:
    if not TRIP.may(trip.state, verb):
        raise StepDoesNotFollow(state=trip.get_state_display())
    trip.state = TRIP.after(trip.state, verb)
