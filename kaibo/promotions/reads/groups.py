"""Group buys as frozen values."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kaibo.promotions.errors import NoSuchGroupOffer
from kaibo.promotions.models import GroupOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfferView:
    """A group buy of a link; ``alone_fen`` is what one pays without a group."""

    id: int
    show_id: int
    link_no: int
    title: str
    size: int
    price_fen: int
    leader_price_fen: int | None
    alone_fen: int
    fill_s: int
    per_buyer_max: int
    state: str
    started_at: dt.datetime

    def price_of(self, *, leads: bool) -> int:
        """What a member pays for a unit, in fen; ``leads``: who opens a group."""
        if leads and self.leader_price_fen is not None:
            return self.leader_price_fen
        return self.price_fen


def group_offer(id: int, *, show_id: int) -> GroupOfferView:
    """One of a show.

    Raises:
        NoSuchGroupOffer: none of this id there.
    """
    row = GroupOffer.objects.select_related("offer").filter(pk=id, show_id=show_id).first()
    if row is None:
        raise NoSuchGroupOffer(id=id)
    return group_offer_view(row)


def group_offers(show_id: int, *, org_id: int, running: bool = False) -> list[GroupOfferView]:
    """Those of a show, newest first; ``running``: those that open groups now."""
    rows = GroupOffer.objects.select_related("offer").filter(
        show_id=show_id, organisation_id=org_id
    )
    if running:
        rows = rows.filter(state="running", offer__state="open")
    return [group_offer_view(row) for row in rows.order_by("-pk")]


def group_offers_by_id(ids: Iterable[int]) -> dict[int, GroupOfferView]:
    """Those of these ids, of whatever show."""
    rows = GroupOffer.objects.select_related("offer").filter(pk__in=set(ids))
    return {row.pk: group_offer_view(row) for row in rows}


def group_offer_view(row: GroupOffer) -> GroupOfferView:
    """A row as a value."""
    return GroupOfferView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        title=row.offer.title,
        size=row.size,
        price_fen=row.price_fen,
        leader_price_fen=row.leader_price_fen,
        alone_fen=row.offer.price_fen,
        fill_s=row.fill_s,
        per_buyer_max=row.per_buyer_max,
        state=row.state,
        started_at=row.started_at,
    )
