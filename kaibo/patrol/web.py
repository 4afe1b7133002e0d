"""The patrol wall, grades and duty, over HTTP."""

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.patrol import actions, reads
from kaibo.patrol.reads import (
    Formula,
    Gate,
    GradeView,
    LookView,
    RoomStanding,
    TermsView,
    Wall,
)
from kaibo.patrol.rules.duty import Staffing

router = Router(tags=["patrol"])

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class TermsBody(Body):
    """Whether moderators must match the rooms, and how many one watches."""

    staffing: Staffing
    rooms_per_moderator: Whole


class ReasonBody(Body):
    """Why."""

    reason: str


class PatrollerBody(Body):
    """Who patrols."""

    person_id: Annotated[int, Field(strict=True, ge=1, lt=2**63)]


class SignBody(Body):
    """What was seen."""

    result: Literal["nothing", "found"]
    note: str = ""


class PatrollerView(Schema):
    """A colleague who may patrol."""

    id: int
    name: str


@router.get("/grading", response=Formula)
def show_formula(request: HttpRequest) -> Formula:
    """How rooms are graded and drawn; open to everyone, because it is the rule of the house."""
    return reads.formula()


@router.get("/desk/patrol", response=Wall, auth=staff("patrol.watch"))
def show_wall(request: HttpRequest) -> Wall:
    by = caller(request)
    return reads.wall(by.org_id, person_id=by.id, now=timezone.now())


@router.post("/desk/patrol/beat", response={204: None}, auth=staff("patrol.watch"))
def beat(request: HttpRequest) -> Status[None]:
    """Be on duty; sent while somebody is in front of the page."""
    actions.beat(by=caller(request), now=timezone.now())
    return Status(204, None)


@router.post("/desk/patrol/leave", response={204: None}, auth=staff("patrol.watch"))
def leave_duty(request: HttpRequest) -> Status[None]:
    actions.leave_duty(by=caller(request), now=timezone.now())
    return Status(204, None)


@router.get("/desk/patrol/looks", response=list[LookView], auth=staff("patrol.watch"))
def list_looks(request: HttpRequest) -> list[LookView]:
    """Who looked at which room, and when; the newest first."""
    return reads.looks(caller(request).org_id)


@router.post("/desk/patrol/looks", response={201: LookView}, auth=staff("patrol.watch"))
def next_look(request: HttpRequest) -> Status[LookView]:
    """Draw the next room to look at."""
    return Status(201, actions.next_look(by=caller(request), now=timezone.now()))


@router.post("/desk/patrol-looks/{int:id}/sign", response=LookView, auth=staff("patrol.watch"))
def sign_look(request: HttpRequest, id: int, body: SignBody) -> LookView:
    by, now = caller(request), timezone.now()
    return actions.sign_look(look_id=id, result=body.result, note=body.note, by=by, now=now)


@router.get("/desk/patrollers", response=list[PatrollerView], auth=staff("patrol.watch"))
def list_patrollers(request: HttpRequest) -> list[PatrollerView]:
    """The colleagues who may patrol."""
    people = reads.patrollers(caller(request).org_id)
    return [PatrollerView(id=id, name=name) for id, name in people.items()]


@router.get("/desk/shows/{int:id}/patrol", response=Gate, auth=staff("patrol.watch"))
def show_gate(request: HttpRequest, id: int) -> Gate:
    """What patrol asks of a show that wants to open."""
    return reads.gate_of(caller(request).org_id, id, now=timezone.now())


@router.post("/desk/shows/{int:id}/patroller", response=Gate, auth=staff("patrol.watch"))
def name_patroller(request: HttpRequest, id: int, body: PatrollerBody) -> Gate:
    by, now = caller(request), timezone.now()
    return actions.name_patroller(show_id=id, person_id=body.person_id, by=by, now=now)


@router.get("/desk/grades", response=list[RoomStanding], auth=staff("patrol.watch"))
def list_grades(request: HttpRequest) -> list[RoomStanding]:
    """The rooms of every host as they are graded today."""
    return reads.room_standings(caller(request).org_id, now=timezone.now())


@router.get("/desk/hosts/{int:id}/grades", response=list[GradeView], auth=staff("patrol.watch"))
def list_grade_history(request: HttpRequest, id: int) -> list[GradeView]:
    return reads.grade_history(caller(request).org_id, id)


@router.post("/desk/hosts/{int:id}/key", response=RoomStanding, auth=staff("patrol.edit"))
def name_key_room(request: HttpRequest, id: int, body: ReasonBody) -> RoomStanding:
    by, now = caller(request), timezone.now()
    return actions.name_key_room(host_id=id, reason=body.reason, by=by, now=now)


@router.post("/desk/hosts/{int:id}/unkey", response=RoomStanding, auth=staff("patrol.edit"))
def unname_key_room(request: HttpRequest, id: int, body: ReasonBody) -> RoomStanding:
    by, now = caller(request), timezone.now()
    return actions.unname_key_room(host_id=id, reason=body.reason, by=by, now=now)


@router.put("/desk/patrol-terms", response=TermsView, auth=staff("patrol.edit"))
def set_patrol_terms(request: HttpRequest, body: TermsBody) -> TermsView:
    by, now = caller(request), timezone.now()
    return actions.set_patrol_terms(
        staffing=body.staffing, rooms_per_moderator=body.rooms_per_moderator, by=by, now=now
    )
