"""Campaigns, shows and the run of show over HTTP."""

import datetime as dt
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime, ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.errors import SheetTooLarge
from kaibo.base.sheets import FILE_BYTES_MAX, XLSX_TYPE, write_xlsx
from kaibo.planning import actions, reads
from kaibo.planning.actions import CampaignSpec, RunItemSpec, SheetResult, ShowChanges, ShowSpec
from kaibo.planning.reads import CampaignView, RunItemView, ShowDetail, ShowView

router = Router(tags=["planning"])

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class NewCampaign(Body):
    name: str
    goal: str = ""
    budget_fen: Whole = 0


class NewShow(Body):
    title: str
    host_id: Whole
    starts_at: AwareDatetime
    planned_minutes: Whole
    campaign_id: Whole | None = None
    theme: str = ""
    goal: str = ""
    audience_card: str = ""
    policy_text: str = ""
    cover_url: str = ""
    seller_name: str = ""
    seller_licence_no: str = ""
    seller_address: str = ""
    seller_contact: str = ""


class ChangedShow(NewShow):
    title: str = ""
    host_id: Whole = 0
    starts_at: AwareDatetime = dt.datetime.max.replace(tzinfo=dt.UTC)
    planned_minutes: Whole = 0


class RunItem(Body):
    link_no: Whole
    sku_id: Whole
    starts_minute: Whole
    minutes: Whole
    price_fen: Whole
    role: str = ""
    day_price_fen: Whole = 0
    price_basis: str = ""
    units_planned: Whole = 0
    first_batch_units: Whole = 0
    buffer_units: Whole = 0
    per_buyer_max: Whole = 0
    mechanism: str = ""
    selling_points: list[str] = []
    benefit: str = ""
    script_text: str = ""
    banned_note: str = ""
    host_note: str = ""
    desk_action: str = ""
    opens_with_pop: bool = False
    extras: dict[str, str] = {}


class RunOfShow(Body):
    items: list[RunItem]


class NewPlace(Body):
    position: Whole


@router.get("/desk/campaigns", response=list[CampaignView], auth=staff("planning.read"))
def list_campaigns(request: HttpRequest) -> list[CampaignView]:
    return reads.campaigns(caller(request).org_id)


@router.post("/desk/campaigns", response={201: CampaignView}, auth=staff("planning.edit"))
def create_campaign(request: HttpRequest, body: NewCampaign) -> Status[CampaignView]:
    spec = CampaignSpec(**body.model_dump())
    return Status(201, actions.create_campaign(spec=spec, by=caller(request), now=timezone.now()))


@router.get("/desk/shows", response=list[ShowView], auth=staff("planning.read"))
def list_shows(request: HttpRequest) -> list[ShowView]:
    return reads.shows(caller(request).org_id)


@router.post("/desk/shows", response={201: ShowView}, auth=staff("planning.edit"))
def plan_show(request: HttpRequest, body: NewShow) -> Status[ShowView]:
    spec = ShowSpec(**body.model_dump())
    return Status(201, actions.plan_show(spec=spec, by=caller(request), now=timezone.now()))


@router.get("/desk/shows/{int:id}", response=ShowDetail, auth=staff("planning.read"))
def show_show(request: HttpRequest, id: int) -> ShowDetail:
    return reads.show_detail(caller(request).org_id, id)


@router.patch("/desk/shows/{int:id}", response=ShowView, auth=staff("planning.edit"))
def change_show(request: HttpRequest, id: int, body: ChangedShow) -> ShowView:
    changes = cast(ShowChanges, body.model_dump(exclude_unset=True))
    return actions.change_show(show_id=id, changes=changes, by=caller(request), now=timezone.now())


@router.put("/desk/shows/{int:id}/items", response=list[RunItemView], auth=staff("planning.edit"))
def set_run_of_show(request: HttpRequest, id: int, body: RunOfShow) -> list[RunItemView]:
    by = caller(request)
    items = [
        RunItemSpec(**{**item.model_dump(), "selling_points": tuple(item.selling_points)})
        for item in body.items
    ]
    return actions.set_run_of_show(
        org_id=by.org_id, show_id=id, items=items, by=by, now=timezone.now()
    )


@router.post(
    "/desk/shows/{int:id}/items/{int:link_no}/move",
    response=list[RunItemView],
    auth=staff("planning.edit"),
)
def move_item(request: HttpRequest, id: int, link_no: int, body: NewPlace) -> list[RunItemView]:
    return actions.move_item(
        show_id=id, link_no=link_no, position=body.position, by=caller(request), now=timezone.now()
    )


@router.get("/desk/shows/{int:id}/run.xlsx", auth=staff("planning.read"))
def export_sheet(request: HttpRequest, id: int) -> HttpResponse:
    show = reads.show(caller(request).org_id, id)
    data = write_xlsx("排品表", reads.SHEET_HEADER, reads.sheet_rows(show))
    headers = {"Content-Disposition": f'attachment; filename="run-{show.code}.xlsx"'}
    return HttpResponse(data, content_type=XLSX_TYPE, headers=headers)


@router.post("/desk/shows/{int:id}/run.xlsx", response=SheetResult, auth=staff("planning.edit"))
def import_sheet(
    request: HttpRequest, id: int, file: File[UploadedFile], dry: bool = False
) -> SheetResult:
    if (file.size or 0) > FILE_BYTES_MAX:
        raise SheetTooLarge(field="file", megabytes_max=FILE_BYTES_MAX // 1024 // 1024)
    return actions.import_sheet(
        show_id=id, data=file.read(), dry=dry, by=caller(request), now=timezone.now()
    )
