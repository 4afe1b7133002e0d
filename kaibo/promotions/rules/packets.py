"""Red packets: what has to be said before, and who gets how much of one. Pure.

``docs/verify_packet.py`` says the splitting again in standard Python, and a test holds the two
together.
"""

import datetime as dt
from typing import Final, Literal

import msgspec

from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.machines import Machine, Move, State
from kaibo.base.money import FEN_MAX
from kaibo.promotions.errors import (
    PacketCannotBe,
    PacketIncomplete,
    PrizeAboveCap,
    UnknownAudience,
    WindowCannotBe,
)
from kaibo.promotions.rules.benefits import AmountOff
from kaibo.promotions.rules.drawing import sha
from kaibo.promotions.rules.draws import PRIZE_FEN_MAX, TEXT_CHARS_MAX, clean_at
from kaibo.promotions.rules.promotion import Everything, OfSkus, Promotion
from kaibo.promotions.rules.running import AUDIENCES, Traits, is_for
from kaibo.promotions.rules.spec import PromotionSpec

PORTIONS_MAX: Final = 2_000
CREDIT_DAYS_MAX: Final = 180
LASTS_MAX: Final = dt.timedelta(hours=24)
SKUS_MAX: Final = 500

# A red packet, from idea to file.
PACKET: Final = Machine(
    "packet",
    "红包",
    (
        State("draft", "草稿", is_final=True),
        State("published", "已公示"),
        State("open", "领取中"),
        State("finished", "已结束", is_final=True),
        State("cancelled", "已取消", is_final=True),
    ),
    (
        Move("draft", "publish", "published", by="publish_packet"),
        Move("published", "open", "open", by="open_packet"),
        Move("open", "finish", "finished", by="finish_packet"),
        Move("draft", "cancel", "cancelled", by="cancel_packet"),
        Move("published", "cancel", "cancelled", by="cancel_packet"),
    ),
)

Refused = Literal["barred", "not_for_you", "over_cap", "gone", "over"]


class PacketSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything viewers are told before; a draft may leave parts open, a published one none.

    Args:
        split: equal portions, or portions by chance between ``least_fen`` and ``most_fen``.
        audience: a declared audience; "" is not said yet.
        credit_days: a portion is a coupon without a threshold, good for so many days.
        sku_ids: what it can be used for; empty is everything of the shop.
        promotion_id: every portion is a coupon of this promotion instead, by its own terms. Then
            the split is equal, and the total is what all of them are worth.
    """

    show_id: int
    title: str
    total_fen: int | None = None
    number: int | None = None
    split: Literal["equal", "random"] = "equal"
    least_fen: int | None = None
    most_fen: int | None = None
    audience: str = ""
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    credit_days: int | None = None
    organiser: str = ""
    sku_ids: tuple[int, ...] = ()
    promotion_id: int | None = None


def check_packet_spec(spec: PacketSpec) -> PacketSpec:
    """The terms with clean texts.

    Raises:
        BadInput and its kin: a text or number that cannot be stored, or no such audience.
    """
    if spec.audience and spec.audience not in AUDIENCES:
        raise UnknownAudience(audience=spec.audience[:40], known=", ".join(AUDIENCES))
    for field, value, most in (
        ("total_fen", spec.total_fen, FEN_MAX),
        ("number", spec.number, PORTIONS_MAX),
        ("least_fen", spec.least_fen, FEN_MAX),
        ("most_fen", spec.most_fen, FEN_MAX),
        ("credit_days", spec.credit_days, CREDIT_DAYS_MAX),
    ):
        if value is not None:
            check_whole(field, value, least=1, most=most)
    if spec.promotion_id is not None:
        check_whole("promotion_id", spec.promotion_id, least=1, most=2**63 - 1)
        spec = msgspec.structs.replace(
            spec,
            total_fen=None,
            split="equal",
            least_fen=None,
            most_fen=None,
            credit_days=None,
            sku_ids=(),
        )
    check_whole("sku_ids", len(spec.sku_ids), most=SKUS_MAX)
    for id in spec.sku_ids:
        check_whole("sku_ids", id, least=1, most=2**63 - 1)
    opens_at, closes_at = clean_at("opens_at", spec.opens_at), clean_at("closes_at", spec.closes_at)
    if opens_at and closes_at and not opens_at < closes_at <= opens_at + LASTS_MAX:
        raise WindowCannotBe(
            field="closes_at",
            why_zh="须晚于开始时间，且不超过 24 小时",
            why_en="it has to be after the start, by 24 hours at most",
        )
    return msgspec.structs.replace(
        spec,
        title=clean_text("title", spec.title, chars_max=60, required=True),
        organiser=clean_text("organiser", spec.organiser, chars_max=TEXT_CHARS_MAX),
        sku_ids=tuple(sorted(set(spec.sku_ids))),
        opens_at=opens_at,
        closes_at=closes_at,
    )


def check_packet_publishable(spec: PacketSpec) -> None:
    """Refuse a red packet of which something is not said, or that cannot be split as it says.

    Raises:
        PacketIncomplete: names everything that is missing (LM-101).
        PacketCannotBe: the portions cannot sum to the total. PrizeAboveCap: LM-102.
    """
    by_chance, is_money = spec.split == "random", spec.promotion_id is None
    missing = [
        name
        for name, is_missing in (
            ("total", is_money and spec.total_fen is None),
            ("number", spec.number is None),
            ("amounts", by_chance and (spec.least_fen is None or spec.most_fen is None)),
            ("conditions", not spec.audience),
            ("opens_at", spec.opens_at is None),
            ("closes_at", spec.closes_at is None),
            ("credit_days", is_money and spec.credit_days is None),
            ("organiser", not spec.organiser),
        )
        if is_missing
    ]
    if missing:
        raise PacketIncomplete(missing=missing)
    if is_money:
        _check_amounts(spec)


def of_coupons(spec: PacketSpec, *, worth_fen: int) -> PacketSpec:
    """The terms of a red packet of coupons that are worth so much each.

    Raises:
        PrizeAboveCap: LM-102.
    """
    assert spec.number is not None
    spec = msgspec.structs.replace(spec, total_fen=spec.number * worth_fen)
    _check_amounts(spec)
    return spec


def portions(seed: str, spec: PacketSpec) -> list[int]:
    """What each place gets, the first first, in fen; together exactly the total.

    By chance each amount is even between the bounds that leave enough for the rest, and twice the
    mean of what is left; then all are put in an order by their hash, so that no place is better.

    >>> portions("s", PacketSpec(show_id=1, title="t", total_fen=10, number=3))
    [4, 3, 3]
    """
    total, number, least, most = _amounts(spec)
    if spec.split == "equal":
        return [total // number + (place < total % number) for place in range(number)]
    left, drawn = total, []
    for after in range(number - 1, -1, -1):
        low = max(least, left - most * after)
        high = min(most, left - least * after, max(low, 2 * left // (after + 1) - least))
        chance = int(sha(f"{seed}:{number - after}"), 16)
        drawn.append(low + chance % (high - low + 1))
        left -= drawn[-1]
    order = sorted(range(1, number + 1), key=lambda no: sha(f"{seed}:order:{no}"))
    return [drawn[no - 1] for no in order]


def most_portion_fen(spec: PacketSpec) -> int:
    """The most that one place can get."""
    return _amounts(spec)[3]


def credit_of(spec: PacketSpec) -> PromotionSpec:
    """The promotion behind a red packet: each coupon of it takes off its own portion.

    Its terms name the largest portion, which is what the floor is judged with; its budget is the
    total, so every portion is always honoured.
    """
    assert spec.opens_at is not None
    assert spec.closes_at is not None
    assert spec.credit_days is not None
    scope = OfSkus(ids=frozenset(spec.sku_ids)) if spec.sku_ids else Everything()
    return PromotionSpec(
        terms=Promotion(
            id=0,
            title_zh=spec.title,
            title_en=spec.title,
            stacking="coupon",
            benefit=AmountOff(most_portion_fen(spec)),
            scope=scope,
        ),
        starts_at=spec.opens_at,
        ends_at=spec.closes_at + dt.timedelta(days=spec.credit_days),
        got="packet",
        audience=spec.audience,
        uses_total=spec.number,
        per_buyer_max=1,
        budget_fen=spec.total_fen,
        coupon_lasts_s=spec.credit_days * 86_400,
    )


def judge_packet(
    spec: PacketSpec, *, traits: Traits, is_barred: bool, won_fen: int, left: int
) -> Refused | None:
    """Why a viewer gets no portion; None if they do.

    Args:
        won_fen: all that they won in this show, and what they may still win in a draw that is on;
            with the largest portion it stays within the cap (LM-102).
        left: portions that nobody has.
    """
    if is_barred:
        return "barred"
    if left < 1:
        return "gone"
    if not is_for(spec.audience, traits):
        return "not_for_you"
    if won_fen + most_portion_fen(spec) > PRIZE_FEN_MAX:
        return "over_cap"
    return None


def _check_amounts(spec: PacketSpec) -> None:
    total, number, least, most = _amounts(spec)
    if not number * least <= total <= number * most:
        raise PacketCannotBe(total_fen=total, number=number, least_fen=least, most_fen=most)
    if most > PRIZE_FEN_MAX:
        raise PrizeAboveCap(name=spec.title, value_fen=most, cap_fen=PRIZE_FEN_MAX)


def _amounts(spec: PacketSpec) -> tuple[int, int, int, int]:
    """Total, number, least and most of a portion."""
    total, number = spec.total_fen, spec.number
    assert total is not None
    assert number is not None
    if spec.split == "equal":
        return total, number, max(1, total // number), max(1, -(-total // number))
    assert spec.least_fen is not None
    assert spec.most_fen is not None
    return total, number, spec.least_fen, spec.most_fen
