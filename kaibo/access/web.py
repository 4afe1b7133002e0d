"""Signing in and out."""

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.utils import check_csrf

from kaibo.access import actions, reads
from kaibo.access.errors import SignInNeeded
from kaibo.access.models import Person
from kaibo.access.reads import SessionView
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput

router = Router(tags=["access"])


class SignIn(Schema):
    username: str = Field(max_length=60)
    password: str = Field(max_length=200)


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


def _actor(request: HttpRequest) -> Actor:
    actor = reads.actor_of(request.user) if isinstance(request.user, Person) else None
    if actor is None:
        raise SignInNeeded
    return actor
