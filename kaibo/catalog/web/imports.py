"""Importing sheets of goods over HTTP."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import File, Router, Status
from ninja.files import UploadedFile

from kaibo.access.reads import caller, staff
from kaibo.base.actor import Actor
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE
from kaibo.base.tables import check_file_size
from kaibo.catalog import actions
from kaibo.catalog.actions import ImportPreview, ImportResult
from kaibo.catalog.web.products import Body

router = Router()


class Mapping(Body):
    mapping: dict[str, str | None]


@router.post("/desk/imports", response={201: ImportPreview}, auth=staff("catalog.edit"))
def start_import(request: HttpRequest, file: File[UploadedFile]) -> Status[ImportPreview]:
    check_file_size(file.size or 0)
    preview = actions.start_import(
        data=file.read(), filename=file.name or "", by=caller(request), now=timezone.now()
    )
    return Status(201, preview)


@router.get("/desk/imports/{int:id}", response=ImportPreview, auth=staff("catalog.edit"))
def show_import(request: HttpRequest, id: int) -> ImportPreview:
    return actions.import_preview(import_id=id, by=caller(request))


@router.patch("/desk/imports/{int:id}", response=ImportPreview, auth=staff("catalog.edit"))
def remap_import(request: HttpRequest, id: int, body: Mapping) -> ImportPreview:
    return actions.remap_import(import_id=id, mapping=body.mapping, by=caller(request))


@router.post("/desk/imports/{int:id}/apply", response=ImportResult, auth=staff("catalog.edit"))
def apply_import(request: HttpRequest, id: int) -> ImportResult:
    return actions.apply_import(import_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/imports/{int:id}/errors.csv", auth=staff("catalog.edit"))
def errors_csv(request: HttpRequest, id: int) -> HttpResponse:
    return _errors(request, id, "csv")


@router.get("/desk/imports/{int:id}/errors.xlsx", auth=staff("catalog.edit"))
def errors_xlsx(request: HttpRequest, id: int) -> HttpResponse:
    return _errors(request, id, "xlsx")


def _errors(request: HttpRequest, id: int, kind: Literal["csv", "xlsx"]) -> HttpResponse:
    lang = translation.get_language() or "zh-hans"
    data = actions.import_errors_file(import_id=id, kind=kind, lang=lang, by=caller(request))
    headers = {"Content-Disposition": f'attachment; filename="import-{id}-errors.{kind}"'}
    content_type = CSV_TYPE if kind == "csv" else XLSX_TYPE
    return HttpResponse(data, content_type=content_type, headers=headers)

