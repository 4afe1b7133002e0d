"""Where viewers stand in the lines for sold-out links, as frozen values."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kaibo.promotions.models import LinkPlace, Offer
from kaibo.promotions.rules.lines import LIVE_PLACES, LinkPlaceState


@dataclass(frozen=True, slots=True)
class LinkPlaceView:
    """A viewer's place in the line for a link.

    ``place``: 1 is next; None once a unit is kept, which has to be paid before ``pay_before``.
    """

    link_no: int
    title: str
    state: LinkPlaceState
    place: int | None
    joined_at: dt.datetime
    pay_before: dt.datetime | None


def line_of(viewer_id: int, *, show_id: int, org_id: int) -> list[LinkPlaceView]:
    """The lines of a show in which a viewer stands, and what is kept for them, by link."""
    rows = LinkPlace.objects.filter(
        viewer_id=viewer_id,
        state__in=LIVE_PLACES,
        offer__show_id=show_id,
        offer__organisation_id=org_id,
    )
    found = rows.select_related("offer").order_by("offer__link_no")
    return [link_place_view(row.offer, row) for row in found]


def kept_for(offer_ids: Sequence[int], *, viewer_id: int, now: dt.datetime) -> set[int]:
    """The offers of these of which a unit is kept for a viewer now."""
    rows = LinkPlace.objects.filter(offer_id__in=offer_ids, viewer_id=viewer_id, state="kept")
    return set(rows.filter(pay_before__gt=now).values_list("offer_id", flat=True))


def link_place_view(offer: Offer, row: LinkPlace) -> LinkPlaceView:
    """A place's row as a value."""
    waits = row.state == "waiting"
    ahead = offer.line.filter(state="waiting", number__lt=row.number).count() if waits else 0
    return LinkPlaceView(
        link_no=offer.link_no,
        title=offer.title,
        state=row.state,  # type: ignore[arg-type]  # held to the words by its CHECK
        place=ahead + 1 if waits else None,
        joined_at=row.joined_at,
        pay_before=row.pay_before,
    )
