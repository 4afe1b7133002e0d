"""Shipping at the desk: what must go, parcels, files of waybills."""

import datetime as dt
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.base.tables import check_file_size
from kaibo.orders import actions
from kaibo.orders.actions import WaybillReport
from kaibo.orders.reads import parcels as reads
from kaibo.orders.reads.parcels import (
    CarrierView,
    ParcelPage,
    ParcelView,
    ShopTermsView,
    ToShipPage,
)
from kaibo.orders.reads.protection import PriceDropView, price_drops
from kaibo.orders.rules.settling import SETTLE_ALONE_FEN
from kaibo.orders.web.bodies import Body, Whole
from kaibo.orders.web.desk import file_answer

router = Router()


class Handed(Body):
    """To whom a parcel was given."""

    carrier: str
    waybill: str


class Packing(Body):
    """Units by line id, all that are left without them; shipped at once with a waybill."""

    units: dict[int, Whole] | None = None
    carrier: str = ""
    waybill: str = ""


class Delivered(Body):
    """When, if not just now."""

    delivered_at: dt.datetime | None = None


class Terms(Body):
    """How the shop ships and takes back."""

    ship_within_h: Annotated[int, Field(strict=True, ge=0, le=10**9)]
    may_refund_only: Annotated[bool, Field(strict=True)] = False
    protects_days: Whole = 0
    settle_alone_fen_max: Whole = SETTLE_ALONE_FEN


@router.get("/desk/carriers", response=list[CarrierView], auth=staff("orders.ship"))
def list_carriers(request: HttpRequest) -> list[CarrierView]:
    return reads.carriers()


@router.get("/desk/shop-terms", response=ShopTermsView, auth=staff("orders.read"))
def show_shop_terms(request: HttpRequest) -> ShopTermsView:
    return reads.shop_terms(caller(request).org_id)


@router.put("/desk/shop-terms", response=ShopTermsView, auth=staff("orders.terms"))
def set_shop_terms(request: HttpRequest, body: Terms) -> ShopTermsView:
    return actions.set_shop_terms(
        ship_within_h=body.ship_within_h,
        may_refund_only=body.may_refund_only,
        protects_days=body.protects_days,
        settle_alone_fen_max=body.settle_alone_fen_max,
        by=caller(request),
        now=timezone.now(),
    )


@router.get("/desk/price-drops", response=list[PriceDropView], auth=staff("orders.read"))
def list_price_drops(request: HttpRequest) -> list[PriceDropView]:
    return price_drops(caller(request).org_id)


@router.get("/desk/to-ship", response=ToShipPage, auth=staff("orders.ship"))
def list_to_ship(request: HttpRequest, which: str = "", page: int = 1) -> ToShipPage:
    return reads.to_ship(caller(request).org_id, now=timezone.now(), which=which, page=page)


@router.post("/desk/to-ship.csv", auth=staff("orders.addresses"))
def export_to_ship_csv(request: HttpRequest) -> HttpResponse:
    """With addresses; it is written down who took them."""
    data = actions.export_to_ship(kind="csv", by=caller(request), now=timezone.now())
    return file_answer(data, CSV_TYPE, "to-ship.csv")


@router.post("/desk/to-ship.xlsx", auth=staff("orders.addresses"))
def export_to_ship_xlsx(request: HttpRequest) -> HttpResponse:
    """With addresses; it is written down who took them."""
    data = actions.export_to_ship(kind="xlsx", by=caller(request), now=timezone.now())
    return file_answer(data, XLSX_TYPE, "to-ship.xlsx")


@router.get("/desk/parcels", response=ParcelPage, auth=staff("orders.ship"))
def list_parcels(request: HttpRequest, state: str = "", page: int = 1) -> ParcelPage:
    return reads.parcels_of_shop(caller(request).org_id, state=state, page=page)


@router.get("/desk/orders/{no}/parcels", response=list[ParcelView], auth=staff("orders.read"))
def list_order_parcels(request: HttpRequest, no: str) -> list[ParcelView]:
    return reads.parcels_of_order(no, org_id=caller(request).org_id)


@router.post("/desk/orders/{no}/parcels", response={201: ParcelView}, auth=staff("orders.ship"))
def pack_parcel(request: HttpRequest, no: str, body: Packing) -> Status[ParcelView]:
    """Pack, and with a carrier and a waybill ship at once."""
    by, now = caller(request), timezone.now()
    if not (body.carrier or body.waybill):
        return Status(201, actions.pack_parcel(no=no, units=body.units, by=by, now=now))
    parcel = actions.ship_order(
        no=no, carrier=body.carrier, waybill=body.waybill, units=body.units, by=by, now=now
    )
    return Status(201, parcel)


@router.post("/desk/parcels/{int:id}/ship", response=ParcelView, auth=staff("orders.ship"))
def ship_parcel(request: HttpRequest, id: int, body: Handed) -> ParcelView:
    return actions.ship_parcel(
        parcel_id=id,
        carrier=body.carrier,
        waybill=body.waybill,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/parcels/{int:id}/deliver", response=ParcelView, auth=staff("orders.ship"))
def deliver_parcel(request: HttpRequest, id: int, body: Delivered) -> ParcelView:
    at = body.delivered_at
    # Without a zone it is the server's own, which is UTC.
    moment = at if at is None or at.tzinfo else at.replace(tzinfo=dt.UTC)
    return actions.deliver_parcel(
        parcel_id=id, delivered_at=moment, by=caller(request), now=timezone.now()
    )


@router.post("/desk/parcels/{int:id}/unpack", response=ParcelView, auth=staff("orders.ship"))
def unpack_parcel(request: HttpRequest, id: int) -> ParcelView:
    return actions.unpack_parcel(parcel_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/parcels/{int:id}/lose", response=ParcelView, auth=staff("orders.ship"))
def lose_parcel(request: HttpRequest, id: int) -> ParcelView:
    return actions.lose_parcel(parcel_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/parcels/{int:id}/bounce", response=ParcelView, auth=staff("orders.ship"))
def bounce_parcel(request: HttpRequest, id: int) -> ParcelView:
    return actions.bounce_parcel(parcel_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/waybills/check", response=WaybillReport, auth=staff("orders.ship"))
def check_waybills(request: HttpRequest, file: File[UploadedFile]) -> WaybillReport:
    """What the file would do; nothing is written."""
    return actions.check_waybills(data=_data(file), by=caller(request), now=timezone.now())


@router.post("/desk/waybills", response=WaybillReport, auth=staff("orders.ship"))
def import_waybills(request: HttpRequest, file: File[UploadedFile]) -> WaybillReport:
    return actions.import_waybills(data=_data(file), by=caller(request), now=timezone.now())


@router.post("/desk/waybills/errors.csv", auth=staff("orders.ship"))
def waybill_errors_csv(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    return _errors(request, file, "csv")


@router.post("/desk/waybills/errors.xlsx", auth=staff("orders.ship"))
def waybill_errors_xlsx(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    return _errors(request, file, "xlsx")


def _errors(request: HttpRequest, file: UploadedFile, kind: Literal["csv", "xlsx"]) -> HttpResponse:
    data = actions.waybill_errors(
        data=_data(file),
        kind=kind,
        lang=translation.get_language() or "zh-hans",
        by=caller(request),
        now=timezone.now(),
    )
    content_type = CSV_TYPE if kind == "csv" else XLSX_TYPE
    return file_answer(data, content_type, f"waybill-errors.{kind}")


def _data(file: UploadedFile) -> bytes:
    check_file_size(file.size or 0)
    return bytes(file.read())
