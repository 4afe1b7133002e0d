"""Who may have a coupon: a pure decision."""

import datetime as dt
from typing import Final, Literal

import msgspec

from kaibo.base.errors import BadInput
from kaibo.promotions.rules.running import Traits, is_for

CODE_CHARS_MIN: Final = 6
CODE_CHARS_MAX: Final = 20

Reason = Literal[
    "not_running", "closed", "locked", "not_for_you", "buyer_limit", "used_up", "goods_kept"
]  # fmt: skip


class CouponTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What decides about a claim; the window is half-open.

    Args:
        is_here: the promotion is good in the show where the claim is made.
        coupons_left: None is without end.
        is_goods_kept: of an exchange coupon, none of its goods may be sold now.
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
    is_goods_kept: bool = False


def judge_coupon(
    terms: CouponTerms, *, traits: Traits, mine: int, by: str, now: dt.datetime
) -> Reason | None:
    """Why this viewer may not have one more; None if they may.

    Args:
        mine: coupons of this promotion that the viewer ever claimed.
        by: what opened the claim; ``open`` has proved nothing.
    """
    needed = "code" if terms.got == "code" else terms.unlock
    if terms.state != "running" or terms.got in ("auto", "packet") or not terms.is_here:
        return "not_running"
    if not terms.opens_at <= now < terms.closes_at:
        return "closed"
    if needed not in ("open", by):
        return "locked"
    if not is_for(terms.audience, traits):
        return "not_for_you"
    if terms.per_buyer_max is not None and mine >= terms.per_buyer_max:
        return "buyer_limit"
    if terms.is_goods_kept:
        return "goods_kept"
    if terms.coupons_left is not None and terms.coupons_left < 1:
        return "used_up"
    return None


def plain_code(typed: str) -> str:
    """A code as it is compared: capitals, without blanks and hyphens, never longer than one.

    >>> plain_code(" kaibo-20 26 ")
    'KAIBO2026'
    """
    kept = [char for char in typed[: 4 * CODE_CHARS_MAX] if char.isascii() and char.isalnum()]
    return "".join(kept).upper()[: CODE_CHARS_MAX + 1]


def check_code(word: str) -> str:
    """A shop's own word as a code.

    Raises:
        BadInput: not 6 to 20 letters and digits.
    """
    code = plain_code(word)
    if not CODE_CHARS_MIN <= len(code) <= CODE_CHARS_MAX or len(word) > 2 * CODE_CHARS_MAX:
        raise BadInput(field="shared", why=f"{CODE_CHARS_MIN}–{CODE_CHARS_MAX} × A-Z 0-9")
    return code
