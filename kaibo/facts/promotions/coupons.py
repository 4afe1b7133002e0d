"""What can happen to promotions, to the coupons viewers hold of them, and to their uses."""

import datetime as dt
from typing import Any, Literal

import msgspec

from kaibo.facts.base import Fact


class PromotionSaved(Fact, frozen=True, kw_only=True, tag="promotions.promotion_saved.1"):
    """A draft has these terms now; nobody can use it yet."""

    promotion_id: int
    terms: dict[str, Any]
    starts_at: dt.datetime
    ends_at: dt.datetime
    got: str
    audience: str
    uses_total: int | None
    per_buyer_max: int | None
    budget_fen: int | None
    gift_units: int | None = None
    claim_from: dt.datetime | None = None
    claim_until: dt.datetime | None = None


class PromotionStarted(Fact, frozen=True, kw_only=True, tag="promotions.promotion_started.1"):
    """It applies inside [starts_at, ends_at); its terms only change for the buyer's good."""

    promotion_id: int
    again: bool = False


class PromotionPaused(Fact, frozen=True, kw_only=True, tag="promotions.promotion_paused.1"):
    """No new uses or claims; coupons that were claimed stay good."""

    promotion_id: int


class PromotionStartUndone(
    Fact, frozen=True, kw_only=True, tag="promotions.promotion_start_undone.1"
):
    """A start nobody had used yet was taken back; it is a draft again."""

    promotion_id: int


class PromotionEnded(Fact, frozen=True, kw_only=True, tag="promotions.promotion_ended.1"):
    """No new uses or claims any more; coupons that were claimed stay good."""

    promotion_id: int


class PromotionExtended(Fact, frozen=True, kw_only=True, tag="promotions.promotion_extended.1"):
    """A started promotion changed in the buyer's favour; these are its window and limits now."""

    promotion_id: int
    ends_at: dt.datetime
    uses_total: int | None
    per_buyer_max: int | None
    budget_fen: int | None
    gift_units: int | None = None


class UseTold(msgspec.Struct, frozen=True, array_like=True):
    """One promotion's part in an order.

    Where it asks for a fan tier: the tier the buyer stood on, and the version of the shop's plan.
    """

    use_id: int
    promotion_id: int
    coupon_id: int | None
    off_fen: int
    fan_place: int = 0
    fan_version: int = 0


class PromotionsUsed(Fact, frozen=True, kw_only=True, tag="promotions.promotions_used.1"):
    """An order that is not paid yet holds uses of promotions."""

    viewer_id: int
    uses: list[UseTold]


class UsesMoved(Fact, frozen=True, kw_only=True, tag="promotions.uses_moved.1"):
    """What became of an order's uses: ``sell``, ``give_back``, ``retake`` or ``return``.

    ``coupons_back``: coupons that are open again.
    """

    verb: Literal["sell", "give_back", "retake", "return"]
    viewer_id: int
    uses: list[UseTold]
    coupons_back: list[int] = []


class CouponClaimed(Fact, frozen=True, kw_only=True, tag="promotions.coupon_claimed.1"):
    """A viewer holds one more coupon; ``by`` says what opened the claim.

    ``off_fen``: what this one takes off, where it has an amount of its own.
    """

    coupon_id: int
    promotion_id: int
    viewer_id: int
    good_until: dt.datetime
    by: Literal["open", "watch", "keyword", "code", "packet", "invite", "draw"]
    code_id: int | None = None
    off_fen: int | None = None


class CouponDropped(Fact, frozen=True, kw_only=True, tag="promotions.coupon_dropped.1"):
    """Viewers can claim coupons of this promotion inside [opens_at, closes_at)."""

    promotion_id: int
    title_zh: str
    title_en: str
    opens_at: dt.datetime
    closes_at: dt.datetime


class CodesMade(Fact, frozen=True, kw_only=True, tag="promotions.codes_made.1"):
    """Codes that give this promotion's coupons, by id; ``uses_max`` None is without end."""

    promotion_id: int
    codes: list[int]
    uses_max: int | None


class CouponsExpired(Fact, frozen=True, kw_only=True, tag="promotions.coupons_expired.1"):
    """Coupons whose time ended unused left their purses."""

    promotion_id: int
    coupons: list[int]


class CouponTakenBack(Fact, frozen=True, kw_only=True, tag="promotions.coupon_taken_back.1"):
    """An unspent coupon went back to its promotion, because what it rewarded was undone."""

    coupon_id: int
    promotion_id: int
    viewer_id: int
