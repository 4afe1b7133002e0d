"""Auctions: which terms can be kept, which bids count, who wins and what they pay."""

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.promotions.errors import AuctionCannotBe
from kaibo.promotions.errors import auctions as errors
from kaibo.promotions.rules import (
    AUCTION,
    WIN,
    AuctionTerms,
    BidMade,
    Standing,
    auction_words,
    check_auction_terms,
    end_after_bid,
    judge_bid,
    least_bid_fen,
    winning_bids,
)
from kaibo.promotions.tests.bidding import START_FEN, STEP_FEN, terms
from kaibo.promotions.tests.shop import NOW, after

OPEN = Standing(is_running=True, highest_fen=None, ends_at=after(60))


@pytest.mark.parametrize(
    "changes",
    [
        {"reserve_fen": START_FEN - 1},
        {"step_fen": 0},
        {"units": 0},
        {"units": 101},
        {"pay_within_s": 9},
        {"pay_within_s": 7_201},
        {"next_offers_max": 11},
        {"bids_per_buyer_max": 0},
    ],
)
def test_numbers_that_make_no_sense_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NumberOutOfRange):
        check_auction_terms(terms(**changes), now=NOW)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("buy_now_fen", {"buy_now_fen": START_FEN}),
        ("buy_now_fen", {"buy_now_fen": 9_000, "units": 2}),
        ("buy_now_fen", {"buy_now_fen": 9_000, "reserve_fen": 8_950}),
        ("closes_at", {"closes_at": after(9)}),
        ("closes_at", {"closes_at": after(24 * 3600 + 1)}),
        ("opens_at", {"opens_at": after(-1)}),
        ("opens_at", {"opens_at": after(25 * 3600), "closes_at": after(25 * 3600 + 60)}),
        ("extend_by_s", {"extend_within_s": 0}),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(field: str, changes: dict[str, Any]) -> None:
    check_auction_terms(terms(), now=NOW)
    with pytest.raises(AuctionCannotBe) as refused:
        check_auction_terms(terms(**changes), now=NOW)
    assert refused.value.data["field"] == field


@pytest.mark.parametrize(
    ("why", "standing", "price_fen", "at"),
    [
        (None, {}, START_FEN, 0),
        (None, {}, START_FEN + 100 * STEP_FEN, 59.999),
        ("not_begun", {"is_running": False}, START_FEN, -1),
        ("over", {"is_running": False}, START_FEN, 1),
        ("over", {}, START_FEN, 60),
        ("barred", {"barred": True}, START_FEN, 1),
        ("unpaid_before", {"unpaid": True}, START_FEN, 1),
        ("too_many", {"bids": 20}, START_FEN, 1),
        ("leading", {"leads": True, "highest_fen": START_FEN}, START_FEN + STEP_FEN, 1),
        ("too_low", {}, START_FEN - 1, 1),
        ("too_low", {"highest_fen": START_FEN}, START_FEN + STEP_FEN - 1, 1),
        ("too_high", {}, START_FEN + 100 * STEP_FEN + 1, 1),
    ],
)
def test_why_a_bid_does_not_count(
    why: str | None, standing: dict[str, Any], price_fen: int, at: float
) -> None:
    found = replace(OPEN, **standing)
    assert judge_bid(terms(), found, price_fen=price_fen, now=after(at)) == why


def test_buying_now_is_one_price_and_open_to_who_leads() -> None:
    mine = terms(buy_now_fen=9_000)
    leading = replace(OPEN, highest_fen=8_950, leads=True)
    assert least_bid_fen(mine, 8_950) == 9_000
    assert judge_bid(mine, leading, price_fen=9_000, now=NOW) is None
    assert judge_bid(mine, leading, price_fen=9_001, now=NOW) == "leading"
    assert judge_bid(mine, replace(leading, leads=False), price_fen=9_001, now=NOW) == "too_high"


