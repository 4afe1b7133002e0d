"""The line (候补) for a sold-out link: joining it, leaving it, and its clock."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from kaibo.base.actor import SYSTEM, Actor
from kaibo.promotions.actions.kept import move_place, serve_line, tell_place
from kaibo.promotions.actions.takings import give_back_units
from kaibo.promotions.errors import NoSuchLink, OnHold, StillThere
from kaibo.promotions.models import LinkPlace, Offer
from kaibo.promotions.reads.carts import check_early, units_in_hand
from kaibo.promotions.reads.lines import LinkPlaceView, link_place_view
from kaibo.promotions.rules import check_take_units
from kaibo.promotions.rules.lines import LIVE_PLACES

AT_ONCE_MAX = 100


@transaction.atomic
def join_line(
    *, show_id: int, link_no: int, viewer_id: int, org_id: int, now: dt.datetime
) -> LinkPlaceView:
    """Wait for one unit of a link that is sold out, behind whoever waits. Safe to repeat.

    Raises:
        NoSuchLink, NotOnSale, OnHold, BuyerLimit, EarlyOnly: this buyer could not have it.
        StillThere: there is no need to wait. Nothing was written in any of these cases.
    """
    offer = _lock(show_id, link_no, org_id=org_id)
    mine = offer.line.filter(viewer_id=viewer_id, state__in=LIVE_PLACES).first()
    if mine is not None:
        return link_place_view(offer, mine)
    if offer.tripped_at is not None and offer.state == "open":
        raise OnHold(link_no=link_no, state="on_hold")
    in_hand = units_in_hand([offer.pk], viewer_id=viewer_id).get(offer.pk, 0)
    check_take_units(
        link_no=link_no,
        state=offer.state,  # type: ignore[arg-type]  # held to the four words by its CHECK
        units=1,
        units_left=1,
        held=in_hand,
        per_buyer_max=offer.per_buyer_max,
    )
    check_early(offer, viewer_id=viewer_id, now=now)
    if offer.units_left > 0 and not offer.waiting:
        raise StillThere(link_no=link_no)
    place = LinkPlace.objects.create(
        offer=offer, viewer_id=viewer_id, number=offer.places_given, joined_at=now
    )
    offer.places_given += 1
    offer.waiting += 1
    offer.save(update_fields=["places_given", "waiting"])
    tell_place(offer, place, by=Actor("viewer", viewer_id, org_id), now=now)
    return link_place_view(offer, place)


@transaction.atomic
def leave_line(
    *, show_id: int, link_no: int, viewer_id: int, org_id: int, now: dt.datetime
) -> None:
    """Give a place up, or the unit that is kept; having none is no error. Safe to repeat.

    Raises:
        NoSuchLink: nothing was written.
    """
    offer = _lock(show_id, link_no, org_id=org_id)
    place = offer.line.filter(viewer_id=viewer_id, state__in=LIVE_PLACES).first()
    if place is not None:
        _let_go(offer, place, "leave", by=Actor("viewer", viewer_id, org_id), now=now)


def release_due_places(*, now: dt.datetime) -> int:
    """Let go of units that were kept and not ordered in time; the next in line gets them.

    Returns:
        How many, at most ``AT_ONCE_MAX``; each in a transaction of its own.
    """
    due = LinkPlace.objects.filter(state="kept", pay_before__lte=now).order_by("pay_before")
    return sum(_lapse(id, now=now) for id in list(due.values_list("pk", flat=True)[:AT_ONCE_MAX]))


def serve_lines(*, now: dt.datetime) -> int:
    """Keep units for who waits wherever some came free: after a stop, a pause, an auction.

    Returns:
        How many units; one transaction for each link.
    """
    free = F("units_held") + F("units_sold") + F("units_set_aside")
    rows = Offer.objects.filter(state="open", waiting__gt=0, units_given__gt=free)
    return sum(_serve(id, now=now) for id in list(rows.values_list("pk", flat=True)[:AT_ONCE_MAX]))


@transaction.atomic
def _serve(offer_id: int, *, now: dt.datetime) -> int:
    return serve_line(Offer.objects.select_for_update(no_key=True).get(pk=offer_id), now=now)


@transaction.atomic
def _lapse(place_id: int, *, now: dt.datetime) -> bool:
    offer_id = LinkPlace.objects.values_list("offer_id", flat=True).get(pk=place_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    place = LinkPlace.objects.get(pk=place_id)
    # Ordered while we came here.
    if place.state != "kept":
        return False
    _let_go(offer, place, "lapse", by=SYSTEM(offer.organisation_id), now=now)
    return True


def _let_go(offer: Offer, place: LinkPlace, verb: str, *, by: Actor, now: dt.datetime) -> None:
    taking_id = place.taking_id
    move_place(offer, place, verb, by=by, now=now)
    if taking_id is not None:
        give_back_units(taking_id=taking_id, now=now)


def _lock(show_id: int, link_no: int, *, org_id: int) -> Offer:
    """Viewers see no planned link."""
    rows = Offer.objects.select_for_update(no_key=True).exclude(state="planned")
    row = rows.filter(show_id=show_id, link_no=link_no, organisation_id=org_id).first()
    if row is None:
        raise NoSuchLink(link_no=link_no)
    return row
