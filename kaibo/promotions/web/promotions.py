"""Promotions for the desk and coupons for viewers over HTTP."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Extension, PromotionSpec
from kaibo.promotions.reads import (
    Calendar,
    CouponOffer,
    CouponView,
    LowestPrice,
    PromotionView,
    read_terms,
)
from kaibo.promotions.rules import Unlock
from kaibo.promotions.web.changes import ExtensionBody
from kaibo.promotions.web.once import once
from kaibo.promotions.web.selling import Body, Whole

router = Router()

_STEPS = {
    "start": actions.start_promotion,
    "undo": actions.undo_promotion_start,
    "pause": actions.pause_promotion,
    "resume": actions.resume_promotion,
    "end": actions.end_promotion,
}
Key = Annotated[str, Field(max_length=200)]


class PromotionBody(Body):
    terms: dict[str, Any]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    show_id: Whole | None = None
    got: Literal["auto", "claim", "code"] = "auto"
    audience: str = "everyone"
    uses_total: Whole | None = None
    per_buyer_max: Whole | None = None
    budget_fen: Whole | None = None
    coupon_lasts_s: Whole | None = None
    unlock: Unlock = "open"
    watch_minutes: Whole | None = None
    keyword: str = ""
    claim_from: AwareDatetime | None = None
    claim_until: AwareDatetime | None = None
    gift_units: Whole | None = None


class NewPromotion(PromotionBody):
    request_key: Key


class StackingBody(Body):
    """How the shop's promotions are chosen for a basket."""

    choose: Literal["best", "priority"]


class DropBody(Body):
    lasts_s: Whole


class CodesBody(Body):
    count: Whole = 1
    shared: str | None = None


class ClaimBody(Body):
    promotion_id: Whole
    request_key: Key
    keyword: str = ""


class RedeemBody(Body):
    code: str
    request_key: Key


@router.get("/desk/promotions", response=list[PromotionView], auth=staff("room.desk"))
def list_promotions(request: HttpRequest) -> list[PromotionView]:
    return reads.promotions(caller(request).org_id)


@router.post("/desk/promotions", response={201: PromotionView}, auth=staff("room.desk"))
def save_promotion(request: HttpRequest, body: NewPromotion) -> Status[PromotionView]:
    made = actions.save_promotion(
        spec=_spec(body), request_key=body.request_key, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


@router.post("/desk/promotions/preview", response=list[LowestPrice], auth=staff("room.desk"))
def preview_promotion(request: HttpRequest, body: PromotionBody) -> list[LowestPrice]:
    return reads.preview_promotion(_spec(body), org_id=caller(request).org_id, now=timezone.now())


@router.get("/desk/promotions/stacking", response=StackingBody, auth=staff("room.desk"))
def stacking(request: HttpRequest) -> dict[str, str]:
    return {"choose": reads.stacking_rule(caller(request).org_id)}


@router.put("/desk/promotions/stacking", response=StackingBody, auth=staff("guards.edit"))
def set_stacking(request: HttpRequest, body: StackingBody) -> dict[str, str]:
    by, now = caller(request), timezone.now()
    return {"choose": actions.set_stacking_rule(choose=body.choose, by=by, now=now)}


@router.get("/desk/promotions/calendar", response=Calendar, auth=staff("room.desk"))
def promotion_calendar(request: HttpRequest, days: int = 14) -> Calendar:
    begins = timezone.now()
    ends = begins + dt.timedelta(days=max(1, min(days, 366)))
    return reads.calendar(caller(request).org_id, begins=begins, ends=ends)


@router.get("/desk/promotions/{int:id}", response=PromotionView, auth=staff("room.desk"))
def show_promotion(request: HttpRequest, id: int) -> PromotionView:
    return reads.promotion(id, org_id=caller(request).org_id)


@router.put("/desk/promotions/{int:id}", response=PromotionView, auth=staff("room.desk"))
def change_promotion(request: HttpRequest, id: int, body: NewPromotion) -> PromotionView:
    return actions.save_promotion(
        spec=_spec(body),
        request_key=body.request_key,
        promotion_id=id,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/promotions/{int:id}/extend", response=PromotionView, auth=staff("room.desk"))
@once()
def extend_promotion(request: HttpRequest, id: int, body: ExtensionBody) -> PromotionView:
    changes = Extension(**body.dict())
    return actions.extend_promotion(
        promotion_id=id, changes=changes, by=caller(request), now=timezone.now()
    )


@router.post("/desk/promotions/{int:id}/drop", response=PromotionView, auth=staff("room.desk"))
@once()
def drop_coupon(request: HttpRequest, id: int, body: DropBody) -> PromotionView:
    return actions.drop_coupon(
        promotion_id=id, lasts_s=body.lasts_s, by=caller(request), now=timezone.now()
    )


@router.post("/desk/promotions/{int:id}/codes", response=list[str], auth=staff("room.desk"))
@once()
def make_codes(request: HttpRequest, id: int, body: CodesBody) -> list[str]:
    return actions.make_codes(
        promotion_id=id,
        count=body.count,
        shared=body.shared,
        by=caller(request),
        now=timezone.now(),
    )


@router.post(
    "/desk/promotions/{int:id}/steps/{verb}", response=PromotionView, auth=staff("room.desk")
)
@once()
def step_promotion(
    request: HttpRequest, id: int, verb: Literal["start", "undo", "pause", "resume", "end"]
) -> PromotionView:
    return _STEPS[verb](promotion_id=id, by=caller(request), now=timezone.now())


@router.get("/my/coupons", response=list[CouponView], auth=viewer_auth)
def my_coupons(request: HttpRequest) -> list[CouponView]:
    viewer = asker(request)
    return reads.coupons_of(viewer.id, org_id=viewer.org_id)


@router.get("/my/coupons/offered", response=list[CouponOffer], auth=viewer_auth)
def coupons_on_offer(request: HttpRequest) -> list[CouponOffer]:
    viewer = asker(request)
    return reads.coupons_on_offer(
        viewer.id, org_id=viewer.org_id, show_id=viewer.show_id, now=timezone.now()
    )


@router.post("/my/coupons", response={201: CouponView}, auth=viewer_auth)
def claim_coupon(request: HttpRequest, body: ClaimBody) -> Status[CouponView]:
    """Claim one; where a word opens it, that word comes along."""
    viewer = asker(request)
    who = {"org_id": viewer.org_id, "show_id": viewer.show_id, "viewer_id": viewer.id}
    coupon = actions.claim_coupon(
        promotion_id=body.promotion_id,
        **who,
        request_key=body.request_key,
        now=timezone.now(),
        by=reads.proof_of(body.promotion_id, **who, keyword=body.keyword),
    )
    return Status(201, coupon)


@router.post("/my/coupons/redeem", response={201: CouponView}, auth=viewer_auth)
def redeem_code(request: HttpRequest, body: RedeemBody) -> Status[CouponView]:
    viewer = asker(request)
    coupon = actions.redeem_code(
        code=body.code,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        request_key=body.request_key,
        now=timezone.now(),
    )
    return Status(201, coupon)


def _spec(body: PromotionBody) -> PromotionSpec:
    """The spec of a body.

    Raises:
        BadInput: terms that are not those of a promotion.
    """
    values = body.dict(exclude={"terms", "request_key"})
    try:
        terms = read_terms(body.terms, id=0)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(field="terms", why=clean_text("terms", str(error)[:200], chars_max=200)) from error
    return PromotionSpec(terms=terms, **values)
