"""Promotions and the coupons given of them, for other programs."""

from django.http import HttpRequest

from kaibo.access.actions import by_key
from kaibo.access.reads import caller
from kaibo.promotions import reads
from kaibo.promotions.reads import PromotionView, ShopCoupon
from kaibo.promotions.rules.states import PromotionState
from kaibo.site.outside.shapes import After, Body, Id, Limit, Router, answers

router = Router(tags=["offers"])


class Promotions(Body):
    items: list[PromotionView]
    next: int | None


class Coupons(Body):
    items: list[ShopCoupon]
    next: int | None


@router.get("/promotions", response=answers(Promotions), auth=by_key("promotions.read"))
def list_promotions(
    request: HttpRequest, after: After, limit: Limit, state: PromotionState | None = None
) -> Promotions:
    """Promotions with their terms and what was used of them, newest first, in all states or one."""
    org_id = caller(request).org_id
    piece = reads.promotions_after(org_id, after=after, limit=limit, state=state)
    return Promotions(items=piece.items, next=piece.next)


@router.get("/promotions/{int:id}", response=answers(PromotionView), auth=by_key("promotions.read"))
def show_promotion(request: HttpRequest, id: Id) -> PromotionView:
    """One promotion."""
    return reads.promotion(id, org_id=caller(request).org_id)


@router.get(
    "/promotions/{int:id}/coupons", response=answers(Coupons), auth=by_key("promotions.read")
)
def list_coupons(request: HttpRequest, id: Id, after: After, limit: Limit) -> Coupons:
    """The coupons given of a promotion, newest first; viewers are ids, never names."""
    piece = reads.coupons_after(caller(request).org_id, id, after=after, limit=limit)
    return Coupons(items=piece.items, next=piece.next)
