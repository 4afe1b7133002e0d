"""Stopping a link because what was said of it on air is not corrected (LM-055)."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.facts.promotions import LinkStopLifted, LinkStopped
from kaibo.journal.actions import append
from kaibo.promotions.actions.waitlist import serve_waiting
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.models import FlashSale, Offer, Trip
from kaibo.promotions.rules import TRIP


@transaction.atomic
def stop_link(*, org_id: int, show_id: int, link_no: int, now: dt.datetime) -> bool:
    """Sell nothing more of a link and its flash sale until the stop is lifted. Safe to repeat.

    What was taken before stays good. What the breaker stopped already stays its own stop.

    Returns:
        Whether anything that still sold was stopped now.

    Raises:
        NoSuchLink: nothing was written.
    """
    stopped = [row for row in _lock(org_id, show_id, link_no) if row.tripped_at is None]
    for row in stopped:
        row.tripped_at = now
        row.save(update_fields=["tripped_at"])
        sale_id = row.pk if isinstance(row, FlashSale) else None
        offer_id = row.offer_id if isinstance(row, FlashSale) else row.pk
        trip = Trip.objects.create(
            organisation_id=org_id,
            offer_id=offer_id,
            sale_id=sale_id,
            show_id=show_id,
            link_no=link_no,
            cause="correction",
            window_s=0,
            off_fen=0,
            off_fen_max=0,
            tripped_at=now,
        )
        fact = LinkStopped(trip_id=trip.pk, offer_id=offer_id, sale_id=sale_id, link_no=link_no)
        append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
    return bool(stopped)


@transaction.atomic
def lift_stop(*, org_id: int, show_id: int, link_no: int, now: dt.datetime) -> None:
    """Let a link sell again that was stopped for a correction. Safe to repeat.

    A stop of the breaker is left to two people.

    Raises:
        NoSuchLink: nothing was written.
    """
    for row in _lock(org_id, show_id, link_no):
        offer_id = row.offer_id if isinstance(row, FlashSale) else row.pk
        trip = row.trips.filter(cause="correction", state__in=("tripped", "asked"))
        if isinstance(row, Offer):
            trip = trip.filter(sale=None)
        for stop in trip:
            stop.state = TRIP.after(stop.state, "lift")
            stop.reset_at = now
            stop.save(update_fields=["state", "reset_at"])
            row.tripped_at = None
            row.save(update_fields=["tripped_at"])
            fact = LinkStopLifted(
                trip_id=stop.pk, offer_id=offer_id, sale_id=stop.sale_id, link_no=link_no
            )
            append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
            if isinstance(row, FlashSale):
                serve_waiting(row, now=now)


def _lock(org_id: int, show_id: int, link_no: int) -> list[Offer | FlashSale]:
    """The link under its lock, then its sales that are not over."""
    rows = Offer.objects.select_for_update(no_key=True)
    offer = rows.filter(organisation_id=org_id, show_id=show_id, link_no=link_no).first()
    if offer is None:
        raise NoSuchLink(link_no=link_no)
    sales = FlashSale.objects.select_for_update(no_key=True).filter(offer=offer)
    return [offer, *sales.exclude(state="ended").order_by("pk")]
