"""Auctions: one SKU sold by ascending bids. Which terms can be kept, which bid counts, who wins.

Pure: the same terms, bids and moments give the same answer. In Chinese this is 竞价购买, a way of
finding a price, not 拍卖, which is a licensed trade (``docs/mechanisms/auctions.md``).
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.inputs import check_whole
from kaibo.base.machines import Machine, Move, State
from kaibo.base.money import FEN_MAX, yuan
from kaibo.promotions.errors import AuctionCannotBe
from kaibo.promotions.rules.selling import PAY_WITHIN_S_MAX, PAY_WITHIN_S_MIN, WINDOW_S_MAX

AUCTION_UNITS_MAX: Final = 100
BIDS_PER_BUYER_MAX: Final = 1_000
AUCTION_S_MIN: Final = 10
EXTEND_S_MAX: Final = 600
EXTEND_IN_ALL_S_MAX: Final = 3_600
NEXT_OFFERS_MAX: Final = 10
# A bid raises by so many steps at most: a slip of the finger costs a refusal, not a fortune.
STEPS_AT_ONCE_MAX: Final = 100

BidRefusal = Literal[
    "not_begun", "over", "barred", "unpaid_before", "too_many", "leading", "too_low", "too_high"
]

# An auction of a link. Its terms never change; it runs to its published end.
AUCTION: Final = Machine(
    "auction",
    "竞价",
    (
        State("planned", "待开始"),
        State("running", "竞价中"),
        State("hammered", "已成交待付款"),
        State("settled", "已完结", is_final=True),
        State("unsold", "未成交", is_final=True),
        State("cancelled", "已取消", is_final=True),
    ),
    (
        Move("planned", "start", "running", by="run_due_auctions"),
        Move("planned", "cancel", "cancelled", by="cancel_auction"),
        Move("running", "cancel", "cancelled", by="close_link"),
        Move("running", "hammer", "hammered", by="run_due_auctions"),
        Move("running", "pass_in", "unsold", by="run_due_auctions"),
        Move("hammered", "settle", "settled", by="mark_units_sold"),
    ),
)
# One unit in one winner's hands, until they pay or let it go.
WIN: Final = Machine(
    "win",
    "竞得",
    (
        State("held", "待下单"),
        State("ordered", "已下单"),
        State("paid", "已付款", is_final=True),
        State("lapsed", "逾期失效", is_final=True),
    ),
    (
        Move("held", "order", "ordered", by="take_win"),
        Move("held", "lapse", "lapsed", by="release_due_wins"),
        Move("ordered", "lapse", "lapsed", by="give_back_units"),
        Move("ordered", "pay", "paid", by="mark_units_sold"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionTerms:
    """The terms of an auction; the window is half-open, [opens_at, the end).

    Args:
        units: each goes to another bidder; the highest bidders win one each.
        start_fen: the least first bid. step_fen: by how much a bid is above the highest.
        reserve_fen: below it nothing is sold; that there is one is told beforehand, the amount
            is not.
        buy_now_fen: a bid of exactly this ends the auction; of one unit only.
        extend_within_s: a bid in so many last seconds moves the end by ``extend_by_s``, in all by
            ``extend_max_s`` beyond ``closes_at``; 0 is no extension.
        pay_within_s: a winner orders and pays within it.
        next_offers_max: an unpaid unit is offered to so many next bidders in turn; 0: it goes
            back to the link at once.
    """

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

    @property
    def lowest_fen(self) -> int:
        """The lowest price at which a unit can be won: the reserve, or the first bid."""
        return max(self.start_fen, self.reserve_fen or 0)

    @property
    def last_end(self) -> dt.datetime:
        """No extension goes beyond it."""
        return self.closes_at + dt.timedelta(seconds=self.extend_max_s)


@dataclass(frozen=True, slots=True)
class BidMade:
    """A bid that counts; ``number`` is its place among all of the auction, from 1."""

    number: int
    viewer_id: int
    price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a new bid is judged against, read under the auction's lock.

    Args:
        highest_fen: of all bids so far; None before the first.
        ends_at: as the extensions have moved it.
        bids: how many this bidder made before.
        leads: whether this bidder would win a unit if it ended now.
        barred: staff or an affiliate of the shop. unpaid: let a win go unpaid in this show.
    """

    is_running: bool
    highest_fen: int | None
    ends_at: dt.datetime
    bids: int = 0
    leads: bool = False
    barred: bool = False
    unpaid: bool = False


