"""What can happen to an auction of a link: every bid, who won, who paid."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact


class AuctionPlanned(Fact, frozen=True, kw_only=True, tag="promotions.auction_planned.1"):
    """Units of a link are set aside for an auction on these terms, which never change."""

    auction_id: int
    offer_id: int
    link_no: int
    units: int
    start_fen: int
    step_fen: int
    reserve_fen: int | None
    buy_now_fen: int | None
    opens_at: dt.datetime
    closes_at: dt.datetime
    extend_within_s: int
    extend_by_s: int
    extend_max_s: int
    bids_per_buyer_max: int
    pay_within_s: int
    next_offers_max: int


class AuctionStarted(Fact, frozen=True, kw_only=True, tag="promotions.auction_started.1"):
    """Bids count until ``ends_at``, or later if it is extended."""

    auction_id: int
    link_no: int
    ends_at: dt.datetime


class AuctionCancelled(Fact, frozen=True, kw_only=True, tag="promotions.auction_cancelled.1"):
    """Nobody wins: cancelled by the desk before it began, or its link was closed."""

    auction_id: int
    link_no: int
    reason: Literal["desk", "link_closed"]
    units_back: int
    bids: int


class BidPlaced(Fact, frozen=True, kw_only=True, tag="promotions.bid_placed.1"):
    """A bid counts, above all before it; ``number`` is its place from 1."""

    auction_id: int
    link_no: int
    bid_id: int
    number: int
    viewer_id: int
    price_fen: int
    ends_at: dt.datetime
    is_extended: bool = False


class WinTold(msgspec.Struct, frozen=True, array_like=True):
    """One unit won, at the price of the winner's own bid of this number."""

    win_id: int
    taking_id: int
    viewer_id: int
    bid_number: int
    price_fen: int
    pay_before: dt.datetime


class AuctionHammered(Fact, frozen=True, kw_only=True, tag="promotions.auction_hammered.1"):
    """It ended and somebody won; bidders in ``void`` belong to the shop and counted for nothing."""

    auction_id: int
    link_no: int
    wins: list[WinTold]
    units_back: int
    void: list[int] = []
    is_buy_now: bool = False


class AuctionPassedIn(Fact, frozen=True, kw_only=True, tag="promotions.auction_passed_in.1"):
    """It ended and nobody won: no bid, or none that reached the reserve."""

    auction_id: int
    link_no: int
    bids: int
    highest_fen: int | None
    units_back: int
    void: list[int] = []


class WinMoved(Fact, frozen=True, kw_only=True, tag="promotions.win_moved.1"):
    """What was won is ordered, paid, or lapsed because nobody paid in time."""

    auction_id: int
    win_id: int
    viewer_id: int
    state: Literal["ordered", "paid", "lapsed"]


class WinOffered(Fact, frozen=True, kw_only=True, tag="promotions.win_offered.1"):
    """A unit that lapsed is offered to the next bidder, as the ``turn``-th after the winner."""

    auction_id: int
    link_no: int
    win: WinTold
    turn: int


class AuctionSettled(Fact, frozen=True, kw_only=True, tag="promotions.auction_settled.1"):
    """Every unit is paid for or went back."""

    auction_id: int
    link_no: int
    paid: int
