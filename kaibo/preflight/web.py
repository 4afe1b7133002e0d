"""The gate over HTTP."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.planning.reads import ShowView
from kaibo.preflight import actions, reads
from kaibo.preflight.reads import Preflight

router = Router(tags=["preflight"])


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
