"""What may be sold at which price and limit, and who wins a flash sale."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeVar

import msgspec

from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    NoDayPriceBasis,
    NotOnSale,
    SoldOut,
    WindowCannotBe,
)
from kaibo.promotions.rules.running import FAN_TIERS

UNITS_MAX: Final = 10_000_000
LINK_NO_MAX: Final = 9_999
PER_BUYER_MAX: Final = 10_000
PAY_WITHIN_S_MIN: Final = 10
PAY_WITHIN_S_MAX: Final = 7_200
WINDOW_S_MAX: Final = 24 * 3600
EARLY_S_MAX: Final = 3600
KEY_CHARS_MAX: Final = 64

# What arrived inside the window may be judged this much later before the sale is wound up.
JUDGING_GRACE: Final = dt.timedelta(seconds=2)

SaleState = Literal["planned", "running", "ended"]
OfferState = Literal["planned", "listed", "open", "closed"]
Verdict = Literal[
    "won",
    "waiting",
    "sold_out",
    "buyer_limit",
    "window_closed",
    "early_only",
    "not_running",
    "on_hold",
    "bad_request",
]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_KEY = re.compile(rf"[A-Za-z0-9_.:-]{{1,{KEY_CHARS_MAX}}}")


class Attempt(msgspec.Struct, frozen=True):
    """One try to claim, stamped by the server that received it.

    Args:
        request_key: the client's own key; the same key is the same try.
        arrived_at: aware, UTC; the server's clock, never the browser's.
        wait: take a place in the waitlist, if the sale has one, rather than lose.
    """

    viewer_id: int
    units: int
    request_key: str
    arrived_at: dt.datetime
    wait: bool = False


class Wish(Protocol):
    """Units that somebody waits for."""

    units: int


W = TypeVar("W", bound=Wish)


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """A flash sale as published; the window is half-open, [opens_at, closes_at).

    With ``early_tier`` its first ``early_s`` seconds are for fans of that tier and above.
    """

    state: SaleState
    opens_at: dt.datetime
    closes_at: dt.datetime
    units_per_buyer_max: int
    has_waitlist: bool = False
    early_tier: int = 0
    early_s: int = 0

    @property
    def opens_to_all_at(self) -> dt.datetime:
        """When it opens to who is on no tier."""
        return self.opens_at + dt.timedelta(seconds=self.early_s)

    def shut_to(self, arrived_at: dt.datetime, fan_place: int) -> Verdict | None:
        """Why it takes no claim of this moment from somebody on this fan tier; None: it does."""
        if self.state != "running":
            return "not_running"
        if not self.opens_at <= arrived_at < self.closes_at:
            return "window_closed"
        if fan_place < self.early_tier and arrived_at < self.opens_to_all_at:
            return "early_only"
        return None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging left behind: one verdict per attempt, the units left, what each buyer holds,
    how many wait, and who of the batch is among them."""

    verdicts: list[Verdict]
    units_left: int
    held_by_viewer: dict[int, int]
    waiting: int
    in_line: set[int]


