"""The guards over HTTP: the breaker's trips, changes with two people, thresholds, price history."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field, StrictBool

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.actor import Actor
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import ChangePreview, ChangeSpec, GuardTerms, SaleTimes
from kaibo.promotions.reads import ChangeView, PriceHistory, SaleMark, TripView, UnitsAdded
from kaibo.promotions.web.selling import Body, Seconds, Whole

router = Router()


class ResetReason(Body):
    reason: str


class SalePart(Body):
    per_buyer_max: Whole
    opens_in_s: Seconds
    lasts_s: Seconds
    pay_within_s: Seconds
    has_waitlist: StrictBool = False
    early_tier: Whole = 0
    early_s: Seconds = 0


class PriceChange(Body):
    """Open the link at this price."""

    kind: Literal["price"]
    link_no: Whole
    price_fen: Whole


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
    sale: SalePart


class Wanted(Body):
    change: Annotated[PriceChange | UnitsChange | SaleChange, Field(discriminator="kind")]


class NewChange(Wanted):
    request_key: str


class Thresholds(Body):
    short_s: Whole
    short_off_fen_max: Whole
    long_s: Whole
    long_off_fen_max: Whole
    price_share_bp_min: Whole
    undo_s: Whole
    ask_lasts_s: Whole
    tag_days: Whole


class Guards(Schema):
    """What the desk has to decide about in a show."""

    trips: list[TripView]
    changes: list[ChangeView]
    marks: list[SaleMark]


@router.get("/desk/shows/{int:show_id}/guards", response=Guards, auth=staff("room.desk"))
def show_guards(request: HttpRequest, show_id: int) -> dict[str, Any]:
    org_id = caller(request).org_id
    return {
        "trips": reads.trips(org_id, show_id),
        "changes": reads.changes(org_id, show_id),
        "marks": reads.sale_marks(org_id, show_id),
    }


@router.post(
    "/desk/shows/{int:show_id}/changes/preview", response=ChangePreview, auth=staff("room.desk")
)
def preview_change(request: HttpRequest, show_id: int, body: Wanted) -> ChangePreview:
    return actions.preview_change(
        spec=_spec(show_id, body), by=caller(request), now=timezone.now()
    )


@router.post(
    "/desk/shows/{int:show_id}/changes", response={201: ChangeView}, auth=staff("room.desk")
)
def make_change(request: HttpRequest, show_id: int, body: NewChange) -> Status[ChangeView]:
    made = actions.make_change(
        spec=_spec(show_id, body),
        request_key=body.request_key,
        by=caller(request),
        now=timezone.now(),
    )
    return Status(201, made)


@router.post("/desk/changes/{int:id}/confirm", response=ChangeView, auth=staff("room.confirm"))
def confirm_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.confirm_change(change_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/changes/{int:id}/reject", response=ChangeView, auth=staff("room.confirm"))
def reject_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.reject_change(change_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/changes/{int:id}/undo", response=ChangeView, auth=staff("room.desk"))
def undo_change(request: HttpRequest, id: int) -> ChangeView:
    return actions.undo_change(change_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/trips/{int:id}/ask", response=TripView, auth=staff("room.desk"))
def ask_reset(request: HttpRequest, id: int, body: ResetReason) -> TripView:
    return actions.ask_reset(
        trip_id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.post("/desk/trips/{int:id}/confirm", response=TripView, auth=staff("room.confirm"))
def confirm_reset(request: HttpRequest, id: int) -> TripView:
    return actions.confirm_reset(trip_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/trips/{int:id}/refuse", response=TripView, auth=staff("room.confirm"))
def refuse_reset(request: HttpRequest, id: int) -> TripView:
    return actions.refuse_reset(trip_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/guards", response=Thresholds, auth=staff("room.desk"))
def guards(request: HttpRequest) -> dict[str, int]:
    return asdict(reads.guard_terms(caller(request).org_id))


@router.put("/desk/guards", response=Thresholds, auth=staff("guards.edit"))
def set_guards(request: HttpRequest, body: Thresholds) -> dict[str, int]:
    terms = GuardTerms(**body.dict())
    return asdict(actions.set_guards(terms=terms, by=caller(request), now=timezone.now()))


@router.get("/desk/skus/{int:id}/prices", response=PriceHistory, auth=staff("room.desk"))
def price_history(request: HttpRequest, id: int) -> PriceHistory:
    return reads.price_history(caller(request).org_id, id, now=timezone.now())


@router.get("/my/links/{int:link_no}/added", response=list[UnitsAdded], auth=viewer_auth)
def units_added(request: HttpRequest, link_no: int) -> list[UnitsAdded]:
    return reads.units_added(asker(request).show_id, link_no)


def _spec(show_id: int, body: Wanted) -> ChangeSpec:
    values = body.change.dict()
    sale = values.pop("sale", None)
    return ChangeSpec(show_id=show_id, sale=SaleTimes(**sale) if sale else None, **values)