def check_auction_terms(terms: AuctionTerms, *, now: dt.datetime) -> None:
    """Refuse the terms of an auction that cannot be kept.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        AuctionCannotBe: names the field and why.
    """
    check_whole("units", terms.units, least=1, most=AUCTION_UNITS_MAX)
    check_whole("start_fen", terms.start_fen, least=1, most=FEN_MAX)
    check_whole("step_fen", terms.step_fen, least=1, most=FEN_MAX)
    check_whole("bids_per_buyer_max", terms.bids_per_buyer_max, least=1, most=BIDS_PER_BUYER_MAX)
    check_whole("next_offers_max", terms.next_offers_max, least=0, most=NEXT_OFFERS_MAX)
    check_whole("pay_within_s", terms.pay_within_s, least=PAY_WITHIN_S_MIN, most=PAY_WITHIN_S_MAX)
    if terms.reserve_fen is not None:
        check_whole("reserve_fen", terms.reserve_fen, least=terms.start_fen, most=FEN_MAX)
    _check_buy_now(terms)
    _check_times(terms, now=now)


def least_bid_fen(terms: AuctionTerms, highest_fen: int | None) -> int:
    """The lowest bid that can follow; never above the price to buy now.

    >>> terms = AuctionTerms(
    ...     units=1, start_fen=1_000, step_fen=100, reserve_fen=None, buy_now_fen=1_250,
    ...     opens_at=dt.datetime.min, closes_at=dt.datetime.max, extend_within_s=0,
    ...     extend_by_s=0, extend_max_s=0, bids_per_buyer_max=1, pay_within_s=60,
    ...     next_offers_max=0,
    ... )
    >>> [least_bid_fen(terms, highest) for highest in (None, 1_000, 1_200)]
    [1000, 1100, 1250]
    """
    least = terms.start_fen if highest_fen is None else highest_fen + terms.step_fen
    return least if terms.buy_now_fen is None else min(least, terms.buy_now_fen)


def most_bid_fen(terms: AuctionTerms, highest_fen: int | None) -> int:
    """The highest bid that can follow: a hundred steps up, or the price to buy now."""
    base = terms.start_fen if highest_fen is None else highest_fen
    most = min(FEN_MAX, base + STEPS_AT_ONCE_MAX * terms.step_fen)
    return most if terms.buy_now_fen is None else terms.buy_now_fen


def judge_bid(
    terms: AuctionTerms, standing: Standing, *, price_fen: int, now: dt.datetime
) -> BidRefusal | None:
    """Why a bid does not count; None: it does. The first reason that applies is told."""
    if not standing.is_running or now < terms.opens_at:
        return "not_begun" if now < terms.opens_at else "over"
    if now >= standing.ends_at:
        return "over"
    if standing.barred:
        return "barred"
    if standing.unpaid:
        return "unpaid_before"
    if standing.bids >= terms.bids_per_buyer_max:
        return "too_many"
    # Nobody outbids themselves, but to buy now.
    if standing.leads and price_fen != terms.buy_now_fen:
        return "leading"
    if price_fen < least_bid_fen(terms, standing.highest_fen):
        return "too_low"
    return "too_high" if price_fen > most_bid_fen(terms, standing.highest_fen) else None


