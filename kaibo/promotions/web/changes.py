"""Changes on air over HTTP: previewed, made under a key, confirmed by a second person, undone."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AwareDatetime, Field, StrictBool

from kaibo.access.reads import caller, staff
from kaibo.promotions import actions
from kaibo.promotions.actions import (
    AuctionPart,
    ChangePreview,
    ChangeSpec,
    Early,
    Extension,
    GroupPart,
    PresaleTerms,
    SaleTimes,
)
from kaibo.promotions.reads import ChangeView
from kaibo.promotions.web.once import once
from kaibo.promotions.web.selling import Body, Seconds, Whole

router = Router()


class SaleBody(Body):
    per_buyer_max: Whole
    opens_in_s: Seconds
    lasts_s: Seconds
    pay_within_s: Seconds
    has_waitlist: StrictBool = False
    early_tier: Whole = 0
    early_s: Seconds = 0


class GroupBody(Body):
    size: Whole
    fill_s: Whole
    per_buyer_max: Whole = 1
    leader_price_fen: Whole | None = None


class PresaleBody(Body):
    price_fen: Whole
    deposit_fen: Whole
    worth_fen: Whole
    kind: Literal["earnest", "advance"]
    late_rule: Literal["forfeit", "return"]
    balance_opens_at: AwareDatetime
    balance_closes_at: AwareDatetime
    ship_by: AwareDatetime
    refund_deadline_days: Whole | None = None
    remind_s: Whole = 3_600
    per_buyer_max: Whole = 1


class AuctionBody(Body):
    units: Whole = 1
    start_fen: Whole
    step_fen: Whole
    reserve_fen: Whole | None = None
    buy_now_fen: Whole | None = None
    opens_in_s: Seconds
    lasts_s: Seconds
    extend_within_s: Seconds = 10
    extend_by_s: Seconds = 10
    extend_max_s: Seconds = 120
    bids_per_buyer_max: Whole = 100
    pay_within_s: Seconds = 900
    next_offers_max: Whole = 0


class ExtensionBody(Body):
    ends_at: AwareDatetime | None = None
    uses_total: Whole | None = None
    per_buyer_max: Whole | None = None
    budget_fen: Whole | None = None
    gift_units: Whole | None = None


class PriceChange(Body):
    """Open the link at this price, to a fan tier first if one is named."""

    kind: Literal["price"]
    link_no: Whole
    price_fen: Whole
    early_tier: Whole = 0
    early_s: Seconds = 0


class UnitsChange(Body):
    """Add units to the link."""

    kind: Literal["units"]
    link_no: Whole
    units: Whole


class SaleChange(Body):
    """Schedule a flash sale on the link."""

    kind: Literal["flash_sale"]
    link_no: Whole
    price_fen: Whole
    units: Whole
    sale: SaleBody


class GroupChange(Body):
    """Start a group buy of the link."""

    kind: Literal["group_buy"]
    link_no: Whole
    price_fen: Whole
    group: GroupBody


class PresaleChange(Body):
    """Start a presale of the link."""

    kind: Literal["presale"]
    link_no: Whole
    presale: PresaleBody


class AuctionChange(Body):
    """Plan an auction of the link."""

    kind: Literal["auction"]
    link_no: Whole
    auction: AuctionBody


class StartChange(Body):
    """Start the promotion."""

    kind: Literal["promotion"]


class DropChange(Body):
    """Drop the promotion's coupons for so long."""

    kind: Literal["drop"]
    lasts_s: Whole


class ExtensionChange(Body):
    """Change a started promotion in the buyer's favour."""

    kind: Literal["extension"]
    extension: ExtensionBody


_OfLink = Annotated[
    PriceChange | UnitsChange | SaleChange | GroupChange | PresaleChange | AuctionChange,
    Field(discriminator="kind"),
]
_OfPromotion = Annotated[StartChange | DropChange | ExtensionChange, Field(discriminator="kind")]


class WantedOfLink(Body):
    change: _OfLink


class NewOfLink(WantedOfLink):
    request_key: str


class WantedOfPromotion(Body):
    change: _OfPromotion


class NewOfPromotion(WantedOfPromotion):
    request_key: str


@router.post(
    "/desk/shows/{int:show_id}/changes/preview", response=ChangePreview, auth=staff("room.desk")
)
def preview_change(request: HttpRequest, show_id: int, body: WantedOfLink) -> ChangePreview:
    spec = replace(_spec(body.change), show_id=show_id)
    return actions.preview_change(spec=spec, by=caller(request), now=timezone.now())


@router.post(
    "/desk/shows/{int:show_id}/changes", response={201: ChangeView}, auth=staff("room.desk")
)
def make_change(request: HttpRequest, show_id: int, body: NewOfLink) -> Status[ChangeView]:
    return _make(request, replace(_spec(body.change), show_id=show_id), body.request_key)


@router.post(
    "/desk/promotions/{int:id}/changes/preview", response=ChangePreview, auth=staff("room.desk")
)
def preview_promotion_change(
    request: HttpRequest, id: int, body: WantedOfPromotion
) -> ChangePreview:
    spec = replace(_spec(body.change), promotion_id=id)
    return actions.preview_change(spec=spec, by=caller(request), now=timezone.now())


@router.post(
    "/desk/promotions/{int:id}/changes", response={201: ChangeView}, auth=staff("room.desk")
)
def make_promotion_change(
    request: HttpRequest, id: int, body: NewOfPromotion
) -> Status[ChangeView]:
    return _make(request, replace(_spec(body.change), promotion_id=id), body.request_key)


@router.post("/desk/changes/{int:id}/confirm", response=ChangeView, auth=staff("room.confirm"))
@once()
def confirm_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.confirm_change(change_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/changes/{int:id}/reject", response=ChangeView, auth=staff("room.confirm"))
@once()
def reject_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.reject_change(change_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/changes/{int:id}/undo", response=ChangeView, auth=staff("room.desk"))
@once()
def undo_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.undo_change(change_id=id, by=caller(request), now=timezone.now())


def _make(request: HttpRequest, spec: ChangeSpec, request_key: str) -> Status[ChangeView]:
    made = actions.make_change(
        spec=spec, request_key=request_key, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


# The rest of a change's terms by their name in the body, as the actions know them.
_PARTS: dict[str, Any] = {
    "sale": SaleTimes,
    "group": GroupPart,
    "presale": PresaleTerms,
    "auction": AuctionPart,
    "extension": Extension,
}


def _spec(change: Body) -> ChangeSpec:
    values = change.dict()
    tier, seconds = values.pop("early_tier", 0), values.pop("early_s", 0)
    for name in values.keys() & _PARTS.keys():
        values[name] = _PARTS[name](**values[name])
    return ChangeSpec(early=Early(tier, seconds) if tier else None, **values)
