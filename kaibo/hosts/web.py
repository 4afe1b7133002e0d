"""Hosts over HTTP."""

from typing import Annotated, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostChanges, HostSpec, Method
from kaibo.hosts.reads import HostCard

router = Router(tags=["hosts"])

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class NewHost(Body):
    name: str
    stage_name: str
    avatar_url: str = ""
    person_id: Whole | None = None
    id_number: str = ""


class ChangedHost(Body):
    name: str = ""
    stage_name: str = ""
    avatar_url: str = ""
    person_id: Whole | None = None
    id_number: str = ""


class Verification(Body):
    id_number: str
    method: Method


@router.get("/desk/hosts", response=list[HostCard], auth=staff("hosts.read"))
def list_hosts(request: HttpRequest) -> list[HostCard]:
    return reads.host_cards(caller(request).org_id, now=timezone.now())


@router.post("/desk/hosts", response={201: HostCard}, auth=staff("hosts.edit"))
def add_host(request: HttpRequest, body: NewHost) -> Status[HostCard]:
    by, now = caller(request), timezone.now()
    host = actions.add_host(spec=HostSpec(**body.model_dump()), by=by, now=now)
    return Status(201, reads.host_card(by.org_id, host.id, now=now))


@router.get("/desk/hosts/{int:id}", response=HostCard, auth=staff("hosts.read"))
def show_host(request: HttpRequest, id: int) -> HostCard:
    return reads.host_card(caller(request).org_id, id, now=timezone.now())


@router.patch("/desk/hosts/{int:id}", response=HostCard, auth=staff("hosts.edit"))
def change_host(request: HttpRequest, id: int, body: ChangedHost) -> HostCard:
    by, now = caller(request), timezone.now()
    changes = cast(HostChanges, body.model_dump(exclude_unset=True))
    actions.change_host(host_id=id, changes=changes, by=by, now=now)
    return reads.host_card(by.org_id, id, now=now)


@router.post("/desk/hosts/{int:id}/verify", response=HostCard, auth=staff("hosts.verify"))
def verify_host(request: HttpRequest, id: int, body: Verification) -> HostCard:
    by, now = caller(request), timezone.now()
    actions.verify_host(host_id=id, id_number=body.id_number, method=body.method, by=by, now=now)
    return reads.host_card(by.org_id, id, now=now)


@router.post("/desk/hosts/{int:id}/guardian", response=HostCard, auth=staff("hosts.verify"))
def record_guardian_consent(request: HttpRequest, id: int) -> HostCard:
    by, now = caller(request), timezone.now()
    actions.record_guardian_consent(host_id=id, by=by, now=now)
    return reads.host_card(by.org_id, id, now=now)
