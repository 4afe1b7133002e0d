"""Coupons: claimed into a viewer's purse, expired out of it."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.promotions import CouponClaimed, CouponDropped, CouponsExpired, CouponTakenBack
from kaibo.journal.actions import append, append_all
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.errors import CouponRefused, PromotionStateWrong
from kaibo.promotions.models import Coupon, Promotion
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.offered import coupon_terms
from kaibo.promotions.reads.promotions import CouponView, PromotionView, coupon_view, promotion_view
from kaibo.promotions.rules import COUPON, check_request_key, judge_coupon

EXPIRE_AT_ONCE = 500
DROP_S_MIN = 5
DROP_S_MAX = 24 * 3600

By = Literal["open", "watch", "keyword", "code", "packet", "invite", "draw"]


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
        by: what is proved, as ``reads.proof_of`` finds it: minutes watched, or the word typed. A
            drop by the desk needs no proof.

    Raises:
        NoSuchPromotion: none here. CouponRefused: with the reason. Nothing was written.
    """
    check_request_key(request_key)
    row = lock_promotion(promotion_id, org_id=org_id)
    return give_coupon(
        row, viewer_id=viewer_id, show_id=show_id, request_key=request_key, now=now, by=by
    )


@transaction.atomic
def drop_coupon(*, promotion_id: int, lasts_s: int, by: Actor, now: dt.datetime) -> PromotionView:
    """Let viewers claim a coupon for so many seconds from now on (主播发券), and tell the room.

    A drop while one is open moves its end, never to an earlier moment.

    Raises:
        NoSuchPromotion, NumberOutOfRange: as they say.
        PromotionStateWrong: it does not run, or its coupons are not dropped.
        Nothing was written in any of these cases.
    """
    check_whole("lasts_s", lasts_s, least=DROP_S_MIN, most=DROP_S_MAX)
    row = lock_promotion(promotion_id, org_id=by.org_id)
    if row.state != "running" or row.unlock != "drop" or row.ends_at <= now:
        raise PromotionStateWrong(state=row.get_state_display())
    closes_at = min(row.ends_at, now + dt.timedelta(seconds=lasts_s))
    if row.claim_until is not None and row.claim_until > now:
        row.claim_until = max(row.claim_until, closes_at)
    else:
        row.claim_from, row.claim_until = now, closes_at
    _tell_window(row, by=by, now=now)
    return promotion_view(row)


def withdraw_drop(
    row: Promotion, *, until: dt.datetime | None, by: Actor, now: dt.datetime
) -> None:
    """Close a drop of which nobody claimed, or bring its earlier end back; the caller holds the
    promotion's lock.

    Args:
        until: when the drop before it ends; None or past: coupons cannot be claimed any more.
    """
    row.claim_until = now if until is None else max(now, until)
    _tell_window(row, by=by, now=now)


def _tell_window(row: Promotion, *, by: Actor, now: dt.datetime) -> None:
    row.save(update_fields=["claim_from", "claim_until"])
    assert row.claim_from is not None
    assert row.claim_until is not None
    fact = CouponDropped(
        promotion_id=row.pk,
        title_zh=row.terms["title_zh"],
        title_en=row.terms["title_en"],
        opens_at=row.claim_from,
        closes_at=row.claim_until,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)


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
    terms, count = coupon_terms(row, show_id=show_id, now=now), mine.count()
    reason = judge_coupon(terms, traits=traits, mine=count, by=by, now=now)
    if reason is not None:
        raise CouponRefused(reason=reason, title=row.title)
    coupon = put_in_purse(
        row,
        viewer_id=viewer_id,
        show_id=show_id,
        request_key=request_key,
        now=now,
        by=by,
        code_id=code_id,
    )
    return coupon_view(coupon)


def put_in_purse(
    row: Promotion,
    *,
    viewer_id: int,
    show_id: int,
    request_key: str,
    now: dt.datetime,
    by: By,
    code_id: int | None = None,
    off_fen: int | None = None,
) -> Coupon:
    """One more coupon of a promotion whose lock the caller holds, which was judged before."""
    (coupon,) = put_in_purses(
        row,
        [viewer_id],
        show_id=show_id,
        request_key=request_key,
        now=now,
        by=by,
        code_id=code_id,
        off_fen=off_fen,
    )
    return coupon


def put_in_purses(
    row: Promotion,
    viewers: Sequence[int],
    *,
    show_id: int,
    request_key: str,
    now: dt.datetime,
    by: By,
    code_id: int | None = None,
    off_fen: int | None = None,
) -> list[Coupon]:
    """As ``put_in_purse``, for many viewers at once; saves the promotion's counts."""
    row.coupons_given += len(viewers)
    row.save(update_fields=["coupons_given", "coupons_promised"])
    lasts, org_id = row.coupon_lasts_s, row.organisation_id
    ends = row.ends_at if lasts is None else now + dt.timedelta(seconds=lasts)
    coupons = Coupon.objects.bulk_create(
        Coupon(
            organisation_id=org_id,
            promotion=row,
            viewer_id=viewer_id,
            show_id=show_id,
            claimed_at=now,
            good_until=min(row.ends_at, ends),
            off_fen=off_fen,
            request_key=request_key,
        )
        for viewer_id in viewers
    )
    told = [
        CouponClaimed(
            coupon_id=coupon.pk,
            promotion_id=row.pk,
            viewer_id=coupon.viewer_id,
            good_until=coupon.good_until,
            by=by,
            code_id=code_id,
            off_fen=off_fen,
        )
        for coupon in coupons
    ]
    facts = [(fact, Actor("viewer", fact.viewer_id, org_id)) for fact in told]
    append_all(facts, at=now, org_id=org_id, show_id=show_id)
    return coupons


def take_coupon_back(row: Promotion, *, coupon_id: int, now: dt.datetime) -> None:
    """Take an unspent coupon out of its purse; the caller holds the promotion's lock."""
    coupon = row.coupons.get(pk=coupon_id)
    _move(coupon, "take_back")
    coupon.save(update_fields=["state"])
    row.coupons_given -= 1
    row.save(update_fields=["coupons_given"])
    fact = CouponTakenBack(coupon_id=coupon.pk, promotion_id=row.pk, viewer_id=coupon.viewer_id)
    org_id = row.organisation_id
    append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))


def _move(coupon: Coupon, verb: str) -> None:
    coupon.state = COUPON.after(coupon.state, verb)
