"""Wins of auctions: given at the end, ordered, paid, or let go and offered to the next bidder.

Each under the lock of the auction, which comes after the link's.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.base import Fact
from kaibo.facts.promotions import AuctionSettled, WinMoved, WinOffered, WinTold
from kaibo.journal.actions import append
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.hands import put_in_hand, taken_of
from kaibo.promotions.actions.uses import Used
from kaibo.promotions.errors import NoSuchAuction, NoSuchWin, WinLapsed, WinUsed
from kaibo.promotions.models import Auction, BarredViewer, Offer, Taking, Win
from kaibo.promotions.models.auction import LIVE_WINS
from kaibo.promotions.reads import Taken, WinView, win_view
from kaibo.promotions.rules import (
    AUCTION,
    WIN,
    BasketLine,
    BidMade,
    PriceBook,
    check_quote_floor,
    winning_bids,
)


@dataclass(frozen=True, slots=True)
class Heir:
    """Who is offered a unit that lapsed: by this bid, as the ``turn``-th after the winner."""

    auction: Auction
    bid: BidMade
    turn: int


@transaction.atomic
def take_win(
    *, win_id: int, viewer_id: int, show_id: int, now: dt.datetime
) -> tuple[Taken, Used, WinView]:
    """Turn what a viewer won into an order's units, at the price it was won at; no promotion.

    Its deadline to pay stays.

    Raises:
        NoSuchWin, WinUsed, WinLapsed, BelowFloor: nothing was written.
    """
    rows = Win.objects.filter(pk=win_id, viewer_id=viewer_id, auction__show_id=show_id)
    found = rows.values_list("auction_id", "auction__offer_id").first()
    if found is None:
        raise NoSuchWin(id=win_id)
    auction_id, offer_id = found
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    auction = lock_auction(auction_id)
    win = rows.get()
    if win.state == "lapsed" or (win.state == "held" and win.pay_before <= now):
        raise WinLapsed(id=win_id, pay_before=win.pay_before)
    if not WIN.may(win.state, "order"):
        raise WinUsed(id=win_id)
    _move(auction, win, "order", by=Actor("viewer", viewer_id, auction.organisation_id), now=now)
    check_floor_now(offer.pk, price_fen=win.price_fen)
    taken = taken_of(
        offer,
        units=1,
        unit_price_fen=win.price_fen,
        taking_id=win.taking_id,
        pay_before=win.pay_before,
    )
    line = BasketLine(
        key="0", sku_id=taken.sku_id, units=1, unit_price_fen=win.price_fen, sku=taken.sku_code
    )
    quote = PriceBook([]).quote([line])
    check_quote_floor(quote)
    return taken, Used(quote, (), ()), win_view(win)


def give_wins(
    offer: Offer, auction: Auction, bids: Iterable[BidMade], *, turn: int, now: dt.datetime
) -> list[WinTold]:
    """Put a unit into each bidder's hands; the caller holds both locks and counted the units."""
    told = []
    for bid in bids:
        taking = put_in_hand(
            offer,
            viewer_id=bid.viewer_id,
            units=1,
            price_fen=bid.price_fen,
            auction=auction,
            now=now,
        )
        win = Win.objects.create(
            auction=auction,
            bid=auction.bids.get(number=bid.number),
            taking=taking,
            viewer_id=bid.viewer_id,
            price_fen=bid.price_fen,
            turn=turn,
            won_at=now,
            pay_before=now + dt.timedelta(seconds=auction.pay_within_s),
        )
        told.append(
            WinTold(
                win_id=win.pk,
                taking_id=taking.pk,
                viewer_id=bid.viewer_id,
                bid_number=bid.number,
                price_fen=bid.price_fen,
                pay_before=win.pay_before,
            )
        )
    return told


def pay_win(taking: Taking, *, now: dt.datetime) -> None:
    """The unit is paid for; units of no auction pass. The caller holds the link's lock."""
    if taking.auction_id is not None:
        auction = lock_auction(taking.auction_id)
        win = auction.wins.get(taking=taking)
        _move(auction, win, "pay", by=SYSTEM(auction.organisation_id), now=now)
        _settle(auction, now=now)


def lapse_win(taking: Taking, *, now: dt.datetime) -> Heir | None:
    """The unit was let go; units of no auction pass. The caller holds the link's lock.

    Returns:
        Who is offered it now, by the terms of the auction; None: it is free.
    """
    if taking.auction_id is None:
        return None
    auction = lock_auction(taking.auction_id)
    win = auction.wins.get(taking=taking)
    _move(auction, win, "lapse", by=SYSTEM(auction.organisation_id), now=now)
    if win.turn < auction.next_offers_max:
        gone = auction.wins.filter(state="lapsed").values_list("viewer_id", flat=True)
        holders = auction.wins.filter(state__in=LIVE_WINS).values_list("viewer_id", flat=True)
        found = winning_bids(
            bids_of(auction),
            units=1,
            lowest_fen=auction.terms.lowest_fen,
            void={*gone, *barred_of(auction)},
            holders=set(holders),
        )
        if found:
            return Heir(auction, found[0], win.turn + 1)
    _settle(auction, now=now)
    return None


def offer_next(offer: Offer, heir: Heir, *, now: dt.datetime) -> None:
    """Give the unit that lapsed to the next bidder, in the transaction that freed it."""
    auction = heir.auction
    (told,) = give_wins(offer, auction, [heir.bid], turn=heir.turn, now=now)
    fact = WinOffered(auction_id=auction.pk, link_no=auction.link_no, win=told, turn=heir.turn)
    tell_auction(auction, fact, by=SYSTEM(auction.organisation_id), now=now)


def bids_of(auction: Auction) -> list[BidMade]:
    """All its bids; the caller holds the lock."""
    rows = auction.bids.values_list("number", "viewer_id", "price_fen")
    return [BidMade(*row) for row in rows]


def barred_of(auction: Auction) -> set[int]:
    """Its bidders who belong to the shop as it is known now."""
    rows = BarredViewer.objects.filter(
        organisation_id=auction.organisation_id, viewer_id__in=auction.bids.values("viewer_id")
    )
    return set(rows.values_list("viewer_id", flat=True))


def lock_auction(auction_id: int, *, org_id: int | None = None) -> Auction:
    """The auction under its row lock: the queue of all who bid.

    Raises:
        NoSuchAuction: none of this id (in the organisation).
    """
    rows = Auction.objects.select_for_update(no_key=True).filter(pk=auction_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchAuction(id=auction_id)
    return row


def move_auction(auction: Auction, verb: str, **changes: object) -> None:
    """Move an auction by its table and save it with these columns; the caller holds its lock."""
    auction.state = AUCTION.after(auction.state, verb)
    for name, value in changes.items():
        setattr(auction, name, value)
    auction.save(update_fields=["state", *changes])


def tell_auction(auction: Auction, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    """Append a fact of an auction."""
    append(fact, at=now, org_id=auction.organisation_id, show_id=auction.show_id, actor=by)


def _settle(auction: Auction, *, now: dt.datetime) -> None:
    """Nobody holds a unit unpaid any more: the auction is over for good."""
    if auction.wins.filter(state__in=("held", "ordered")).exists():
        return
    move_auction(auction, "settle")
    paid = auction.wins.filter(state="paid").count()
    fact = AuctionSettled(auction_id=auction.pk, link_no=auction.link_no, paid=paid)
    tell_auction(auction, fact, by=SYSTEM(auction.organisation_id), now=now)


def _move(auction: Auction, win: Win, verb: str, *, by: Actor, now: dt.datetime) -> None:
    win.state = WIN.after(win.state, verb)
    win.save(update_fields=["state"])
    fact = WinMoved(
        auction_id=auction.pk,
        win_id=win.pk,
        viewer_id=win.viewer_id,
        state=win.state,  # type: ignore[arg-type]  # held to its words by a CHECK
    )
    tell_auction(auction, fact, by=by, now=now)
