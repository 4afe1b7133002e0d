"""Who is watching."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from kaibo.access.crypto import read_token
from kaibo.access.errors import SignInNeeded, TokenInvalid
from kaibo.audience.models import Follow, Viewer
from kaibo.audience.rules import mask_name
from kaibo.base.actor import Actor

# Longer than the longest show; entering again gives a new one.
VIEWER_TOKEN_AGE_S_MAX = 24 * 3600


@dataclass(frozen=True, slots=True)
class ViewerView:
    """A viewer as rooms show them."""

    id: int
    nickname: str


@dataclass(frozen=True, slots=True)
class ViewerToken:
    """What a viewer's ticket says: it opens one room."""

    viewer_id: int
    org_id: int
    show_id: int


@dataclass(frozen=True, slots=True)
class ViewerActor(Actor):
    """A viewer as the doer of a request, with the show their ticket is for."""

    show_id: int = 0


def read_viewer_token(token: str) -> ViewerToken:
    """What a viewer's ticket says.

    Raises:
        TokenInvalid: forged, too old, or not a viewer's ticket.
    """
    values = read_token("viewer", token, age_s_max=VIEWER_TOKEN_AGE_S_MAX)
    try:
        return ViewerToken(
            viewer_id=values["viewer_id"], org_id=values["org_id"], show_id=values["show_id"]
        )
    except KeyError as error:
        raise TokenInvalid from error


def viewers(ids: set[int], *, org_id: int) -> dict[int, ViewerView]:
    """An organisation's viewers by id; another organisation's are left out."""
    # Beyond a 64-bit column nobody is stored, and the database would refuse the question.
    known = {id for id in ids if 0 < id < 2**63}
    rows = Viewer.objects.filter(pk__in=known, organisation_id=org_id)
    return {row.pk: ViewerView(row.pk, row.nickname) for row in rows}


def masked_names(ids: set[int], *, org_id: int) -> dict[int, str]:
    """Names of viewers as strangers may see them, by id; as ``viewers``."""
    return {id: mask_name(view.nickname) for id, view in viewers(ids, org_id=org_id).items()}


def first_seen_at(viewer_id: int, *, org_id: int) -> dt.datetime:
    """When a viewer of the organisation first came to one of its rooms."""
    row = Viewer.objects.get(pk=viewer_id, organisation_id=org_id)
    return row.created_at


def followers(org_id: int) -> set[int]:
    """Ids of the viewers who follow the organisation now."""
    rows = Follow.objects.filter(viewer__organisation_id=org_id)
    return set(rows.values_list("viewer_id", flat=True))


def follower_count(org_id: int) -> int:
    """How many viewers follow the organisation now."""
    return Follow.objects.filter(viewer__organisation_id=org_id).count()


def followed_since(viewer_id: int, *, org_id: int) -> dt.datetime | None:
    """Since when a viewer follows the organisation; None if they do not."""
    rows = Follow.objects.filter(viewer_id=viewer_id, viewer__organisation_id=org_id)
    return rows.values_list("since", flat=True).first()


class _ViewerAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Any:
        ticket = read_viewer_token(token)
        return ViewerActor("viewer", ticket.viewer_id, ticket.org_id, show_id=ticket.show_id)

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" not in request.headers:
            raise SignInNeeded
        return super().__call__(request)


# Ninja ``auth=`` for a viewer's route: ``request.auth`` is a ViewerActor.
viewer_auth = _ViewerAuth()


def asker(request: HttpRequest) -> ViewerActor:
    """Which viewer is asking on a route behind ``viewer_auth``."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by ninja's auth
    assert isinstance(viewer, ViewerActor)
    return viewer
