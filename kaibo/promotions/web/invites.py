"""Invitations over HTTP: for the desk and for viewers."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.networks import network_of
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.promotions import actions
from kaibo.promotions.actions import InviteSpec, Origin
from kaibo.promotions.reads import invites as reads
from kaibo.promotions.reads.invites import BoardRow, InviteCard, InviteePage, InviteView
from kaibo.promotions.web.packets import Key
from kaibo.promotions.web.selling import Body, Whole

router = Router()


class InviteBody(Body):
    show_id: Whole
    title: str
    task: Literal["", "watch", "follow", "order"] = ""
    watch_minutes: Whole | None = None
    newcomer: Literal["", "visitor", "buyer"] = ""
    invitees_per_reward: Whole | None = None
    rewards_per_inviter: Whole | None = None
    rewards_total: Whole | None = None
    per_address: Whole = 3
    promotion_id: Whole | None = None
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    organiser: str = ""
    request_key: Key


class CodeBody(Body):
    code: Annotated[str, Field(max_length=64)]


class LinkAnswer(Schema):
    """The code of a viewer's own link; the page makes the address of it."""

    code: str


class HeardAnswer(Schema):
    """How somebody who came by a link stands; ``no`` is said without a reason."""

    state: reads.Heard


@router.get("/desk/shows/{int:show_id}/invites", response=list[InviteView], auth=staff("room.desk"))
def list_invites(request: HttpRequest, show_id: int) -> list[InviteView]:
    return reads.invites(caller(request).org_id, show_id)


@router.post("/desk/invites", response={201: InviteView}, auth=staff("room.desk"))
def save_invite(request: HttpRequest, body: InviteBody) -> Status[InviteView]:
    made = actions.save_invite(
        spec=_spec(body), request_key=body.request_key, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


@router.get("/desk/invites/{int:id}", response=InviteView, auth=staff("room.desk"))
def show_invite(request: HttpRequest, id: int) -> InviteView:
    return reads.invite(caller(request).org_id, id)


@router.put("/desk/invites/{int:id}", response=InviteView, auth=staff("room.desk"))
def change_draft_invite(request: HttpRequest, id: int, body: InviteBody) -> InviteView:
    return actions.save_invite(
        spec=_spec(body),
        request_key=body.request_key,
        invite_id=id,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/invites/{int:id}/publish", response=InviteView, auth=staff("room.desk"))
def publish_invite(request: HttpRequest, id: int) -> InviteView:
    return actions.publish_invite(invite_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/invites/{int:id}/cancel", response=InviteView, auth=staff("room.desk"))
def cancel_invite(request: HttpRequest, id: int) -> InviteView:
    return actions.cancel_invite(invite_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/invites/{int:id}/board", response=list[BoardRow], auth=staff("room.desk"))
def show_invite_board(request: HttpRequest, id: int) -> list[BoardRow]:
    return reads.invite_board(caller(request).org_id, id)


@router.get("/desk/invites/{int:id}/invitees", response=InviteePage, auth=staff("room.desk"))
def list_invitees(
    request: HttpRequest, id: int, state: str = "", reason: str = "", page: int = 1
) -> InviteePage:
    return reads.invitees(caller(request).org_id, id, state=state, reason=reason, page=page)


@router.get("/my/invites", response=list[InviteCard], auth=viewer_auth)
def my_invites(request: HttpRequest) -> list[InviteCard]:
    viewer = asker(request)
    return reads.invite_cards(viewer.id, org_id=viewer.org_id, show_id=viewer.show_id)


@router.post("/my/invites/{int:id}/link", response=LinkAnswer, auth=viewer_auth)
def make_invite_link(request: HttpRequest, id: int) -> LinkAnswer:
    viewer = asker(request)
    code = actions.make_invite_link(
        invite_id=id,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        origin=_origin(request),
        now=timezone.now(),
    )
    return LinkAnswer(code=code)


@router.post("/my/invites/accept", response=HeardAnswer, auth=viewer_auth)
def accept_invite(request: HttpRequest, body: CodeBody) -> HeardAnswer:
    viewer = asker(request)
    state = actions.accept_invite(
        code=body.code,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        origin=_origin(request),
        now=timezone.now(),
    )
    return HeardAnswer(state=state)


def _origin(request: HttpRequest) -> Origin:
    return Origin(
        network=network_of(request.META.get("REMOTE_ADDR")),
        browser=request.headers.get("User-Agent", ""),
    )


def _spec(body: InviteBody) -> InviteSpec:
    return InviteSpec(**body.dict(exclude={"request_key"}))

