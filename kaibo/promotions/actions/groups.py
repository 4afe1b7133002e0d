"""Group buys of links: started, ended, and their units taken. Groups themselves are of orders."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.facts.promotions import GroupOfferEnded, GroupOfferStarted
from kaibo.journal.actions import append
from kaibo.promotions.actions.floor import check_floor_now, check_stacked_floor
from kaibo.promotions.actions.offers import lock_offer
from kaibo.promotions.actions.prices import check_beside_link
from kaibo.promotions.actions.takings import hold_units
from kaibo.promotions.errors import (
    GroupOfferOn,
    GroupOfferOver,
    NoSuchGroupOffer,
    OfferStateWrong,
)
from kaibo.promotions.models import GroupOffer, Offer
from kaibo.promotions.reads import Taken
from kaibo.promotions.reads.groups import GroupOfferView, group_offer_view
from kaibo.promotions.rules import GROUP_OFFER, check_group_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfferSpec:
    """The terms of a group buy; they never change. See ``check_group_terms``."""

    show_id: int
    link_no: int
    size: int
    price_fen: int
    fill_s: int
    per_buyer_max: int
    leader_price_fen: int | None = None


@transaction.atomic
def start_group_offer(
    *, spec: GroupOfferSpec, by: Actor, now: dt.datetime, agreed_off_fen: int | None = None
) -> GroupOfferView:
    """Let buyers of a link open groups from now on.

    The lowest of its prices is judged as a link's own: against the floor alone and with every
    promotion that can meet it, and against what two people agreed to.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        NoSuchLink, OfferStateWrong, GroupOfferOn: the link cannot carry it.
        NumberOutOfRange, GroupPriceCannotBe, BelowFloor, FloorUnproven, DiscountNotTrue and its
            kin, SecondPersonNeeded: the terms cannot stand.
        Nothing was written in any of these cases.
    """
    offer = lock_offer(spec.show_id, spec.link_no, org_id=by.org_id)
    if offer.state == "closed":
        raise OfferStateWrong(link_no=offer.link_no, state=offer.get_state_display())
    check_group_terms(
        size=spec.size,
        price_fen=spec.price_fen,
        leader_price_fen=spec.leader_price_fen,
        link_price_fen=offer.price_fen,
        fill_s=spec.fill_s,
        per_buyer_max=spec.per_buyer_max,
    )
    if offer.group_offers.filter(state="running").exists():
        raise GroupOfferOn(link_no=offer.link_no)
    row = GroupOffer.objects.create(
        organisation_id=offer.organisation_id,
        offer=offer,
        show_id=offer.show_id,
        link_no=offer.link_no,
        sku_id=offer.sku_id,
        size=spec.size,
        price_fen=spec.price_fen,
        leader_price_fen=spec.leader_price_fen,
        fill_s=spec.fill_s,
        per_buyer_max=spec.per_buyer_max,
        started_at=now,
    )
    _check_prices(offer, row, agreed_off_fen=agreed_off_fen, now=now)
    fact = GroupOfferStarted(
        group_offer_id=row.pk,
        offer_id=offer.pk,
        link_no=row.link_no,
        sku_id=row.sku_id,
        size=row.size,
        price_fen=row.price_fen,
        leader_price_fen=row.leader_price_fen,
        fill_s=row.fill_s,
        per_buyer_max=row.per_buyer_max,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return group_offer_view(row)


@transaction.atomic
def end_group_offer(*, group_offer_id: int, by: Actor, now: dt.datetime) -> GroupOfferView:
    """Open no more groups; those that are open go on to their end. Safe to repeat.

    Raises:
        NoSuchGroupOffer: nothing was written.
    """
    _offer, row = _lock(group_offer_id, org_id=by.org_id)
    if GROUP_OFFER.may(row.state, "end"):
        row.state = GROUP_OFFER.after(row.state, "end")
        row.save(update_fields=["state"])
        fact = GroupOfferEnded(group_offer_id=row.pk, link_no=row.link_no)
        append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return group_offer_view(row)


@transaction.atomic
def take_group_units(
    *, group_offer_id: int, viewer_id: int, units: int, leads: bool, now: dt.datetime
) -> Taken:
    """As ``take_units``, at the price of the group, or of who opens it (``leads``).

    Raises:
        NoSuchGroupOffer, GroupOfferOver: nothing was written.
        NumberOutOfRange, NotOnSale, OnHold, BuyerLimit, SoldOut, BelowFloor: as above.
    """
    offer, row = _lock(group_offer_id)
    if leads and row.state != "running":
        raise GroupOfferOver(link_no=row.link_no)
    return hold_units(
        offer,
        viewer_id=viewer_id,
        units=units,
        price_fen=group_offer_view(row).price_of(leads=leads),
        group_offer=row,
        now=now,
    )


def _check_prices(
    offer: Offer, row: GroupOffer, *, agreed_off_fen: int | None, now: dt.datetime
) -> None:
    lowest = row.price_fen if row.leader_price_fen is None else row.leader_price_fen
    check_floor_now(offer.pk, price_fen=lowest)
    check_stacked_floor(org_id=row.organisation_id, show_id=row.show_id, now=now)
    check_beside_link(offer, price_fen=lowest, agreed_off_fen=agreed_off_fen, now=now)


def _lock(group_offer_id: int, *, org_id: int | None = None) -> tuple[Offer, GroupOffer]:
    """The group buy under the lock of its link."""
    rows = GroupOffer.objects.filter(pk=group_offer_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    offer_id = rows.values_list("offer_id", flat=True).first()
    if offer_id is None:
        raise NoSuchGroupOffer(id=group_offer_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    row = rows.select_related("offer").get()
    return offer, row
