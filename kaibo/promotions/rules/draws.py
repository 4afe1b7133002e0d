"""Draws with prizes: what has to be said before, what may change, who may enter. Pure."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.machines import Machine, Move, State
from kaibo.promotions.errors import (
    DrawIncomplete,
    DrawTermsStand,
    PrizeAboveCap,
    UnknownAudience,
    WindowCannotBe,
)
from kaibo.promotions.rules.running import AUDIENCES, Traits, is_for

# 反不正当竞争法 11: the top prize of a draw is worth 50,000 yuan at most (LM-102).
PRIZE_FEN_MAX: Final = 5_000_000
# Claims above 500 yuan are published as they happen (LM-105).
CLAIM_SHOWN_ABOVE_FEN: Final = 50_000
KEPT_YEARS: Final = 2
PRIZES_MAX: Final = 20
UNITS_DRAWN_MAX: Final = 1_000
CLAIM_DAYS_MAX: Final = 365
TEXT_CHARS_MAX: Final = 200
_TIMES: Final = ("opens_at", "closes_at")
_PHONE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)

# A draw with prizes, from idea to file.
DRAW: Final = Machine(
    "draw",
    "福袋",
    (
        State("draft", "草稿", is_final=True),
        State("published", "已公示"),
        State("open", "进行中"),
        State("closed", "已截止"),
        State("drawn", "已开奖"),
        State("settled", "已完结", is_final=True),
        State("cancelled", "已取消", is_final=True),
    ),
    (
        Move("draft", "publish", "published", by="publish_draw"),
        Move("published", "open", "open", by="open_draw"),
        Move("open", "close", "closed", by="close_draw"),
        Move("closed", "draw", "drawn", by="reveal_draw"),
        Move("drawn", "settle", "settled", by="settle_due_draws"),
        Move("draft", "cancel", "cancelled", by="cancel_draw"),
        Move("published", "cancel", "cancelled", by="cancel_draw"),
    ),
)
# One prize in one winner's hands.
AWARD: Final = Machine(
    "award",
    "中奖",
    (
        State("awarded", "待领取"),
        State("claimed", "待发货"),
        State("shipped", "已发货", is_final=True),
        State("delivered", "已签收", is_final=True),
        State("given", "已发券", is_final=True),
        State("lapsed", "已过期", is_final=True),
    ),
    (
        Move("awarded", "claim", "claimed", by="claim_prize"),
        Move("claimed", "ship", "shipped", by="ship_prize"),
        Move("shipped", "deliver", "delivered", by="deliver_prize"),
        Move("awarded", "give", "given", by="reveal_draw"),
        Move("awarded", "lapse", "lapsed", by="settle_due_draws"),
    ),
)


class Prize(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of prize; a draft may leave its value, proof and number open.

    Args:
        kind: goods, or the right to use something, both valued at the market price; or a coupon,
            valued by its terms when it is published.
        proof: where the value can be looked up; a coupon's terms are its own.
        promotion_id: of a coupon, the promotion that it is of.
    """

    name: str
    kind: Literal["goods", "right", "coupon"] = "goods"
    value_fen: int | None = None
    proof: str = ""
    count: int | None = None
    promotion_id: int | None = None


class DrawSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything viewers are told before; a draft may leave parts open.

    Args:
        audience: a declared audience; "" is not said yet. ``keyword``: what an entrant types.
    """

    show_id: int
    title: str
    prizes: tuple[Prize, ...] = ()
    audience: str = ""
    keyword: str = ""
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    claim_days: int | None = None
    claim_how: str = ""
    organiser: str = ""


class Favour(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a published draw: more of its prizes, new ones, a longer term to claim."""

    prizes: tuple[Prize, ...] | None = None
    claim_days: int | None = None


