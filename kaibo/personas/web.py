"""AI-made people, their consents, and duty in a show, over HTTP."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.photos import check_size
from kaibo.personas import actions, reads
from kaibo.personas.actions import ConsentSpec, PersonaSpec
from kaibo.personas.reads import PersonaView, ShowAiView
from kaibo.personas.rules import REMIND_EVERY_MIN, Face, Label, Part, Voice

router = Router(tags=["personas"])

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class PersonaBody(Body):
    name: str
    face: Face
    voice: Voice


class Assessment(Body):
    number: str
    through_on: dt.date | None = None


class ConsentForm(Schema):
    """The fields beside the picture of the signed paper."""

    part: Part
    giver: str
    scope: str
    since_on: dt.date
    until_on: dt.date
    for_live: bool = True
    for_clips: bool = False


class Cast(Body):
    """Every AI person of the show, and how often viewers are told again."""

    persona_ids: Annotated[list[Whole], Field(max_length=100)]
    remind_every_min: Whole = REMIND_EVERY_MIN


class Seen(Body):
    """What the officer's screen says of the label."""

    label: Label


@router.get("/desk/ai-people", response=list[PersonaView], auth=staff("hosts.read"))
def list_personas(request: HttpRequest) -> list[PersonaView]:
    return reads.personas(caller(request).org_id, now=timezone.now())


@router.post("/desk/ai-people", response={201: PersonaView}, auth=staff("hosts.edit"))
def add_persona(request: HttpRequest, body: PersonaBody) -> Status[PersonaView]:
    spec = PersonaSpec(**body.model_dump())
    return Status(201, actions.add_persona(spec=spec, by=caller(request), now=timezone.now()))


@router.put("/desk/ai-people/{int:id}/assessment", response=PersonaView, auth=staff("hosts.verify"))
def assess_persona(request: HttpRequest, id: int, body: Assessment) -> PersonaView:
    by, now = caller(request), timezone.now()
    return actions.assess_persona(persona_id=id, **body.model_dump(), by=by, now=now)


@router.post(
    "/desk/ai-people/{int:id}/consents", response={201: PersonaView}, auth=staff("hosts.edit")
)
def give_consent(
    request: HttpRequest, id: int, form: Form[ConsentForm], file: File[UploadedFile]
) -> Status[PersonaView]:
    """A signed paper as a picture, and what it says."""
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    spec = ConsentSpec(**form.model_dump())
    view = actions.give_consent(persona_id=id, spec=spec, paper=file.read(), by=by, now=now)
    return Status(201, view)


@router.post("/desk/ai-consents/{int:id}/withdraw", response=PersonaView, auth=staff("hosts.edit"))
def withdraw_consent(request: HttpRequest, id: int) -> PersonaView:
    return actions.withdraw_consent(consent_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/ai-consents/{int:id}/paper", auth=staff("hosts.check"))
def show_consent_paper(request: HttpRequest, id: int) -> HttpResponse:
    data = reads.consent_paper(caller(request).org_id, id)
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.get("/desk/shows/{int:id}/ai", response=ShowAiView, auth=staff("planning.read"))
def show_ai(request: HttpRequest, id: int) -> ShowAiView:
    return reads.show_ai(caller(request).org_id, id, now=timezone.now())


@router.put("/desk/shows/{int:id}/ai", response=ShowAiView, auth=staff("planning.edit"))
def cast_personas(request: HttpRequest, id: int, body: Cast) -> ShowAiView:
    by, now = caller(request), timezone.now()
    return actions.cast_personas(show_id=id, **body.model_dump(), by=by, now=now)


@router.post("/desk/shows/{int:id}/ai/duty", response=ShowAiView, auth=staff("room.desk"))
def take_duty(request: HttpRequest, id: int) -> ShowAiView:
    return actions.take_duty(show_id=id, by=caller(request), now=timezone.now())


@router.delete("/desk/shows/{int:id}/ai/duty", response=ShowAiView, auth=staff("room.desk"))
def leave_duty(request: HttpRequest, id: int) -> ShowAiView:
    return actions.leave_duty(show_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/shows/{int:id}/ai/beat", response=ShowAiView, auth=staff("room.desk"))
def beat(request: HttpRequest, id: int, body: Seen) -> ShowAiView:
    """Once a second while the officer looks at the viewers' page."""
    return actions.beat(show_id=id, label=body.label, by=caller(request), now=timezone.now())
