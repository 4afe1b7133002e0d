"""The roster of a show, over HTTP."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.photos import check_size
from kaibo.hosts.reads import Part
from kaibo.roster import actions, reads
from kaibo.roster.reads import CheckView, RosterView

router = Router(tags=["roster"])

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class Guest(Body):
    host_id: Whole
    part: Part = "guest"


class Guests(Body):
    """Everybody beside the planned host."""

    guests: Annotated[list[Guest], Field(max_length=100)]


class Sent(Body):
    """To whom the roster was sent, and what came back."""

    sent_to: str
    receipt: str = ""


@router.get("/desk/shows/{int:id}/roster", response=RosterView, auth=staff("hosts.read"))
def show_roster(request: HttpRequest, id: int) -> RosterView:
    return reads.roster(caller(request).org_id, id, now=timezone.now())


@router.put("/desk/shows/{int:id}/roster", response=RosterView, auth=staff("planning.edit"))
def set_guests(request: HttpRequest, id: int, body: Guests) -> RosterView:
    guests = [(one.host_id, one.part) for one in body.guests]
    by, now = caller(request), timezone.now()
    return actions.set_guests(show_id=id, guests=guests, by=by, now=now)


@router.post("/desk/shows/{int:id}/roster/send", response=RosterView, auth=staff("planning.edit"))
def send_roster(request: HttpRequest, id: int, body: Sent) -> RosterView:
    by, now = caller(request), timezone.now()
    return actions.send_roster(
        show_id=id, sent_to=body.sent_to, receipt=body.receipt, by=by, now=now
    )


@router.post(
    "/desk/shows/{int:id}/roster/{int:host_id}/check",
    response={201: CheckView},
    auth=staff("hosts.check"),
)
def check_person(
    request: HttpRequest,
    id: int,
    host_id: int,
    result: Literal["match", "mismatch"],
    file: File[UploadedFile],
    note: str = "",
) -> Status[CheckView]:
    """A photograph taken now, and what comparing it with the one on file said."""
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    check = actions.check_person(
        show_id=id, host_id=host_id, photo=file.read(), result=result, note=note, by=by, now=now
    )
    return Status(201, check)


@router.post(
    "/desk/shows/{int:id}/roster/{int:host_id}/check-outside",
    response={201: CheckView},
    auth=staff("hosts.check"),
)
def check_person_outside(
    request: HttpRequest, id: int, host_id: int, file: File[UploadedFile]
) -> Status[CheckView]:
    """The same by the outside service, where one is plugged in."""
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    check = actions.check_person_outside(
        show_id=id, host_id=host_id, photo=file.read(), by=by, now=now
    )
    return Status(201, check)


@router.get("/desk/roster-checks/{int:id}", auth=staff("hosts.check"))
def show_check_photo(request: HttpRequest, id: int) -> HttpResponse:
    answer = HttpResponse(reads.check_photo(caller(request).org_id, id), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