def end_after_bid(terms: AuctionTerms, *, ends_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The end after a bid that counted ``now``: moved if it came in the last seconds."""
    if ends_at - now > dt.timedelta(seconds=terms.extend_within_s):
        return ends_at
    return max(ends_at, min(ends_at + dt.timedelta(seconds=terms.extend_by_s), terms.last_end))


def winning_bids(
    bids: Iterable[BidMade],
    *,
    units: int,
    lowest_fen: int,
    void: Collection[int] = (),
    holders: Collection[int] = (),
) -> list[BidMade]:
    """Who wins and at which of their own bids, the highest bidder first; one unit each.

    The price is the winner's lowest own bid that stands above every losing bidder's and reaches
    ``lowest_fen``. Where no bid is void that is their highest; where one is, nobody pays what it
    drove them to.

    Args:
        bids: of the auction, in any order, no two at one price.
        void: bidders who count for nothing: of the shop, or who let their win go.
        holders: bidders who won a unit already and keep it.
    """
    out = {*void, *holders}
    mine: dict[int, list[BidMade]] = {}
    for bid in sorted(bids, key=lambda bid: bid.price_fen):
        if bid.viewer_id not in out:
            mine.setdefault(bid.viewer_id, []).append(bid)
    ranked = sorted(mine.values(), key=lambda own: -own[-1].price_fen)
    won = [own for own in ranked[:units] if own[-1].price_fen >= lowest_fen]
    lost = [own[-1].price_fen for own in ranked[len(won) :]]
    bar = max([lowest_fen, *(fen + 1 for fen in lost)])
    return [next(bid for bid in own if bid.price_fen >= bar) for own in won]


def auction_words(terms: AuctionTerms) -> tuple[str, str]:
    """The rule of this auction as viewers read it before they bid, in zh and en.

    The reserve is said to be there; its amount is not in it.
    """
    zh = [
        f"{yuan_said(terms.start_fen)} 起，每次至少加 {yuan_said(terms.step_fen)}",
        f"共 {terms.units} 件，出价最高的 {terms.units} 位买家各得一件"
        if terms.units > 1
        else "出价最高的买家得",
        "竞得价为您高于所有落选买家且不低于保留价的最低一次出价",
        "设有保留价，未达到则不成交" if terms.reserve_fen is not None else "不设保留价",
        f"每人最多出价 {terms.bids_per_buyer_max} 次",
        f"竞得后 {terms.pay_within_s} 秒内下单付款，逾期失效且本场不能再出价",
    ]
    en = [
        f"From {yuan_said(terms.start_fen)}, each bid {yuan_said(terms.step_fen)} up at least",
        f"{terms.units} units: the {terms.units} highest bidders get one each"
        if terms.units > 1
        else "the highest bidder gets it",
        "you pay your lowest bid that is above every losing bidder's and reaches the reserve",
        "there is a reserve price, below which nothing is sold"
        if terms.reserve_fen is not None
        else "there is no reserve price",
        f"{terms.bids_per_buyer_max} bids each at most",
        f"order and pay within {terms.pay_within_s} seconds of winning, or it lapses and you "
        "bid no more in this show",
    ]
    if terms.buy_now_fen is not None:
        zh.append(f"出价 {yuan_said(terms.buy_now_fen)} 立即成交")
        en.append(f"a bid of {yuan_said(terms.buy_now_fen)} ends it at once")
    if terms.extend_max_s:
        zh.append(
            f"最后 {terms.extend_within_s} 秒内有出价则延长 {terms.extend_by_s} 秒，"
            f"累计最多 {terms.extend_max_s} 秒"
        )
        en.append(
            f"a bid in the last {terms.extend_within_s} seconds adds {terms.extend_by_s}, "
            f"{terms.extend_max_s} in all at most"
        )
    if terms.next_offers_max:
        zh.append(f"逾期未付的依次给下一位出价人，最多 {terms.next_offers_max} 位，可以不要")
        en.append(
            f"an unpaid unit is offered to the next bidders in turn, {terms.next_offers_max} at "
            "most, who need not take it"
        )
    else:
        zh.append("逾期未付的退回库存")
        en.append("an unpaid unit goes back to the stock")
    return "；".join(zh) + "。", "; ".join(en) + "."


def yuan_said(fen: int) -> str:
    """An amount as a sentence says it."""
    return f"¥{yuan(fen)}"


def _check_buy_now(terms: AuctionTerms) -> None:
    if terms.buy_now_fen is None:
        return
    if terms.units != 1:
        raise AuctionCannotBe(
            field="buy_now_fen",
            why_zh="多件竞价不设一口价",
            why_en="an auction of several units has no price to buy now",
        )
    check_whole("buy_now_fen", terms.buy_now_fen, least=1, most=FEN_MAX)
    if terms.buy_now_fen < terms.lowest_fen + terms.step_fen:
        raise AuctionCannotBe(
            field="buy_now_fen",
            why_zh="至少比起价和保留价高一次加价",
            why_en="a step above start and reserve at least",
        )


def _check_times(terms: AuctionTerms, *, now: dt.datetime) -> None:
    length_s = (terms.closes_at - terms.opens_at).total_seconds()
    if not AUCTION_S_MIN <= length_s <= WINDOW_S_MAX:
        raise AuctionCannotBe(
            field="closes_at",
            why_zh=f"时长须在 {AUCTION_S_MIN} 秒到 24 小时之间",
            why_en=f"from {AUCTION_S_MIN} seconds to 24 hours after it opens",
        )
    if terms.opens_at < now:
        raise AuctionCannotBe(
            field="opens_at", why_zh="开始时间已过", why_en="the opening has passed"
        )
    if (terms.opens_at - now).total_seconds() > WINDOW_S_MAX:
        raise AuctionCannotBe(
            field="opens_at", why_zh="最早 24 小时前设置", why_en="within 24 hours"
        )
    check_whole("extend_within_s", terms.extend_within_s, least=0, most=EXTEND_S_MAX)
    check_whole("extend_by_s", terms.extend_by_s, least=0, most=EXTEND_S_MAX)
    check_whole("extend_max_s", terms.extend_max_s, least=0, most=EXTEND_IN_ALL_S_MAX)
    parts = (terms.extend_within_s, terms.extend_by_s, terms.extend_max_s)
    if any(parts) and not all(parts):
        raise AuctionCannotBe(
            field="extend_by_s",
            why_zh="防狙击延时的三项须同时填写，或都为 0",
            why_en="say all three of the extension, or none",
        )