def judge_claims(
    terms: SaleTerms,
    *,
    units_left: int,
    held_by_viewer: Mapping[int, int],
    attempts: Sequence[Attempt],
    waiting: int = 0,
    in_line: Collection[int] = (),
    until_trip: int | None = None,
    fan_places: Mapping[int, int] | None = None,
) -> Judgement:
    """Say who wins, in order of arrival; one attempt and many are judged alike.

    Judging a batch equals judging its attempts one after another by (arrival, place in the
    batch). Repeats of a request key are not looked at here: the caller answers them from what
    was answered before.

    Args:
        terms: as published to viewers.
        units_left: units of the sale that nobody holds, read under the row lock.
        held_by_viewer: units in live claims; a viewer who is missing holds none.
        waiting: how many are in the waitlist. While anybody is, nobody else wins.
        in_line: who of these viewers has a place already; a second is never given.
        until_trip: so many units can be won before the breaker trips; the claim that reaches the
            number is the last. None: the breaker has nothing to count.
        fan_places: the fan tiers of these viewers, where the terms open earlier for one; who is
            missing is on none.

    Returns:
        Verdicts in the order of ``attempts``. Of several reasons to refuse, the first of
        bad_request, not_running, window_closed, early_only, buyer_limit, on_hold, sold_out is told.
    """
    assert units_left >= 0
    held, line = dict(held_by_viewer), set(in_line)
    most, is_key = terms.units_per_buyer_max, _KEY.fullmatch
    until = units_left + 1 if until_trip is None else until_trip
    places, shut_to = fan_places or {}, terms.shut_to
    verdicts: list[Verdict] = ["bad_request"] * len(attempts)
    for place in sorted(range(len(attempts)), key=lambda i: attempts[i].arrived_at):
        attempt = attempts[place]
        viewer_id, units = attempt.viewer_id, attempt.units
        if units < 1 or not is_key(attempt.request_key):
            continue
        mine = held.get(viewer_id, 0) + units
        if shut := shut_to(attempt.arrived_at, places.get(viewer_id, 0)):
            verdicts[place] = shut
        elif viewer_id in line:
            verdicts[place] = "waiting"
        elif mine > most:
            verdicts[place] = "buyer_limit"
        elif until <= 0:
            verdicts[place] = "on_hold"
        elif units <= free_units(units_left, waiting=waiting):
            verdicts[place] = "won"
            units_left -= units
            until -= units
            held[viewer_id] = mine
        elif attempt.wait and terms.has_waitlist:
            verdicts[place] = "waiting"
            waiting += 1
            line.add(viewer_id)
        else:
            verdicts[place] = "sold_out"
    return Judgement(
        verdicts=verdicts,
        units_left=units_left,
        held_by_viewer=held,
        waiting=waiting,
        in_line=line,
    )


def free_units(units_left: int, *, waiting: int) -> int:
    """Units that a newcomer may have: none while somebody waits, whom they would overtake."""
    return 0 if waiting else units_left


def first_that_fit(units_left: int, wishes: Iterable[W]) -> list[W]:
    """Whom of a line, in its order, released units are given to.

    A wish that is larger than what is left is passed over and keeps its place.

    >>> from types import SimpleNamespace as Wish
    >>> [wish.units for wish in first_that_fit(3, [Wish(units=n) for n in (2, 4, 2, 1, 1)])]
    [2, 1]
    """
    served: list[W] = []
    for wish in wishes:
        if wish.units <= units_left:
            units_left -= wish.units
            served.append(wish)
    return served


def is_request_key(key: str) -> bool:
    """Whether a client's key can be stored: 1 to 64 plain characters."""
    return _KEY.fullmatch(key) is not None


def check_request_key(key: str) -> str:
    """The key itself, or a refusal that names the field."""
    if not is_request_key(key):
        raise BadInput(field="request_key", why=f"1–{KEY_CHARS_MAX} × A-Z a-z 0-9 _ . : -")
    return key


def at_us(moment: dt.datetime) -> int:
    """A moment in whole microseconds since 1970, exact.

    >>> at_us(dt.datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=dt.UTC))
    1000005
    """
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def opened_window(terms: SaleTerms, now: dt.datetime) -> SaleTerms:
    """The terms with which a sale starts: a planned opening that has passed slides to ``now``.

    The length of the window never changes, so viewers get the time that was announced.
    """
    opens_at = max(terms.opens_at, now)
    length = terms.closes_at - terms.opens_at
    return replace(terms, state="running", opens_at=opens_at, closes_at=opens_at + length)


def is_on(terms: SaleTerms, now: dt.datetime) -> bool:
    """Whether a claim that arrives ``now`` can win."""
    return terms.state == "running" and terms.opens_at <= now < terms.closes_at


