"""Units of a sold-out link for who waits: kept, taken into an order, or not to be had any more.

Everything happens under the link's lock, so a unit that comes free and a newcomer cannot pass
each other. Joining and leaving are in ``line``.
"""

import datetime as dt

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole
from kaibo.compliance.reads import is_selling_paused
from kaibo.facts.promotions import LinkPlaceMoved
from kaibo.journal.actions import append
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.hands import put_in_hand, taken_of
from kaibo.promotions.models import LinkPlace, Offer
from kaibo.promotions.reads import Taken
from kaibo.promotions.rules.lines import KEPT_FOR, LINK_PLACE, LIVE_PLACES

# More come with the next second: the link's lock is not held for a thousand at once.
KEPT_AT_ONCE_MAX = 100


def serve_line(offer: Offer, *, now: dt.datetime) -> int:
    """Keep free units of an open link for the first in line; the caller holds its lock.

    Each is held for ``KEPT_FOR``, to order and pay, at the price at which the link then sells.

    Returns:
        How many, at most ``KEPT_AT_ONCE_MAX``.
    """
    is_shut = offer.state != "open" or offer.tripped_at is not None
    if not offer.waiting or offer.units_left <= 0 or is_shut:
        return 0
    if is_selling_paused(offer.organisation_id, offer.show_id):
        return 0
    line = offer.line.filter(state="waiting").order_by("number")
    served = list(line[: min(offer.units_left, KEPT_AT_ONCE_MAX)])
    for place in served:
        place.taking = put_in_hand(
            offer, viewer_id=place.viewer_id, units=1, price_fen=offer.price_fen, now=now
        )
        place.pay_before = now + KEPT_FOR
        move_place(offer, place, "keep", by=SYSTEM(offer.organisation_id), now=now)
    return len(served)


def take_kept(offer: Offer, *, viewer_id: int, units: int, now: dt.datetime) -> Taken | None:
    """Turn the unit kept for a viewer into an order's, at today's price; None: there is none.

    It stays good while the breaker stops the link, and so does its end. The caller holds the
    link's lock.

    Raises:
        NumberOutOfRange: one unit is kept, not more; BelowFloor: nothing was written.
    """
    place = offer.line.filter(viewer_id=viewer_id, state="kept", pay_before__gt=now).first()
    if place is None:
        return None
    assert place.taking is not None, "its CHECK says so"
    check_whole("units", units, least=1, most=1)
    check_floor_now(offer.pk, price_fen=offer.price_fen)
    place.taking.unit_price_fen = offer.price_fen
    place.taking.save(update_fields=["unit_price_fen"])
    buyer = Actor("viewer", viewer_id, offer.organisation_id)
    move_place(offer, place, "order", by=buyer, now=now)
    return taken_of(
        offer,
        units=1,
        unit_price_fen=offer.price_fen,
        taking_id=place.taking_id,
        pay_before=place.pay_before,
    )


def end_line(offer: Offer, *, by: Actor, now: dt.datetime) -> list[int]:
    """Nobody waits for a link that is taken down, and nothing is kept that is not ordered.

    Returns:
        The units that were kept, as ids of their takings: the caller gives them back.
    """
    kept = []
    for place in offer.line.filter(state__in=LIVE_PLACES).order_by("number"):
        if place.taking_id is not None:
            kept.append(place.taking_id)
        move_place(offer, place, "end", by=by, now=now)
    return kept


def move_place(offer: Offer, place: LinkPlace, verb: str, *, by: Actor, now: dt.datetime) -> None:
    """The one way to move a place; the caller holds the link's lock."""
    if place.state == "waiting":
        offer.waiting -= 1
        offer.save(update_fields=["waiting"])
    place.state = LINK_PLACE.after(place.state, verb)
    place.save(update_fields=["state", "taking", "pay_before"])
    tell_place(offer, place, by=by, now=now)


def tell_place(offer: Offer, place: LinkPlace, *, by: Actor, now: dt.datetime) -> None:
    """Append where a place stands now."""
    fact = LinkPlaceMoved(
        place_id=place.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        viewer_id=place.viewer_id,
        number=place.number,
        state=place.state,  # type: ignore[arg-type]  # held to the words by its CHECK
        waiting=offer.waiting,
        taking_id=place.taking_id,
        pay_before=place.pay_before,
    )
    append(fact, at=now, org_id=offer.organisation_id, show_id=offer.show_id, actor=by)