def test_the_end_moves_by_late_bids_up_to_the_cap() -> None:
    mine, ends_at = terms(), after(60)
    assert end_after_bid(mine, ends_at=ends_at, now=after(49.999)) == ends_at
    told = []
    for _ in range(5):
        ends_at = end_after_bid(mine, ends_at=ends_at, now=ends_at - dt.timedelta(seconds=1))
        told.append((ends_at - NOW).total_seconds())
    assert told == [70, 80, 90, 90, 90]


def test_what_a_shill_drove_up_nobody_pays() -> None:
    bids = [BidMade(1, 1, 100), BidMade(2, 9, 150), BidMade(3, 1, 160), BidMade(4, 9, 170)]
    bids.append(BidMade(5, 1, 180))
    (won,) = winning_bids(bids, units=1, lowest_fen=100)
    assert (won.viewer_id, won.price_fen) == (1, 180)
    (won,) = winning_bids(bids, units=1, lowest_fen=100, void={9})
    assert (won.viewer_id, won.number, won.price_fen) == (1, 1, 100)
    (won,) = winning_bids(bids, units=1, lowest_fen=120, void={9})
    assert (won.number, won.price_fen) == (3, 160)


def test_several_units_go_to_as_many_bidders_at_their_own_bids() -> None:
    bids = [BidMade(n, viewer, 100 * n) for n, viewer in enumerate((1, 2, 3, 1, 4), start=1)]
    told = [(bid.viewer_id, bid.price_fen) for bid in winning_bids(bids, units=2, lowest_fen=0)]
    assert told == [(4, 500), (1, 400)]
    # One of them lets go: the next is 3, who paid no more than their only bid.
    (heir,) = winning_bids(bids, units=1, lowest_fen=0, void={4}, holders={1})
    assert (heir.viewer_id, heir.price_fen) == (3, 300)
    assert winning_bids(bids, units=2, lowest_fen=501) == []


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({}, "不设保留价", "设有保留价，"),
        ({"reserve_fen": 8_123}, "设有保留价，未达到则不成交", "81.23"),
        ({"next_offers_max": 0}, "逾期未付的退回库存", "下一位"),
        ({"next_offers_max": 2}, "最多 2 位，可以不要", "退回库存"),
        ({"buy_now_fen": 9_000}, "出价 ¥90.00 立即成交", "共 "),
        ({"units": 3}, "出价最高的 3 位买家各得一件", "立即成交"),
        (dict.fromkeys(("extend_within_s", "extend_by_s", "extend_max_s"), 0), "120 秒", "延长"),
    ],
)
def test_the_words_say_the_rule_and_never_the_reserve(
    changes: dict[str, Any], said: str, unsaid: str
) -> None:
    zh, en = auction_words(terms(**changes))
    assert said in zh
    assert unsaid not in zh
    assert "81.23" not in en


def test_no_screen_calls_it_what_only_licensed_houses_hold() -> None:
    """拍卖 is a licensed trade (拍卖法 10, 11); its words are not used for this."""
    said = [
        *auction_words(terms(reserve_fen=7_000, units=2)),
        *auction_words(terms(buy_now_fen=9_000)),
    ]
    said += [state.zh for machine in (AUCTION, WIN) for state in machine.states]
    said += [machine.zh for machine in (AUCTION, WIN)]
    refusals = [one for one in vars(errors).values() if isinstance(one, type)]
    said += [one.text_zh for one in refusals if issubclass(one, Refusal)]
    said += [zh for zh, _ in errors.BidRefused._TEXTS.values()]
    assert len(said) > 25
    found = [(word, text) for text in said for word in ("拍", "落槌", "竞买") if word in text]
    assert found == []


