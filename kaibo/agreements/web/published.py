"""Published rules over HTTP: for anybody, and for the desk. Nothing here changes or deletes one."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from kaibo.access.reads import caller, staff
from kaibo.agreements import actions, reads
from kaibo.agreements.actions import VersionSpec
from kaibo.agreements.reads import (
    DeskRules,
    DeskVersionText,
    PublishedRules,
    Publisher,
    VersionCard,
    VersionText,
)
from kaibo.agreements.rules import Impact, Kind
from kaibo.base.networks import network_of

router = Router()

Whole = Annotated[int, Field(strict=True, ge=0, le=10**9)]
Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 1, 1))]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class VersionBody(Body):
    """``number`` is of the version that it follows."""

    kind: Kind
    number: Whole
    title_zh: str
    text_zh: str
    title_en: str = ""
    text_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    impact: Impact = "minor"
    effective_at: AwareDatetime | None = None


class OpinionBody(Body):
    text: str


class Receipt(Schema):
    """The number under which an opinion was received."""

    number: int


@router.get("/rules", response=list[Publisher])
def list_publishers(request: HttpRequest) -> list[Publisher]:
    """Everybody whose rules can be read here."""
    return reads.publishers()


@router.get("/rules/versions/{int:id}", response=VersionText)
def show_version(request: HttpRequest, id: int) -> VersionText:
    """Any version in full, also a past one."""
    return reads.version_text(id, now=timezone.now())


@router.post("/rules/versions/{int:id}/opinions", response={201: Receipt})
def leave_opinion(request: HttpRequest, id: int, body: OpinionBody) -> Status[Receipt]:
    """Say something about an announced version."""
    network = network_of(request.META.get("REMOTE_ADDR"))
    number = actions.leave_opinion(
        version_id=id, text=body.text, network=network, now=timezone.now()
    )
    return Status(201, Receipt(number=number))


@router.get("/rules/{code}", response=PublishedRules)
def show_rules(request: HttpRequest, code: str, on: Day | None = None) -> PublishedRules:
    """What is in force, announced and past; with ``on`` as it stood at the end of that day."""
    return reads.published_rules(code, on=on, now=timezone.now())


@router.get("/desk/rule-versions", response=DeskRules, auth=staff("compliance.read"))
def show_desk_rules(request: HttpRequest) -> DeskRules:
    return reads.desk_rules(caller(request).org_id, now=timezone.now())


@router.post("/desk/rule-versions", response={201: VersionCard}, auth=staff("compliance.edit"))
def publish_rules(request: HttpRequest, body: VersionBody) -> Status[VersionCard]:
    spec = VersionSpec(**body.model_dump())
    return Status(201, actions.publish_rules(spec=spec, by=caller(request), now=timezone.now()))


@router.get("/desk/rule-versions/{int:id}", response=DeskVersionText, auth=staff("compliance.read"))
def show_desk_version(request: HttpRequest, id: int) -> DeskVersionText:
    return reads.desk_version(caller(request).org_id, id, now=timezone.now())


@router.post(
    "/desk/rule-versions/{int:id}/acknowledge", response=DeskRules, auth=staff("room.open")
)
def acknowledge_rules(request: HttpRequest, id: int) -> DeskRules:
    return actions.acknowledge_rules(version_id=id, by=caller(request), now=timezone.now())