def check_price_floor(sku: str, *, price_fen: int, floor_fen: int) -> None:
    """Refuse a price below the SKU's floor; a floor of 0 means none is set.

    Raises:
        BelowFloor: names the SKU and both prices.
    """
    if price_fen < floor_fen:
        raise BelowFloor(sku=sku, price_fen=price_fen, floor_fen=floor_fen)


def check_take_units(
    *, link_no: int, state: OfferState, units: int, units_left: int, held: int, per_buyer_max: int
) -> None:
    """Refuse to take units of a link for a buyer; say nothing if they may be taken.

    Args:
        units: asked for, at least 1.
        held: units this buyer holds or bought of this link already.
        per_buyer_max: 0 means no limit.

    Raises:
        NotOnSale, BuyerLimit, SoldOut: in this order.
    """
    check_whole("units", units, least=1, most=UNITS_MAX)
    if state != "open":
        raise NotOnSale(link_no=link_no, state=state)
    if per_buyer_max and held + units > per_buyer_max:
        raise BuyerLimit(held=held, max=per_buyer_max)
    if units > units_left:
        raise SoldOut(link_no=link_no, units_left=units_left)


def check_offer_terms(
    *, link_no: int, price_fen: int, day_price_fen: int | None, price_basis: str, per_buyer_max: int
) -> None:
    """Refuse terms of a link that cannot be shown to viewers.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        NoDayPriceBasis: a compared price above the price, without saying what it is.
    """
    check_whole("link_no", link_no, least=1, most=LINK_NO_MAX)
    check_whole("price_fen", price_fen, least=1, most=FEN_MAX)
    check_whole("per_buyer_max", per_buyer_max, least=0, most=PER_BUYER_MAX)
    if day_price_fen is not None:
        check_whole("day_price_fen", day_price_fen, least=1, most=FEN_MAX)
        if day_price_fen > price_fen and not price_basis.strip():
            raise NoDayPriceBasis(link_no=link_no)


def check_sale_terms(
    terms: SaleTerms, *, price_fen: int, units: int, pay_within_s: int, now: dt.datetime
) -> None:
    """Refuse the terms of a flash sale that cannot be kept.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        WindowCannotBe: empty, over, or longer than a day.
    """
    check_whole("price_fen", price_fen, least=1, most=FEN_MAX)
    check_whole("units", units, least=1, most=UNITS_MAX)
    check_whole("per_buyer_max", terms.units_per_buyer_max, least=1, most=PER_BUYER_MAX)
    check_whole("pay_within_s", pay_within_s, least=PAY_WITHIN_S_MIN, most=PAY_WITHIN_S_MAX)
    if terms.closes_at <= terms.opens_at:
        raise WindowCannotBe(
            field="closes_at", why_zh="结束须晚于开始", why_en="it must end after it begins"
        )
    if terms.closes_at <= now:
        raise WindowCannotBe(field="closes_at", why_zh="结束时间已过", why_en="the end has passed")
    check_whole("early_tier", terms.early_tier, least=0, most=len(FAN_TIERS))
    check_whole("early_s", terms.early_s, least=1 if terms.early_tier else 0, most=EARLY_S_MAX)
    if terms.early_s and not terms.early_tier:
        raise WindowCannotBe(
            field="early_s", why_zh="请选择哪一级粉丝提前", why_en="say which fan tier is earlier"
        )
    if terms.opens_to_all_at >= terms.closes_at:
        raise WindowCannotBe(
            field="early_s",
            why_zh="提前时段须短于活动时长",
            why_en="the early time must be shorter than the sale",
        )
    if (terms.closes_at - terms.opens_at).total_seconds() > WINDOW_S_MAX:
        raise WindowCannotBe(field="closes_at", why_zh="最长 24 小时", why_en="24 hours at most")


def refusals(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many attempts were refused, by reason."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        if verdict not in ("won", "waiting"):
            counts[verdict] = counts.get(verdict, 0) + 1
    return counts
