"""Coupons: claimed into a viewer's purse, expired out of it."""

import datetime as dt
from typing import Literal

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.promotions import CouponClaimed, CouponsExpired
from kaibo.journal.actions import append
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.errors import CouponRefused
from kaibo.promotions.models import Coupon, Promotion
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.promotions import CouponView, coupon_view
from kaibo.promotions.rules import COUPON, CouponTerms, check_request_key, judge_coupon

EXPIRE_AT_ONCE = 500

By = Literal["open", "drop", "watch", "keyword", "code"]


@transaction.atomic
def claim_coupon(
    *,
    promotion_id: int,
    org_id: int,
    show_id: int,
    viewer_id: int,
    request_key: str,
    now: dt.datetime,
    by: By = "open",
) -> CouponView:
    """Give a viewer a coupon of a promotion that is claimed (领券).

    Safe to repeat: the same key gives the same coupon again.

    Args:
        by: what the caller has proved: ``watch`` and ``keyword`` are for the room, which knows
            how long somebody watched and what they said; a desk's ``drop`` opens a window.

    Raises:
        NoSuchPromotion: none here. CouponRefused: with the reason. Nothing was written.
    """
    check_request_key(request_key)
    row = lock_promotion(promotion_id, org_id=org_id)
    return give_coupon(
        row, viewer_id=viewer_id, show_id=show_id, request_key=request_key, now=now, by=by
    )


@transaction.atomic
def expire_coupons(*, now: dt.datetime) -> int:
    """Take coupons whose time is over out of their purses; returns how many."""
    due = Coupon.objects.filter(state="open", good_until__lte=now)
    ids = sorted(set(due.order_by().values_list("promotion_id", flat=True)[:EXPIRE_AT_ONCE]))
    expired = 0
    for row in Promotion.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"):
        coupons = list(due.filter(promotion=row).order_by("pk")[:EXPIRE_AT_ONCE])
        if not coupons:
            continue
        for coupon in coupons:
            _move(coupon, "expire")
        Coupon.objects.bulk_update(coupons, ["state"])
        fact = CouponsExpired(promotion_id=row.pk, coupons=[coupon.pk for coupon in coupons])
        org_id = row.organisation_id
        append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))
        expired += len(coupons)
    return expired


def give_coupon(
    row: Promotion,
    *,
    viewer_id: int,
    show_id: int,
    request_key: str,
    now: dt.datetime,
    by: By,
    code_id: int | None = None,
) -> CouponView:
    """One more coupon of a promotion whose lock the caller holds."""
    mine = row.coupons.filter(viewer_id=viewer_id)
    if (earlier := mine.filter(request_key=request_key).first()) is not None:
        return coupon_view(earlier)
    traits = traits_of(viewer_id, org_id=row.organisation_id, now=now)
    terms, count = _terms(row, show_id=show_id), mine.count()
    reason = judge_coupon(terms, traits=traits, mine=count, by=by, now=now)
    if reason is not None:
        raise CouponRefused(reason=reason, title=row.title)
    row.coupons_given += 1
    row.save(update_fields=["coupons_given"])
    lasts = row.coupon_lasts_s
    ends = row.ends_at if lasts is None else now + dt.timedelta(seconds=lasts)
    coupon = Coupon.objects.create(
        organisation_id=row.organisation_id,
        promotion=row,
        viewer_id=viewer_id,
        show_id=show_id,
        claimed_at=now,
        good_until=min(row.ends_at, ends),
        request_key=request_key,
    )
    fact = CouponClaimed(
        coupon_id=coupon.pk,
        promotion_id=row.pk,
        viewer_id=viewer_id,
        good_until=coupon.good_until,
        by=by,
        code_id=code_id,
    )
    org_id = row.organisation_id
    actor = Actor("viewer", viewer_id, org_id)
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=actor)
    return coupon_view(coupon)


def _terms(row: Promotion, *, show_id: int) -> CouponTerms:
    return CouponTerms(
        state=row.state,
        got=row.got,
        unlock=row.unlock,
        is_here=row.show_id in (None, show_id),
        opens_at=max(row.starts_at, row.claim_from or row.starts_at),
        closes_at=min(row.ends_at, row.claim_until or row.ends_at),
        coupons_left=row.coupons_left,
        per_buyer_max=row.per_buyer_max,
        audience=row.audience,
    )


def _move(coupon: Coupon, verb: str) -> None:
    coupon.state = COUPON.after(coupon.state, verb)
