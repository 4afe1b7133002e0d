"""Fan tiers (粉丝等级): what earns points, how many a tier needs, and how the plan may change.

A tier opens rights: a price, an earlier opening, a gift. So nothing about a person counts here but
what the page says: that they follow, how long they watched, what they paid (个人信息保护法 24,
电子商务法 18).
"""

from typing import Final, Literal

import msgspec

from kaibo.audience.errors.fans import FanTermsStand, FanTiersCannotBe
from kaibo.base.inputs import check_whole, clean_text

TIERS_MAX: Final = 5
NAME_CHARS_MAX: Final = 12
REASON_CHARS_MAX: Final = 200
POINTS_MAX: Final = 10**9
EACH_MAX: Final = 10_000
MINUTES_MAX: Final = 24 * 60

Source = Literal["follow", "unfollow", "watch", "order", "refund"]
# Why a standing changed: points were counted, the plan changed, or the desk gave or took back.
Why = Literal["points", "plan", "given", "taken_back"]


class FanTier(msgspec.Struct, frozen=True):
    """One tier: its name as the shop writes it, and the points it needs."""

    name: str
    points: int


class FanTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What viewers are told: the tiers, lowest first, and what earns points.

    Args:
        follow_points: for following, as long as one follows.
        minute_points: for each whole minute watched of a show, at most ``minutes_max`` of it, to
            who follows when it ends.
        yuan_points: for each whole yuan paid of an order; what goes back takes its part back.
    """

    tiers: tuple[FanTier, ...]
    follow_points: int = 0
    minute_points: int = 0
    minutes_max: int = 0
    yuan_points: int = 0


def check_fan_terms(terms: FanTerms) -> FanTerms:
    """The terms with tidy names, or a refusal.

    Raises:
        NumberOutOfRange, TextMissing, TextTooLong, TextUnreadable: as they say.
        FanTiersCannotBe: none or too many, out of order, a name twice, or nothing earns points.
    """
    if not 1 <= len(terms.tiers) <= TIERS_MAX:
        raise FanTiersCannotBe(
            field="tiers",
            why_zh=f"须有 1 至 {TIERS_MAX} 个等级",
            why_en=f"there must be 1 to {TIERS_MAX} of them",
        )
    check_whole("follow_points", terms.follow_points, most=EACH_MAX)
    check_whole("minute_points", terms.minute_points, most=EACH_MAX)
    check_whole("minutes_max", terms.minutes_max, most=MINUTES_MAX)
    check_whole("yuan_points", terms.yuan_points, most=EACH_MAX)
    tiers = tuple(
        FanTier(
            clean_text("name", tier.name, chars_max=NAME_CHARS_MAX, required=True),
            check_whole("points", tier.points, least=1, most=POINTS_MAX),
        )
        for tier in terms.tiers
    )
    needs = [tier.points for tier in tiers]
    if needs != sorted(set(needs)):
        raise FanTiersCannotBe(
            field="tiers", why_zh="每一级须比上一级需要更多分", why_en="each must need more points"
        )
    if len({tier.name for tier in tiers}) < len(tiers):
        raise FanTiersCannotBe(field="tiers", why_zh="名称不能重复", why_en="a name stands twice")
    if not (terms.follow_points or terms.yuan_points or terms.minute_points * terms.minutes_max):
        raise FanTiersCannotBe(
            field="tiers", why_zh="至少一种行为要得分", why_en="something must earn points"
        )
    return msgspec.structs.replace(terms, tiers=tiers)


def check_fan_change(before: FanTerms, after: FanTerms) -> None:
    """Refuse a change against those who have points: a tier gone or dearer, a deed worth less.

    Raises:
        FanTermsStand: names the first of these.
    """
    if len(after.tiers) < len(before.tiers):
        raise FanTermsStand(why_zh="不能减少等级", why_en="no tier can go")
    for old, new in zip(before.tiers, after.tiers, strict=False):
        if new.points > old.points:
            raise FanTermsStand(
                why_zh=f"“{old.name}”所需分数不能提高", why_en=f"“{old.name}” cannot need more"
            )
    for field, zh in _EARNED.items():
        if getattr(after, field) < getattr(before, field):
            raise FanTermsStand(why_zh=f"{zh}不能减少", why_en=f"{field} cannot be less")


_EARNED: Final = {
    "follow_points": "关注得分",
    "minute_points": "每分钟得分",
    "minutes_max": "每场计分分钟数",
    "yuan_points": "每元得分",
}


def place_of(terms: FanTerms, points: int) -> int:
    """The tier that so many points reach, 1 the lowest; 0 is none.

    >>> place_of(FanTerms(tiers=(FanTier("铁粉", 10), FanTier("挚友", 30))), 29)
    1
    """
    return sum(tier.points <= points for tier in terms.tiers)


def watch_points(terms: FanTerms, seconds: int) -> int:
    """Points for what was watched of one show."""
    return min(seconds // 60, terms.minutes_max) * terms.minute_points


def order_points(terms: FanTerms, paid_fen: int) -> int:
    """Points for a paid order: whole yuan count."""
    return paid_fen // 100 * terms.yuan_points


def points_kept(points: int, *, paid_fen: int, refunded_fen: int) -> int:
    """What is left of an order's points when part of its money went back, rounded down.

    >>> points_kept(99, paid_fen=9_900, refunded_fen=100)
    98
    """
    return points * max(0, paid_fen - refunded_fen) // paid_fen if paid_fen else 0
