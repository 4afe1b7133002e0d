"""The gate over HTTP."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.planning.reads import ShowView
from kaibo.preflight import actions, reads
from kaibo.preflight.reads import PastLook, Preflight

router = Router(tags=["preflight"])


class PastBody(Schema):
    """Which past shows to look at, and a pack to try on them; none is the rulebook as it is."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(strict=True, ge=0, le=10**6)] = 30
    source: Annotated[str, Field(max_length=400_000)] = ""


@router.post("/desk/rulebook/past", response=PastLook, auth=staff("compliance.read"))
def look_at_past_shows(request: HttpRequest, body: PastBody) -> PastLook:
    """What past shows said that would fail now; nothing is written."""
    org_id = caller(request).org_id
    return reads.past_failures(org_id, days=body.days, now=timezone.now(), source=body.source)


@router.get("/desk/shows/{int:id}/preflight", response=Preflight, auth=staff("planning.read"))
def show_preflight(request: HttpRequest, id: int) -> Preflight:
    return reads.preflight(caller(request).org_id, id, timezone.now())


@router.post("/desk/shows/{int:id}/open", response=ShowView, auth=staff("room.open"))
def open_show(request: HttpRequest, id: int) -> ShowView:
    by = caller(request)
    return actions.open_show(org_id=by.org_id, show_id=id, by=by, now=timezone.now())


@router.post("/desk/shows/{int:id}/close", response=ShowView, auth=staff("room.open"))
def close_show(request: HttpRequest, id: int) -> ShowView:
    by = caller(request)
    return actions.close_show(org_id=by.org_id, show_id=id, by=by, now=timezone.now())
