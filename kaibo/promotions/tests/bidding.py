"""Auctions for the tests, made of the product's own actions."""

import datetime as dt
from typing import Any

import pytest

from kaibo.audience.actions import enter
from kaibo.base.errors import Refusal
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import AuctionTerms
from kaibo.promotions.models import Auction, Bid, Offer
from kaibo.promotions.reads import BidView, DeskAuctionView
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

START_FEN, STEP_FEN, ENDS_S, PAY_S = 6_000, 100, 60, 120

# The end, and a moment more in which the last arrivals are judged.
OVER_S = ENDS_S + 2


def terms(**changes: Any) -> AuctionTerms:
    """From 60 yuan in steps of one, for a minute; 10 seconds more for a late bid, 30 in all."""
    values: dict[str, Any] = {
        "units": 1,
        "start_fen": START_FEN,
        "step_fen": STEP_FEN,
        "reserve_fen": None,
        "buy_now_fen": None,
        "opens_at": NOW,
        "closes_at": after(ENDS_S),
        "extend_within_s": 10,
        "extend_by_s": 10,
        "extend_max_s": 30,
        "bids_per_buyer_max": 20,
        "pay_within_s": PAY_S,
        "next_offers_max": 1,
    }
    return AuctionTerms(**values | changes)


def plan(shop: Shop, *, now: dt.datetime = NOW, link_no: int = 1, **changes: Any) -> int:
    """An auction of link 1 that begins at once, unless said otherwise."""
    made: DeskAuctionView = actions.plan_auction(
        show_id=SHOW, link_no=link_no, terms=terms(**changes), by=shop.by, now=now
    )
    return made.auction.id


def bid(
    shop: Shop, auction_id: int, viewer_id: int, price_fen: int, *, at: float = 1, key: str = ""
) -> BidView:
    """One bid, ``at`` seconds after ``NOW``."""
    return actions.place_bid(
        auction_id=auction_id,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        price_fen=price_fen,
        request_key=key or f"{viewer_id}-{price_fen}",
        now=after(at),
    )


def counts() -> tuple[int, int, int, int]:
    """Of the link: given, set aside, held, sold."""
    row = Offer.objects.get(link_no=1)
    return row.units_given, row.units_set_aside, row.units_held, row.units_sold


def viewer_of(shop: Shop, number: int) -> int:
    """Somebody who entered the shop's rooms."""
    return enter(org_id=shop.org_id, device=f"device-{number:020}", nickname="看客", now=NOW).id


def end(at: float = OVER_S) -> Auction:
    """The clock's work, and the newest auction after it."""
    actions.run_due_auctions(now=after(at))
    return Auction.objects.latest("pk")


def refused(kind: type[Refusal], act: Any, *args: Any, **values: Any) -> Refusal:
    """The refusal of an act that must leave no trace."""
    before = Entry.objects.count(), Bid.objects.count(), counts()
    with pytest.raises(kind) as found:
        act(*args, **values)
    assert (Entry.objects.count(), Bid.objects.count(), counts()) == before
    return found.value
