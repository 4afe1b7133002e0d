"""HTTP of the room: who comes in, who bids, and the desk's buttons."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from kaibo.access.actions import issue_staff_token
from kaibo.access.reads import staff
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.audience.reads import ViewerView, asker, viewer_auth
from kaibo.base.actor import Actor
from kaibo.base.networks import network_of
from kaibo.compliance.reads import RoomRiskView
from kaibo.planning.reads import show
from kaibo.promises.actions import Heard, Line
from kaibo.promotions.actions import place_bid
from kaibo.promotions.reads import BidView, LinkView
from kaibo.room import actions, reads
from kaibo.room.addresses import Buckets
from kaibo.room.cards import LinkCard, link_card
from kaibo.room.errors import NoSuchRoom, RoomEnded, TooFast
from kaibo.room.rules import Limits

router = Router(tags=["room"])

_LIMITS = Limits()
# Who comes in and who bids by address; of this process, so several let several times as many.
_doors = Buckets(rate=_LIMITS.enters_per_address_s, burst=_LIMITS.enters_per_address_burst)
_bids = Buckets(rate=_LIMITS.bids_per_address_s, burst=_LIMITS.bids_per_address_burst)

# The rules refuse what makes no sense, in words; these bounds only keep numbers storable.
Whole = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class _Request(HttpRequest):
    auth: Actor


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way into a room: a ticket for the socket, and who the holder is."""

    token: str
    viewer: ViewerView
    show_id: int
    server_time: dt.datetime
    socket: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket for a staff socket."""

    token: str


@dataclass(frozen=True, slots=True)
class Muted:
    """The end of a mute; null when it was lifted."""

    until: dt.datetime | None


class EnterBody(Schema):
    device: str
    nickname: str = ""
    proof: Annotated[str, Field(max_length=4_000)] = ""


class CardsBody(Schema):
    device: str
    codes: Annotated[list[str], Field(max_length=50)]


class BidBody(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")

    price_fen: Whole
    request_key: str


class ReportBody(Schema):
    subject: actions.Subject
    subject_id: Whole = 0
    reason: str


class LinkBody(Schema):
    link_no: Whole


class TextBody(Schema):
    text: str


class LineBody(Schema):
    """A line that was said so many seconds ago."""

    model_config = ConfigDict(extra="forbid")

    text: str
    ago_s: Annotated[float, Field(ge=0, le=600)] = 0


class LinesBody(Schema):
    lines: Annotated[list[LineBody], Field(min_length=1, max_length=200)]


class MuteBody(Schema):
    viewer_id: Whole
    minutes: Whole


class HideBody(Schema):
    reason: str = ""


class RungBody(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")

    rung: str
    reason: str


@router.get("/rooms", response=list[reads.RoomPublic])
def list_rooms(request: HttpRequest) -> list[reads.RoomPublic]:
    """Rooms that are live, about to be, or lately ended."""
    return reads.rooms(now=timezone.now())


@router.post("/rooms/seen", response={204: None})
def see_cards(request: HttpRequest, body: CardsBody) -> Status[None]:
    """Cards of live rooms were on somebody's screen."""
    actions.note_cards(body.codes, device=body.device, now=timezone.now())
    return Status(204, None)


@router.get("/rooms/{code}", response=reads.RoomPublic)
def get_room(request: HttpRequest, code: str) -> reads.RoomPublic:
    """One room."""
    return reads.room(code)


@router.get("/rooms/{code}/links/{int:link_no}/card", response=LinkCard)
def get_link_card(request: HttpRequest, code: str, link_no: int) -> LinkCard:
    """What the card of a link says of seller, terms and goods; open to everyone."""
    return link_card(code, link_no)


