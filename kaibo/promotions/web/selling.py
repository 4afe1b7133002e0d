"""Links and flash sales over HTTP. Claims come in through the room (``kaibo.room.http``)."""

import datetime as dt
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field, StrictBool

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import ViewerActor, asker, viewer_auth
from kaibo.base.actor import Actor
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Early, FlashSaleSpec
from kaibo.promotions.reads import (
    ClaimView,
    DeskLinkView,
    LinkPlaceView,
    LinkView,
    PlaceView,
    SaleView,
)
from kaibo.promotions.web.once import once

router = Router()

# The rules refuse what makes no sense, in words; these bounds only keep numbers storable.
Whole = Annotated[int, Field(strict=True, ge=0, le=10**15)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=7 * 24 * 3600)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class OpenPrice(Body):
    """The new price, if any, and the fan tier that it opens to first, for so many seconds."""

    price_fen: Whole | None = None
    early_tier: Whole = 0
    early_s: Seconds = 0


class StockBatch(Body):
    units: Whole


class NewFlashSale(Body):
    link_no: Whole
    price_fen: Whole
    units: Whole
    per_buyer_max: Whole
    opens_in_s: Seconds
    lasts_s: Seconds
    pay_within_s: Seconds
    has_waitlist: StrictBool = False
    early_tier: Whole = 0
    early_s: Seconds = 0


@router.get("/desk/shows/{int:show_id}/links", response=list[DeskLinkView], auth=staff("room.desk"))
def show_links(request: HttpRequest, show_id: int) -> list[DeskLinkView]:
    return reads.desk_shelf(show_id, org_id=caller(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/links/{int:link_no}/shelf",
    response=LinkView,
    auth=staff("room.desk"),
)
def put_on_shelf(request: HttpRequest, show_id: int, link_no: int) -> LinkView:
    return actions.put_on_shelf(
        show_id=show_id, link_no=link_no, by=caller(request), now=timezone.now()
    )


@router.post(
    "/desk/shows/{int:show_id}/links/{int:link_no}/open",
    response=LinkView,
    auth=staff("room.desk"),
)
@once()
def open_price(
    request: HttpRequest, show_id: int, link_no: int, body: OpenPrice | None = None
) -> LinkView:
    return actions.open_price(
        show_id=show_id,
        link_no=link_no,
        price_fen=body.price_fen if body else None,
        early=Early(body.early_tier, body.early_s) if body and body.early_tier else None,
        by=caller(request),
        now=timezone.now(),
    )


@router.post(
    "/desk/shows/{int:show_id}/links/{int:link_no}/close",
    response=LinkView,
    auth=staff("room.desk"),
)
@once()
def close_link(request: HttpRequest, show_id: int, link_no: int) -> LinkView:
    return actions.close_link(show_id=show_id, link_no=link_no, by=caller(request), now=timezone.now())


@router.post(
    "/desk/shows/{int:show_id}/links/{int:link_no}/stock",
    response=LinkView,
    auth=staff("room.desk"),
)
@once()
def add_units(request: HttpRequest, show_id: int, link_no: int, body: StockBatch) -> LinkView:
    return actions.add_units(
        show_id=show_id, link_no=link_no, units=body.units, by=caller(request), now=timezone.now()
    )


@router.get(
    "/desk/shows/{int:show_id}/flash-sales", response=list[SaleView], auth=staff("room.desk")
)
def show_flash_sales(request: HttpRequest, show_id: int) -> list[SaleView]:
    return reads.flash_sales(show_id, org_id=caller(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/flash-sales", response={201: SaleView}, auth=staff("room.desk")
)
@once(201)
def schedule_flash_sale(request: HttpRequest, show_id: int, body: NewFlashSale) -> Status[SaleView]:
    now = timezone.now()
    opens_at = now + dt.timedelta(seconds=body.opens_in_s)
    spec = FlashSaleSpec(
        show_id=show_id,
        link_no=body.link_no,
        price_fen=body.price_fen,
        units=body.units,
        units_per_buyer_max=body.per_buyer_max,
        opens_at=opens_at,
        closes_at=opens_at + dt.timedelta(seconds=body.lasts_s),
        pay_within_s=body.pay_within_s,
        has_waitlist=body.has_waitlist,
        early_tier=body.early_tier,
        early_s=body.early_s,
    )
    return Status(201, actions.schedule_flash_sale(spec=spec, by=caller(request), now=now))


@router.post("/desk/flash-sales/{int:sale_id}/{step}", response=SaleView, auth=staff("room.desk"))
@once()
def start_or_stop_flash_sale(
    request: HttpRequest, sale_id: int, step: Literal["start", "stop"]
) -> SaleView:
    act = actions.start_flash_sale if step == "start" else actions.stop_flash_sale
    return act(sale_id=sale_id, by=caller(request), now=timezone.now())


@router.get("/my/claims", response=list[ClaimView], auth=viewer_auth)
def my_claims(request: HttpRequest, show: int | None = None) -> list[ClaimView]:
    viewer = asker(request)
    return reads.claims_of(viewer.id, viewer.show_id if show is None else show)


@router.get("/my/waiting", response=list[PlaceView], auth=viewer_auth)
def my_places(request: HttpRequest, show: int | None = None) -> list[PlaceView]:
    viewer = asker(request)
    return reads.places_of(viewer.id, viewer.show_id if show is None else show)


@router.delete("/my/waiting/{int:sale_id}", response={204: None}, auth=viewer_auth)
def leave_waitlist(request: HttpRequest, sale_id: int) -> Status[None]:
    viewer = asker(request)
    actions.leave_waitlist(
        sale_id=sale_id, viewer_id=viewer.id, show_id=viewer.show_id, now=timezone.now()
    )
    return Status(204, None)


@router.get("/my/line", response=list[LinkPlaceView], auth=viewer_auth)
def my_line(request: HttpRequest) -> list[LinkPlaceView]:
    viewer = asker(request)
    return reads.line_of(viewer.id, show_id=viewer.show_id, org_id=viewer.org_id)


@router.post("/my/line/{int:link_no}", response=LinkPlaceView, auth=viewer_auth)
def join_line(request: HttpRequest, link_no: int) -> LinkPlaceView:
    return actions.join_line(link_no=link_no, **_where(request), now=timezone.now())


@router.delete("/my/line/{int:link_no}", response={204: None}, auth=viewer_auth)
def leave_line(request: HttpRequest, link_no: int) -> Status[None]:
    """Safe to repeat."""
    actions.leave_line(link_no=link_no, **_where(request), now=timezone.now())
    return Status(204, None)


def _where(request: HttpRequest) -> dict[str, int]:
    viewer = asker(request)
    return {"show_id": viewer.show_id, "viewer_id": viewer.id, "org_id": viewer.org_id}
