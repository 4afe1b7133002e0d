"""Signing in and out, and the keys of other programs."""

import datetime as dt

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.utils import check_csrf
from pydantic import AwareDatetime, ConfigDict

from kaibo.access import actions, reads
from kaibo.access.actions import KeyMade, Temporary
from kaibo.access.errors import SignInNeeded
from kaibo.access.models import Person
from kaibo.access.reads import ApiKeyView, Colleague, SessionView
from kaibo.access.rules import SCOPES
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput

router = Router(tags=["access"])


class SignIn(Schema):
    username: str = Field(max_length=60)
    password: str = Field(max_length=200)


class NewPassword(Schema):
    """The password there is, and the one of one's own."""

    model_config = ConfigDict(extra="forbid")
    old: str = Field(max_length=200)
    new: str = Field(max_length=200)


class NewKey(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")
    name: str
    scopes: list[str]
    expires_at: AwareDatetime | None = None


class Keys(Schema):
    """The keys there are, and which scopes a new one may have."""

    items: list[ApiKeyView]
    scopes: list[str]


@router.get("/session", response=SessionView)
def show_session(request: HttpRequest) -> SessionView:
    """Who is signed in; also sets the CSRF cookie for the calls that follow."""
    get_token(request)
    return reads.session_of(_actor(request))


@router.post("/session", response=SessionView)
def sign_in(request: HttpRequest, body: SignIn) -> SessionView:
    # No session yet, so no auth= that would check it: signing somebody in unasked is still refused.
    if check_csrf(request) is not None:
        raise BadInput(field="X-CSRFToken", why="请刷新页面后重试 / reload the page and try again")
    actor = actions.sign_in(
        request, username=body.username, password=body.password, now=timezone.now()
    )
    return reads.session_of(actor)


@router.delete("/session", response={204: None}, auth=reads.staff(None))
def sign_out(request: HttpRequest) -> Status[None]:
    actions.sign_out(request, by=_actor(request), now=timezone.now())
    return Status(204, None)


@router.post("/session/password", response=SessionView, auth=reads.staff(None))
def change_password(request: HttpRequest, body: NewPassword) -> SessionView:
    by = _actor(request)
    actions.change_password(request, old=body.old, new=body.new, by=by, now=timezone.now())
    return reads.session_of(by)


@router.get("/desk/persons", response=list[Colleague], auth=reads.staff("people.edit"))
def list_people(request: HttpRequest) -> list[Colleague]:
    return reads.people_of(_actor(request).org_id)


@router.post(
    "/desk/persons/{int:id}/reset-password",
    response=Temporary,
    auth=reads.staff("people.edit"),
)
def reset_password(request: HttpRequest, id: int) -> Temporary:
    """The answer holds the temporary password, this once."""
    return actions.reset_password(person_id=id, by=_actor(request), now=timezone.now())


@router.get("/desk/keys", response=Keys, auth=reads.staff("keys.edit"))
def list_keys(request: HttpRequest) -> Keys:
    return Keys(items=reads.api_keys(_actor(request).org_id), scopes=list(SCOPES))


@router.post("/desk/keys", response={201: KeyMade}, auth=reads.staff("keys.edit"))
def make_key(request: HttpRequest, body: NewKey) -> Status[KeyMade]:
    """The answer holds the key itself, this once."""
    expires_at = body.expires_at.astimezone(dt.UTC) if body.expires_at else None
    made = actions.make_key(
        name=body.name,
        scopes=body.scopes,
        expires_at=expires_at,
        by=_actor(request),
        now=timezone.now(),
    )
    return Status(201, made)


@router.delete("/desk/keys/{int:id}", response={204: None}, auth=reads.staff("keys.edit"))
def revoke_key(request: HttpRequest, id: int) -> Status[None]:
    actions.revoke_key(key_id=id, by=_actor(request), now=timezone.now())
    return Status(204, None)


def _actor(request: HttpRequest) -> Actor:
    actor = reads.actor_of(request.user) if isinstance(request.user, Person) else None
    if actor is None:
        raise SignInNeeded
    return actor