def check_draw_spec(spec: DrawSpec) -> DrawSpec:
    """The terms with clean texts.

    Raises:
        BadInput and its kin: a text or number that cannot be stored, or no such audience.
    """
    check_whole("prizes", len(spec.prizes), most=PRIZES_MAX)
    if spec.audience and spec.audience not in AUDIENCES:
        raise UnknownAudience(audience=spec.audience[:40], known=", ".join(AUDIENCES))
    if spec.claim_days is not None:
        check_whole("claim_days", spec.claim_days, least=1, most=CLAIM_DAYS_MAX)
    opens_at, closes_at = (clean_at(name, getattr(spec, name)) for name in _TIMES)
    if opens_at and closes_at and closes_at <= opens_at:
        raise WindowCannotBe(
            field="closes_at", why_zh="须晚于开始时间", why_en="it has to be after the start"
        )
    texts = {
        name: clean_text(name, getattr(spec, name), chars_max=TEXT_CHARS_MAX)
        for name in ("keyword", "claim_how", "organiser")
    }
    return msgspec.structs.replace(
        spec,
        title=clean_text("title", spec.title, chars_max=60, required=True),
        prizes=tuple(_clean_prize(prize) for prize in spec.prizes),
        opens_at=opens_at,
        closes_at=closes_at,
        **texts,
    )


def check_publishable(spec: DrawSpec) -> None:
    """Refuse to publish a draw of which something is not said (LM-101) or too dear (LM-102).

    Raises:
        DrawIncomplete: names everything that is missing. PrizeAboveCap: names the prize.
    """
    prizes = spec.prizes
    # A coupon is valued by its terms, and comes without being claimed.
    things = [prize for prize in prizes if prize.kind != "coupon"]
    coupons = [prize for prize in prizes if prize.kind == "coupon"]
    missing = [
        name
        for name, is_missing in (
            ("prizes", not prizes),
            ("prize_value", any(not prize.value_fen for prize in things)),
            ("price_proof", any(not prize.proof for prize in things)),
            ("coupon", any(prize.promotion_id is None for prize in coupons)),
            ("odds_or_quantity", any(not prize.count for prize in prizes)),
            ("conditions", not spec.audience),
            ("opens_at", spec.opens_at is None),
            ("closes_at", spec.closes_at is None),
            ("claim_days", bool(things) and spec.claim_days is None),
            ("claim_how", bool(things) and not spec.claim_how),
            ("organiser", not spec.organiser),
        )
        if is_missing
    ]
    if missing:
        raise DrawIncomplete(missing=missing)
    check_whole("count", sum(prize.count or 0 for prize in prizes), most=UNITS_DRAWN_MAX)
    _check_cap(prizes)


def favoured(spec: DrawSpec, changes: Favour) -> DrawSpec:
    """The terms after a change in the entrants' favour (LM-103).

    Raises:
        DrawTermsStand: something would become less, or another thing.
        BadInput and its kin, DrawIncomplete, PrizeAboveCap: as for new terms.
    """
    prizes = spec.prizes if changes.prizes is None else changes.prizes
    days = spec.claim_days if changes.claim_days is None else changes.claim_days
    if (days or 0) < (spec.claim_days or 0):
        raise DrawTermsStand(field="claim_days")
    after = check_draw_spec(msgspec.structs.replace(spec, prizes=prizes, claim_days=days))
    for place, was in enumerate(spec.prizes):
        now = after.prizes[place] if place < len(after.prizes) else None
        if now is None or (now.count or 0) < (was.count or 0):
            raise DrawTermsStand(field=f"prizes.{place}.count")
        if msgspec.structs.replace(now, count=was.count) != was:
            raise DrawTermsStand(field=f"prizes.{place}")
    check_publishable(after)
    return after


def valued(spec: DrawSpec, worth: Mapping[int, int], *, after: int = 0) -> DrawSpec:
    """The terms with its coupons valued at their worth.

    Args:
        worth: in fen, by promotion.
        after: so many prizes were published before, at the worth they had then.

    Raises:
        PrizeAboveCap: names the coupon (LM-102).
    """
    prizes = list(spec.prizes)
    for place, prize in enumerate(prizes):
        if place >= after and prize.promotion_id is not None:
            prizes[place] = msgspec.structs.replace(prize, value_fen=worth[prize.promotion_id])
    _check_cap(prizes)
    return msgspec.structs.replace(spec, prizes=tuple(prizes))