@router.post("/rooms/{code}/enter", response=Entrance)
def enter_room(request: HttpRequest, code: str, body: EnterBody) -> Entrance:
    """Get a ticket for the room's socket; the same device is the same viewer.

    An address may do so a few hundred times at once and some twenty times a second for long.
    Where the operator asks for a proof of work, the first try is answered ``proof_needed`` with a
    challenge, and the second brings its solution.
    """
    if not _doors.take(network_of(request.META.get("REMOTE_ADDR"))):
        raise TooFast
    view = reads.show_of_room(code)
    if view.state == "ended":
        raise RoomEnded
    now = timezone.now()
    if settings.KAIBO_PROOF_OF_WORK:
        actions.check_proof(body.proof, hashes_max=settings.KAIBO_PROOF_OF_WORK, now=now)
    viewer = enter(org_id=view.org_id, device=body.device, nickname=body.nickname, now=now)
    actions.note_door(view, viewer.id, now=now)
    return Entrance(
        token=issue_viewer_token(viewer.id, view.org_id, view.id),
        viewer=viewer,
        show_id=view.id,
        server_time=now,
        socket="/ws",
    )


@router.post("/rooms/{code}/reports", response={201: actions.Receipt}, auth=viewer_auth)
def file_report(request: _Request, code: str, body: ReportBody) -> Status[actions.Receipt]:
    """Report a message, product, viewer or the room; the answer says by when it is dealt with."""
    view = reads.show_of_room(code)
    if view.org_id != request.auth.org_id:
        raise NoSuchRoom(room=code[:20])
    receipt = actions.file_report(
        show_id=view.id,
        by=request.auth,
        subject=body.subject,
        subject_id=body.subject_id,
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(201, receipt)


@router.post("/my/auctions/{int:id}/bids", response={201: BidView}, auth=viewer_auth)
def bid(request: HttpRequest, id: int, body: BidBody) -> Status[BidView]:
    """Bid in an auction of the ticket's room; the same key never counts twice."""
    # The moment of arrival, before any wait for a lock.
    now, viewer = timezone.now(), asker(request)
    if not _bids.take(network_of(request.META.get("REMOTE_ADDR"))):
        raise TooFast
    made = place_bid(
        auction_id=id,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        price_fen=body.price_fen,
        request_key=body.request_key,
        now=now,
    )
    return Status(201, made)


@router.get("/desk/shows/{show_id}/room", response=reads.DeskRoom, auth=staff("planning.read"))
def get_desk_room(request: _Request, show_id: int) -> reads.DeskRoom:
    """Everything the desk opens with."""
    return reads.desk_room(request.auth.org_id, show_id, now=timezone.now())


@router.post("/desk/shows/{show_id}/socket-token", response=Ticket, auth=staff("planning.read"))
def get_socket_token(request: _Request, show_id: int) -> Ticket:
    """A ticket for the desk's socket."""
    show(request.auth.org_id, show_id)
    return Ticket(issue_staff_token(request.auth, show_id))


@router.post("/desk/shows/{show_id}/pop", response=LinkView, auth=staff("room.desk"))
def pop_link(request: _Request, show_id: int, body: LinkBody) -> LinkView:
    """Put a link on the shelf and its card in front of everyone."""
    return actions.pop_link(
        org_id=request.auth.org_id,
        show_id=show_id,
        link_no=body.link_no,
        by=request.auth,
        now=timezone.now(),
    )


@router.post("/desk/shows/{show_id}/explaining", response={204: None}, auth=staff("room.host"))
def start_explaining(request: _Request, show_id: int, body: LinkBody) -> Status[None]:
    """The host explains this link from now on."""
    actions.start_explaining(
        org_id=request.auth.org_id,
        show_id=show_id,
        link_no=body.link_no,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(204, None)


@router.delete("/desk/shows/{show_id}/explaining", response={204: None}, auth=staff("room.host"))
def stop_explaining(request: _Request, show_id: int) -> Status[None]:
    """Nothing is being explained from now on."""
    actions.stop_explaining(
        org_id=request.auth.org_id, show_id=show_id, by=request.auth, now=timezone.now()
    )
    return Status(204, None)


@router.post("/desk/shows/{show_id}/notice", response={204: None}, auth=staff("room.desk"))
def pin_notice(request: _Request, show_id: int, body: TextBody) -> Status[None]:
    """Pin a notice; an empty text unpins it."""
    actions.pin_notice(
        org_id=request.auth.org_id,
        show_id=show_id,
        text=body.text,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(204, None)


@router.post("/desk/shows/{show_id}/speech", response=Heard, auth=staff("room.host"))
def hear_lines(request: _Request, show_id: int, body: LinesBody) -> Heard:
    """What the host said, typed by somebody who listens; it is judged and held to the settings."""
    now = timezone.now()
    said = [(now - dt.timedelta(seconds=one.ago_s), one.text) for one in body.lines]
    return actions.hear_lines(
        org_id=request.auth.org_id,
        show_id=show_id,
        lines=[Line(at, at, text) for at, text in said],
        source="typed",
        by=request.auth,
        now=now,
    )


@router.post("/desk/shows/{show_id}/host-note", response={204: None}, auth=staff("room.desk"))
def tell_host(request: _Request, show_id: int, body: TextBody) -> Status[None]:
    """Put a message on the host's board; an empty text takes it away."""
    actions.tell_host(
        org_id=request.auth.org_id,
        show_id=show_id,
        text=body.text,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(204, None)


@router.post("/desk/shows/{show_id}/mutes", response=Muted, auth=staff("room.moderate"))
def mute_viewer(request: _Request, show_id: int, body: MuteBody) -> Muted:
    """Keep a viewer from chatting; 0 minutes lifts it."""
    until = actions.mute_viewer(
        org_id=request.auth.org_id,
        show_id=show_id,
        viewer_id=body.viewer_id,
        minutes=body.minutes,
        by=request.auth,
        now=timezone.now(),
    )
    return Muted(until)


@router.post(
    "/desk/shows/{show_id}/messages/{message_id}/hide",
    response={204: None},
    auth=staff("room.moderate"),
)
def hide_message(request: _Request, show_id: int, message_id: int, body: HideBody) -> Status[None]:
    """Take a line of chat off every screen."""
    actions.hide_message(
        org_id=request.auth.org_id,
        show_id=show_id,
        message_id=message_id,
        reason=body.reason,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(204, None)


@router.get("/desk/shows/{show_id}/risk", response=RoomRiskView, auth=staff("compliance.read"))
def get_risk(request: _Request, show_id: int) -> RoomRiskView:
    """Where the room stands on the ladder, the reasons that add up to its score, and its moves."""
    return reads.risk(request.auth.org_id, show_id, now=timezone.now())


@router.post("/desk/shows/{show_id}/risk", response=RoomRiskView, auth=staff("risk.override"))
def override_rung(request: _Request, show_id: int, body: RungBody) -> RoomRiskView:
    """Move the room on the ladder by hand; out of a grave pause this asks a second person."""
    return actions.override_rung(
        org_id=request.auth.org_id,
        show_id=show_id,
        rung=body.rung,
        reason=body.reason,
        by=request.auth,
        now=timezone.now(),
    )


@router.post(
    "/desk/shows/{show_id}/risk/confirm", response=RoomRiskView, auth=staff("risk.override")
)
def confirm_lift(request: _Request, show_id: int) -> RoomRiskView:
    """Let a paused room go on, as a colleague asked."""
    return actions.confirm_lift(
        org_id=request.auth.org_id, show_id=show_id, by=request.auth, now=timezone.now()
    )


@router.post(
    "/desk/shows/{show_id}/risk/refuse", response=RoomRiskView, auth=staff("risk.override")
)
def refuse_lift(request: _Request, show_id: int) -> RoomRiskView:
    """Keep the room paused."""
    return actions.refuse_lift(
        org_id=request.auth.org_id, show_id=show_id, by=request.auth, now=timezone.now()
    )