class Room:
    """An auction played by the rules alone: every try is judged as the action would."""

    def __init__(self, mine: AuctionTerms) -> None:
        self.terms, self.ends_at = mine, mine.closes_at
        self.bids: list[BidMade] = []

    def leads(self, viewer: int) -> bool:
        """Whether the bidder would win if it ended now."""
        won = winning_bids(self.bids, units=self.terms.units, lowest_fen=self.terms.lowest_fen)
        return viewer in {bid.viewer_id for bid in won}

    def attempt(self, viewer: int, price_fen: int, now: dt.datetime) -> str | None:
        """Bid, and say why it does not count."""
        standing = Standing(
            is_running=True,
            highest_fen=self.bids[-1].price_fen if self.bids else None,
            ends_at=self.ends_at,
            bids=sum(bid.viewer_id == viewer for bid in self.bids),
            leads=self.leads(viewer),
        )
        why = judge_bid(self.terms, standing, price_fen=price_fen, now=now)
        if why is None:
            self.ends_at = end_after_bid(self.terms, ends_at=self.ends_at, now=now)
            self.bids.append(BidMade(len(self.bids) + 1, viewer, price_fen))
        return why


attempts = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 400), st.integers(0, 3_000)), max_size=60
)


def played(units: int, reserve: int | None, tries: list[tuple[int, int, int]]) -> Room:
    """A room after these tries: viewer, how far above the least, milliseconds until the next."""
    room = Room(terms(units=units, reserve_fen=reserve))
    now = NOW
    for viewer, above, wait in tries:
        highest = room.bids[-1].price_fen if room.bids else None
        room.attempt(viewer, least_bid_fen(room.terms, highest) - 50 + above, now)
        now += dt.timedelta(milliseconds=wait)
    return room


reserves = st.none() | st.integers(START_FEN, START_FEN + 3_000)


@given(units=st.integers(1, 4), reserve=reserves, tries=attempts)
def test_bids_rise_by_a_step_and_the_end_stays_within_its_cap(
    units: int, reserve: int | None, tries: list[tuple[int, int, int]]
) -> None:
    room = played(units, reserve, tries)
    prices = [bid.price_fen for bid in room.bids]
    assert all(low + STEP_FEN <= high for low, high in itertools.pairwise(prices))
    assert room.terms.closes_at <= room.ends_at <= room.terms.last_end


@given(units=st.integers(1, 4), reserve=reserves, tries=attempts)
def test_without_void_bids_the_highest_win_and_pay_what_they_bid(
    units: int, reserve: int | None, tries: list[tuple[int, int, int]]
) -> None:
    room = played(units, reserve, tries)
    lowest = room.terms.lowest_fen
    won = winning_bids(room.bids, units=units, lowest_fen=lowest)
    best: dict[int, int] = {}
    for bid in room.bids:
        best[bid.viewer_id] = max(best.get(bid.viewer_id, 0), bid.price_fen)
    reached = sorted((fen, viewer) for viewer, fen in best.items() if fen >= lowest)
    ranked = [(viewer, fen) for fen, viewer in reversed(reached)][:units]
    assert [(bid.viewer_id, bid.price_fen) for bid in won] == ranked


@given(units=st.integers(1, 4), reserve=reserves, tries=attempts, void=st.sets(st.integers(1, 5)))
def test_with_void_bidders_nobody_pays_more_and_no_loser_bid_more(
    units: int, reserve: int | None, tries: list[tuple[int, int, int]], void: set[int]
) -> None:
    room = played(units, reserve, tries)
    lowest = room.terms.lowest_fen
    won = winning_bids(room.bids, units=units, lowest_fen=lowest, void=void)
    winners = {bid.viewer_id: bid.price_fen for bid in won}
    assert winners.keys().isdisjoint(void)
    assert len(winners) == len(won) <= units
    for bid in room.bids:
        if bid.viewer_id not in void and bid.viewer_id not in winners:
            assert all(bid.price_fen < fen for fen in winners.values())
    for viewer, fen in winners.items():
        assert lowest <= fen <= max(b.price_fen for b in room.bids if b.viewer_id == viewer)
    # Whoever is void changes nothing but by being gone.
    honest = [bid for bid in room.bids if bid.viewer_id not in void]
    assert won == winning_bids(honest, units=units, lowest_fen=lowest)
