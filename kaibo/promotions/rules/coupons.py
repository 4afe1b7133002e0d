"""Who may have a coupon: a pure decision."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.promotions.rules.running import Traits, is_for

Reason = Literal["not_running", "closed", "locked", "not_for_you", "buyer_limit", "used_up"]


class CouponTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What decides about a claim; the window is half-open.

    Args:
        is_here: the promotion is good in the show where the claim is made.
        coupons_left: None is without end.
    """

    state: str
    got: str
    unlock: str
    is_here: bool
    opens_at: dt.datetime
    closes_at: dt.datetime
    coupons_left: int | None
    per_buyer_max: int | None
    audience: str


def judge_coupon(
    terms: CouponTerms, *, traits: Traits, mine: int, by: str, now: dt.datetime
) -> Reason | None:
    """Why this viewer may not have one more; None if they may.

    Args:
        mine: coupons of this promotion that the viewer ever claimed.
        by: what opened the claim; ``open`` has proved nothing.
    """
    needed = "code" if terms.got == "code" else terms.unlock
    if terms.state != "running" or terms.got == "auto" or not terms.is_here:
        return "not_running"
    if not terms.opens_at <= now < terms.closes_at:
        return "closed"
    if needed not in ("open", by):
        return "locked"
    if not is_for(terms.audience, traits):
        return "not_for_you"
    if terms.per_buyer_max is not None and mine >= terms.per_buyer_max:
        return "buyer_limit"
    if terms.coupons_left is not None and terms.coupons_left < 1:
        return "used_up"
    return None
