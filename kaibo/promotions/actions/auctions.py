"""Auctions of links: planned, begun and ended by the clock, cancelled. Bids are next door."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.reads import check_sellable
from kaibo.facts.promotions import (
    AuctionCancelled,
    AuctionHammered,
    AuctionPassedIn,
    AuctionPlanned,
    AuctionStarted,
)
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.prices import check_beside_link
from kaibo.promotions.actions.wins import (
    barred_of,
    bids_of,
    give_wins,
    lock_auction,
    move_auction,
    tell_auction,
)
from kaibo.promotions.errors import (
    AuctionOn,
    AuctionStateWrong,
    NoSuchAuction,
    NoSuchLink,
    OfferStateWrong,
    OnHold,
    SoldOut,
)
from kaibo.promotions.models import Auction, Offer
from kaibo.promotions.reads.auctions import DeskAuctionView, desk_auction_view
from kaibo.promotions.rules import (
    AUCTION,
    JUDGING_GRACE,
    AuctionTerms,
    BidMade,
    check_auction_terms,
    winning_bids,
)

AUCTIONS_AT_ONCE_MAX = 200


@transaction.atomic
def plan_auction(
    *,
    show_id: int,
    link_no: int,
    terms: AuctionTerms,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None = None,
) -> DeskAuctionView:
    """Set units of a link aside for an auction; its terms never change.

    The lowest price at which it can be won, the reserve or the first bid, is judged as a link's
    price is: the floor, a true comparison, and what two people agreed to give away.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        NumberOutOfRange, AuctionCannotBe, BelowFloor, DiscountNotTrue and its kin,
            SecondPersonNeeded: the terms cannot stand.
        NoSuchLink, OfferStateWrong, OnHold, AuctionOn, SoldOut: the link cannot carry it.
        ProductNotApproved, QualificationExpired: the goods may not be sold.
        Nothing was written in any of these cases.
    """
    rows = Offer.objects.select_for_update(no_key=True)
    offer = rows.filter(show_id=show_id, link_no=link_no, organisation_id=by.org_id).first()
    if offer is None:
        raise NoSuchLink(link_no=link_no)
    check_auction_terms(terms, now=now)
    if offer.state not in ("listed", "open"):
        raise OfferStateWrong(link_no=link_no, state=offer.get_state_display())
    if offer.tripped_at is not None:
        raise OnHold(link_no=link_no, state="on_hold")
    if offer.auctions.filter(state__in=("planned", "running")).exists():
        raise AuctionOn(link_no=link_no)
    if terms.units > offer.units_left:
        raise SoldOut(link_no=link_no, units_left=offer.units_left)
    check_sellable(offer.sku_id, now=now)
    offer.units_set_aside += terms.units
    offer.save(update_fields=["units_set_aside"])
    row = Auction.objects.create(
        organisation_id=offer.organisation_id,
        offer=offer,
        show_id=show_id,
        link_no=link_no,
        ends_at=terms.closes_at,
        planned_at=now,
        **asdict(terms),
    )
    check_floor_now(offer.pk, price_fen=terms.lowest_fen)
    check_beside_link(
        offer,
        price_fen=terms.lowest_fen,
        units=terms.units,
        agreed_off_fen=agreed_off_fen,
        now=now,
    )
    fact = AuctionPlanned(auction_id=row.pk, offer_id=offer.pk, link_no=link_no, **asdict(terms))
    tell_auction(row, fact, by=by, now=now)
    begin_if_due(row, now=now)
    return desk_auction_view(row)


@transaction.atomic
def cancel_auction(*, auction_id: int, by: Actor, now: dt.datetime) -> DeskAuctionView:
    """Take an auction back before it begins. Safe to repeat.

    Raises:
        NoSuchAuction: nothing was written.
        AuctionStateWrong: it began; it runs to its published end.
    """
    offer, row = _lock(auction_id, org_id=by.org_id)
    if row.state != "cancelled":
        if row.state != "planned" or row.opens_at <= now:
            raise AuctionStateWrong(state=row.get_state_display())
        _cancel(offer, row, reason="desk", by=by, now=now)
    return desk_auction_view(row)


def run_due_auctions(*, now: dt.datetime) -> int:
    """Begin and end auctions by their times, a moment late so that the last bids are judged.

    Returns:
        How many began or ended, at most 200 of each; each in a transaction of its own.
    """
    due = Auction.objects.filter(state="planned", opens_at__lte=now).order_by("opens_at")
    over = Auction.objects.filter(state="running", ends_at__lte=now - JUDGING_GRACE)
    begun = [
        _begin(id, now=now) for id in list(due.values_list("pk", flat=True)[:AUCTIONS_AT_ONCE_MAX])
    ]
    ids = over.order_by("ends_at").values_list("pk", flat=True)
    ended = [_end(id, now=now) for id in list(ids[:AUCTIONS_AT_ONCE_MAX])]
    return sum(begun) + sum(ended)


def stop_auctions_of(offer: Offer, *, by: Actor, now: dt.datetime) -> None:
    """The link closes: what runs on it ends without a winner; the caller holds the link's lock."""
    rows = Auction.objects.select_for_update(no_key=True).filter(offer=offer)
    for row in rows.filter(state__in=("planned", "running")):
        _cancel(offer, row, reason="link_closed", by=by, now=now)


