"""Order files of other platforms at the desk, and the orders that they told."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.actor import Actor
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.base.tables import check_file_size
from kaibo.orders import actions
from kaibo.orders.actions import OrderFilePreview, OrderFileResult, TermsWish
from kaibo.orders.reads import files as reads
from kaibo.orders.reads.files import FileDay, OrderFileView, PlatformOrderPage
from kaibo.orders.web.desk import file_answer
from kaibo.orders.web.bodies import Body

router = Router()


class Terms(Body):
    """Where a file comes from; what is empty is told by the file or its platform."""

    platform: str = ""
    shop: str = ""
    zone: str = ""
    currency: str = ""


class Meaning(Body):
    """What the columns of a file mean, and how it is read."""

    mapping: dict[str, str | None]
    terms: Terms | None = None


@router.post("/desk/order-files", response={201: OrderFilePreview}, auth=staff("orders.import"))
def start_order_file(
    request: HttpRequest, file: File[UploadedFile], terms: Form[Terms]
) -> Status[OrderFilePreview]:
    check_file_size(file.size or 0)
    preview = actions.start_order_file(
        data=file.read(),
        filename=file.name or "",
        by=caller(request),
        now=timezone.now(),
        wish=_wish(terms),
    )
    return Status(201, preview)


@router.get("/desk/order-files", response=list[OrderFileView], auth=staff("orders.import"))
def list_order_files(request: HttpRequest) -> list[OrderFileView]:
    return reads.order_files(caller(request).org_id)


@router.get("/desk/order-files/{int:id}", response=OrderFilePreview, auth=staff("orders.import"))
def show_order_file(request: HttpRequest, id: int) -> OrderFilePreview:
    return actions.order_file_preview(file_id=id, by=caller(request))


@router.patch("/desk/order-files/{int:id}", response=OrderFilePreview, auth=staff("orders.import"))
def remap_order_file(request: HttpRequest, id: int, body: Meaning) -> OrderFilePreview:
    wish = None if body.terms is None else _wish(body.terms)
    return actions.remap_order_file(
        file_id=id, mapping=body.mapping, by=caller(request), wish=wish
    )


@router.post(
    "/desk/order-files/{int:id}/apply", response=OrderFileResult, auth=staff("orders.import")
)
def apply_order_file(request: HttpRequest, id: int) -> OrderFileResult:
    return actions.apply_order_file(file_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/order-files/{int:id}/days", response=list[FileDay], auth=staff("orders.import"))
def show_file_days(request: HttpRequest, id: int) -> list[FileDay]:
    return reads.file_days(caller(request).org_id, id)


@router.get("/desk/order-files/{int:id}/errors.csv", auth=staff("orders.import"))
def order_file_errors_csv(request: HttpRequest, id: int) -> HttpResponse:
    return _errors(request, id, "csv")


@router.get("/desk/order-files/{int:id}/errors.xlsx", auth=staff("orders.import"))
def order_file_errors_xlsx(request: HttpRequest, id: int) -> HttpResponse:
    return _errors(request, id, "xlsx")


@router.get("/desk/platform-orders", response=PlatformOrderPage, auth=staff("orders.read"))
def list_platform_orders(
    request: HttpRequest, platform: str = "", page: int = 1
) -> PlatformOrderPage:
    return reads.platform_orders(caller(request).org_id, platform=platform, page=page)


def _errors(request: HttpRequest, id: int, kind: Literal["csv", "xlsx"]) -> HttpResponse:
    lang = translation.get_language() or "zh-hans"
    data = actions.order_file_errors(file_id=id, kind=kind, lang=lang, by=caller(request))
    content_type = CSV_TYPE if kind == "csv" else XLSX_TYPE
    return file_answer(data, content_type, f"order-file-{id}-errors.{kind}")



def _wish(terms: Terms) -> TermsWish:
    return TermsWish(
        platform=terms.platform, shop=terms.shop, zone=terms.zone, currency=terms.currency
    )