def coupons_in(prizes: Iterable[Prize]) -> Counter[int]:
    """How many coupons of each promotion these prizes are.

    >>> coupons_in([Prize(name="券", kind="coupon", promotion_id=7, count=3), Prize(name="杯")])
    Counter({7: 3})
    """
    found: Counter[int] = Counter()
    for prize in prizes:
        if prize.promotion_id is not None:
            found[prize.promotion_id] += prize.count or 0
    return found


def top_fen(prizes: Sequence[Prize]) -> int:
    """The dearest prize."""
    return max((prize.value_fen or 0 for prize in prizes), default=0)


def judge_entry(
    spec: DrawSpec, *, traits: Traits, keyword: str, won_fen: int
) -> Literal["not_for_you", "keyword", "over_cap"] | None:
    """Why a viewer may not enter; None if they may.

    Args:
        won_fen: the value of all they won in this show before; with the top prize of this draw
            it stays within the cap (LM-102).
    """
    if not is_for(spec.audience, traits):
        return "not_for_you"
    if spec.keyword and keyword.strip() != spec.keyword:
        return "keyword"
    if won_fen + top_fen(spec.prizes) > PRIZE_FEN_MAX:
        return "over_cap"
    return None


def kept_until(at: dt.datetime) -> dt.datetime:
    """Until when the file of a draw that ended ``at`` is kept (LM-105).

    >>> kept_until(dt.datetime(2028, 2, 29, tzinfo=dt.UTC)).date()
    datetime.date(2030, 3, 1)
    """
    try:
        return at.replace(year=at.year + KEPT_YEARS)
    except ValueError:
        return at.replace(year=at.year + KEPT_YEARS, month=3, day=1)


def clean_at(field: str, at: dt.datetime | None) -> dt.datetime | None:
    """A moment in UTC.

    Raises:
        WindowCannotBe: not of our time.
    """
    if at is not None and not 2020 <= at.year <= 2200:
        raise WindowCannotBe(field=field, why_zh="年份有误", why_en="no such year can be meant")
    return None if at is None else at.astimezone(dt.UTC)


def _check_cap(prizes: Iterable[Prize]) -> None:
    for prize in prizes:
        if (prize.value_fen or 0) > PRIZE_FEN_MAX:
            raise PrizeAboveCap(name=prize.name, value_fen=prize.value_fen, cap_fen=PRIZE_FEN_MAX)


def _clean_prize(prize: Prize) -> Prize:
    check_whole("value_fen", prize.value_fen or 0)
    check_whole("count", prize.count or 0, most=UNITS_DRAWN_MAX)
    promotion_id = prize.promotion_id if prize.kind == "coupon" else None
    if promotion_id is not None:
        check_whole("promotion_id", promotion_id, least=1, most=2**63 - 1)
    return msgspec.structs.replace(
        prize,
        name=clean_text("name", prize.name, chars_max=60, required=True),
        proof=clean_text("proof", prize.proof, chars_max=TEXT_CHARS_MAX),
        promotion_id=promotion_id,
    )


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Where a prize goes. Kept encrypted; never in facts or logs."""

    name: str
    phone: str
    region: str
    detail: str


def clean_receiver(receiver: Receiver) -> Receiver:
    """The receiver with clean texts.

    Raises:
        TextMissing, TextTooLong, TextUnreadable, BadInput: names the field.
    """
    texts = {
        name: clean_text(name, getattr(receiver, name), chars_max=chars_max, required=True)
        for name, chars_max in (("name", 40), ("phone", 30), ("region", 80), ("detail", 200))
    }
    if not _PHONE.fullmatch(texts["phone"]):
        raise BadInput(field="phone", why="11 × 0-9")
    return Receiver(**texts)
