"""What was promised and its correction over HTTP."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime, ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.planning.reads import show
from kaibo.promises import actions, reads
from kaibo.promises.actions import Heard
from kaibo.promises.reads import CorrectionView, OrderPromised, PromisePage, UtteranceView

router = Router(tags=["promises"])


class ShowBody(Schema):
    """The words to show; null ones are as they were proposed."""

    model_config = ConfigDict(extra="forbid")

    right_zh: Annotated[str, Field(max_length=2_000)] | None = None
    right_en: Annotated[str, Field(max_length=2_000)] | None = None


class WhyBody(Schema):
    """Why nothing has to be corrected."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=2_000)]


class CaptionsBody(Schema):
    """When the captions begin; without it, when the show did."""

    begins_at: AwareDatetime | None = None


@router.get("/desk/shows/{int:id}/promises", response=PromisePage, auth=staff("compliance.read"))
def list_promises(request: HttpRequest, id: int, verdict: str = "", page: int = 1) -> PromisePage:
    """The ledger: what was said, typed and shown beside what was configured."""
    org_id = caller(request).org_id
    show(org_id, id)
    return reads.promises(org_id, id, verdict=verdict, page=page)


@router.get("/desk/orders/{no}/promised", response=OrderPromised, auth=staff("orders.read"))
def show_promised(request: HttpRequest, no: str) -> OrderPromised:
    """What page and host promised to the buyer of an order."""
    return reads.promised_to(no, org_id=caller(request).org_id)


@router.get(
    "/desk/shows/{int:id}/lines", response=list[UtteranceView], auth=staff("compliance.read")
)
def list_lines(request: HttpRequest, id: int) -> list[UtteranceView]:
    """What was said on air, the newest 200 lines, in their order."""
    org_id = caller(request).org_id
    show(org_id, id)
    return reads.newest_utterances(org_id, id)


@router.post("/desk/shows/{int:id}/captions", response=Heard, auth=staff("room.host"))
def hear_captions(
    request: HttpRequest, id: int, file: File[UploadedFile], body: Form[CaptionsBody]
) -> Heard:
    """Hear a WebVTT or SRT file; lines that are on record already change nothing."""
    by = caller(request)
    return actions.hear_captions(
        org_id=by.org_id,
        show_id=id,
        data=file.read(),
        begins_at=body.begins_at and body.begins_at.astimezone(dt.UTC),
        by=by,
        now=timezone.now(),
    )


@router.get(
    "/desk/shows/{int:id}/corrections",
    response=list[CorrectionView],
    auth=staff("compliance.read"),
)
def list_corrections(request: HttpRequest, id: int) -> list[CorrectionView]:
    """Corrections: those to make first, then the newest."""
    org_id = caller(request).org_id
    show(org_id, id)
    return reads.corrections(org_id, id)


@router.post("/desk/corrections/{int:id}/show", response=CorrectionView, auth=staff("room.desk"))
def show_correction(request: HttpRequest, id: int, body: ShowBody) -> CorrectionView:
    """Put it on every screen, and tell the buyers since the wrong words."""
    return actions.show_correction(
        id=id,
        right_zh=body.right_zh,
        right_en=body.right_en,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/corrections/{int:id}/said", response=CorrectionView, auth=staff("room.host"))
def say_correction(request: HttpRequest, id: int) -> CorrectionView:
    """The host said it."""
    return actions.say_correction(id=id, by=caller(request), now=timezone.now())


@router.post(
    "/desk/corrections/{int:id}/withdraw", response=CorrectionView, auth=staff("room.desk")
)
def withdraw_correction(request: HttpRequest, id: int, body: WhyBody) -> CorrectionView:
    """Nothing had to be corrected, and why."""
    return actions.withdraw_correction(
        id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )
