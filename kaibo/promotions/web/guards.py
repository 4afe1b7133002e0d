"""The guards over HTTP: what waits in a show, the breaker's trips, thresholds, price history."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import GuardTerms
from kaibo.promotions.reads import ChangeView, PriceHistory, SaleMark, TripView, UnitsAdded
from kaibo.promotions.web.once import once
from kaibo.promotions.web.selling import Body, Whole

router = Router()


class ResetReason(Body):
    reason: str


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


@router.post("/desk/trips/{int:id}/ask", response=TripView, auth=staff("room.desk"))
@once()
def ask_reset(request: HttpRequest, id: int, body: ResetReason) -> TripView:
    return actions.ask_reset(
        trip_id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.post("/desk/trips/{int:id}/confirm", response=TripView, auth=staff("room.confirm"))
@once()
def confirm_reset(request: HttpRequest, id: int) -> TripView:
    return actions.confirm_reset(trip_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/trips/{int:id}/refuse", response=TripView, auth=staff("room.confirm"))
@once()
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
