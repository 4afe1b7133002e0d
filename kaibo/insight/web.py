"""Boards, reports and the dictionary over HTTP."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import Router
from pydantic import Field

from kaibo.access.reads import caller, staff
from kaibo.base.inputs import clean_text
from kaibo.base.sheets import XLSX_TYPE
from kaibo.insight import dictionary, files, reads
from kaibo.insight.dictionary import MetricDefinition
from kaibo.insight.reads import Board, Report

router = Router(tags=["insight"])

# Names a folder of the lake, so it is a number that a show can have.
ShowId = Annotated[int, Field(ge=0, lt=2**63)]


@router.get("/metrics", response=list[MetricDefinition])
def list_metrics(request: HttpRequest) -> list[MetricDefinition]:
    """The dictionary: what every number means. Open to everyone, because trust needs it."""
    return reads.metrics()


@router.get("/metrics/{code}", response=MetricDefinition)
def show_metric(request: HttpRequest, code: str) -> MetricDefinition:
    return dictionary.metric(code)


@router.get("/desk/shows/{show_id}/board", response=Board, auth=staff("insight.read"))
def show_board(request: HttpRequest, show_id: ShowId) -> Board:
    return reads.board(org_id=caller(request).org_id, show_id=show_id, now=timezone.now())


@router.get("/desk/shows/{show_id}/report", response=Report, auth=staff("insight.read"))
def show_report(request: HttpRequest, show_id: ShowId) -> Report:
    return reads.report(org_id=caller(request).org_id, show_id=show_id)


@router.get("/desk/shows/{show_id}/report.xlsx", auth=staff("insight.read"))
def download_workbook(request: HttpRequest, show_id: ShowId, title: str = "") -> HttpResponse:
    report = reads.report(org_id=caller(request).org_id, show_id=show_id)
    content = files.workbook(report, title=_title(title, show_id), lang=_lang())
    return _download(content, XLSX_TYPE, f"report-{show_id}.xlsx")


@router.get("/desk/shows/{show_id}/report.pdf", auth=staff("insight.read"))
def download_pdf(request: HttpRequest, show_id: ShowId, title: str = "") -> HttpResponse:
    report = reads.report(org_id=caller(request).org_id, show_id=show_id)
    content = files.pdf(report, title=_title(title, show_id), lang=_lang())
    return _download(content, "application/pdf", f"report-{show_id}.pdf")


def _title(text: str, show_id: int) -> str:
    # Neither a workbook nor a PDF can hold control characters.
    return clean_text("title", text[:80], chars_max=80) or f"#{show_id}"


def _lang() -> str:
    return "zh" if (translation.get_language() or "zh").startswith("zh") else "en"


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