def begin_if_due(row: Auction, *, now: dt.datetime) -> None:
    """Let bids count once the published time has come; the caller holds the lock."""
    if row.opens_at <= now and AUCTION.may(row.state, "start"):
        move_auction(row, "start")
        fact = AuctionStarted(auction_id=row.pk, link_no=row.link_no, ends_at=row.ends_at)
        tell_auction(row, fact, by=SYSTEM(row.organisation_id), now=now)


def hammer(offer: Offer, row: Auction, bids: list[BidMade], *, now: dt.datetime) -> None:
    """A bidder bought now: it ends with these winners; the caller holds both locks."""
    _hammer(offer, row, bids, void=set(), is_buy_now=True, now=now)


@transaction.atomic
def _begin(auction_id: int, *, now: dt.datetime) -> bool:
    row = lock_auction(auction_id)
    is_due = AUCTION.may(row.state, "start")
    begin_if_due(row, now=now)
    return is_due


@transaction.atomic
def _end(auction_id: int, *, now: dt.datetime) -> bool:
    offer, row = _lock(auction_id)
    # Extended, bought or cancelled while we came here.
    if row.state != "running" or row.ends_at > now - JUDGING_GRACE:
        return False
    void = barred_of(row)
    won = winning_bids(bids_of(row), units=row.units, lowest_fen=row.terms.lowest_fen, void=void)
    if won:
        _hammer(offer, row, won, void=void, is_buy_now=False, now=now)
        return True
    units_back = _free(offer, row.units)
    move_auction(row, "pass_in", ended_at=now)
    fact = AuctionPassedIn(
        auction_id=row.pk,
        link_no=row.link_no,
        bids=row.bids_count,
        highest_fen=row.highest_fen,
        units_back=units_back,
        void=sorted(void),
    )
    tell_auction(row, fact, by=SYSTEM(row.organisation_id), now=now)
    return True


def _hammer(
    offer: Offer,
    row: Auction,
    won: list[BidMade],
    *,
    void: set[int],
    is_buy_now: bool,
    now: dt.datetime,
) -> None:
    move_auction(row, "hammer", ended_at=now)
    _free(offer, row.units)
    wins = give_wins(offer, row, won, turn=0, now=now)
    fact = AuctionHammered(
        auction_id=row.pk,
        link_no=row.link_no,
        wins=wins,
        units_back=row.units - len(wins),
        void=sorted(void),
        is_buy_now=is_buy_now,
    )
    tell_auction(row, fact, by=SYSTEM(row.organisation_id), now=now)


def _cancel(offer: Offer, row: Auction, *, reason: str, by: Actor, now: dt.datetime) -> None:
    units_back = _free(offer, row.units)
    move_auction(row, "cancel", ended_at=now)
    fact = AuctionCancelled(
        auction_id=row.pk,
        link_no=row.link_no,
        reason=reason,  # type: ignore[arg-type]  # one of the two
        units_back=units_back,
        bids=row.bids_count,
    )
    tell_auction(row, fact, by=by, now=now)


def _free(offer: Offer, units: int) -> int:
    """Units set aside are the link's again; the caller holds its lock."""
    offer.units_set_aside -= units
    offer.save(update_fields=["units_set_aside"])
    return units


def _lock(auction_id: int, *, org_id: int | None = None) -> tuple[Offer, Auction]:
    """The link, then the auction, both under their locks."""
    rows = Auction.objects.filter(pk=auction_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    offer_id = rows.values_list("offer_id", flat=True).first()
    if offer_id is None:
        raise NoSuchAuction(id=auction_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    return offer, lock_auction(auction_id)
