"""What pages and the stage read of a room, as values."""

import datetime as dt
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

import msgspec

from kaibo.compliance.reads import RoomRiskView, kept_from_lists, room_risk, rung_now
from kaibo.insight import reads as insight
from kaibo.media import reads as media
from kaibo.personas.reads import has_ai
from kaibo.planning.errors import NoSuchShow
from kaibo.planning.reads import (
    RunItemView,
    ShowView,
    public_rooms,
    run_of_show,
    show,
    show_by_code,
)
from kaibo.promises.reads import CorrectionView, on_screen
from kaibo.promotions import reads as promotions
from kaibo.room.errors import NoSuchRoom
from kaibo.room.memory import Memory
from kaibo.room.models import ChatMessage, Mute, RoomBoard
from kaibo.room.rules import Limits
from kaibo.room.shown import (
    Board,
    ChatLine,
    Correction,
    CouponDrop,
    Explaining,
    LinkView,
    SaleView,
    ToCorrect,
)

RoomStateName = Literal["soon", "live", "ended"]
RECENT_CHAT = 100

T = TypeVar("T")

# Fields of the staff's board and the metrics behind them.
_BOARD = {
    "gmv_paid_fen": "gmv_paid",
    "gmv_created_fen": "gmv_created",
    "gmv_net_fen": "gmv_net",
    "orders_paid": "orders_paid",
    "buyers": "buyers",
    "units": "units",
    "gpm_fen": "gpm",
    "uv_value_fen": "uv_value",
    "exposed": "product_reach",
    "clicked": "product_clickers",
    "chat_sampled": "chat_sampled",
}


@dataclass(frozen=True, slots=True)
class HostCard:
    """The host as viewers see them."""

    name: str
    avatar_url: str


@dataclass(frozen=True, slots=True)
class SellerBar:
    """The actual seller, as every room must show it."""

    name: str
    licence_no: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class PictureAt:
    """Where the picture of the room is found."""

    playlist: str
    state: str


@dataclass(frozen=True, slots=True)
class RoomPublic:
    """A room as anybody may see it. ``demo``: nothing in it is really for sale."""

    code: str
    title: str
    state: RoomStateName
    starts_at: dt.datetime
    host: HostCard
    seller: SellerBar
    cover_url: str
    demo: bool
    picture: PictureAt


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the desk has put on the screens."""

    explaining_link_no: int | None = None
    explaining_since: dt.datetime | None = None
    popped_link_no: int | None = None
    notice: str = ""
    host_note: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A line of chat as staff see it, hidden ones included."""

    id: int
    viewer_id: int
    nickname: str
    kind: str
    text: str
    reply_to: int | None
    at: dt.datetime
    state: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class MuteView:
    """A viewer who may not chat before ``until``."""

    viewer_id: int
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """Everything the desk needs when it opens; the socket keeps it current."""

    show: ShowView
    room: RoomPublic
    items: list[RunItemView]
    links: list[promotions.LinkView]
    sales: list[promotions.SaleView]
    auctions: list[promotions.AuctionView]
    board: BoardView
    chat: list[MessageView]
    mutes: list[MuteView]


def room(code: str) -> RoomPublic:
    """One room by its public code.

    Raises:
        NoSuchRoom: no show has this code.
    """
    return _public(show_of_room(code))


def rooms(*, now: dt.datetime) -> list[RoomPublic]:
    """Rooms that are live, about to be, or lately ended, and whose traffic is not limited."""
    hidden = kept_from_lists(now=now)
    return [
        _public(view)
        for view in public_rooms(now=now)
        if hidden.isdisjoint({(view.org_id, None), (view.org_id, view.host_id)})
    ]


def show_of_room(code: str) -> ShowView:
    """The show behind a room code.

    Raises:
        NoSuchRoom: no show has this code.
    """
    try:
        return show_by_code(code)
    except NoSuchShow as error:
        raise NoSuchRoom(room=code[:20]) from error


def state_of(view: ShowView) -> RoomStateName:
    """A show's state in the words of the room."""
    return cast(RoomStateName, {"draft": "soon"}.get(view.state, view.state))


def board(show_id: int) -> BoardView:
    """What the desk has put on the screens of a show; all empty when nothing yet."""
    row = RoomBoard.objects.filter(show_id=show_id).first()
    if row is None:
        return BoardView()
    return BoardView(
        explaining_link_no=row.explaining_link_no,
        explaining_since=row.explaining_since,
        popped_link_no=row.popped_link_no,
        notice=row.notice,
        host_note=row.host_note,
    )


def link_on_air(show_id: int) -> int | None:
    """The link that is being explained, else the one popped last."""
    put_up = board(show_id)
    return put_up.explaining_link_no or put_up.popped_link_no


def messages(show_id: int, *, limit: int = RECENT_CHAT) -> list[MessageView]:
    """The newest lines of chat, oldest first, hidden ones included."""
    rows = ChatMessage.objects.filter(show_id=show_id).order_by("-id")[:limit]
    return [_message(row) for row in reversed(rows)]


def chat_between(
    org_id: int, show_id: int, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Iterator[MessageView]:
    """Every line of a show's chat in order, hidden ones included; of a time if one is given."""
    rows = ChatMessage.objects.filter(organisation_id=org_id, show_id=show_id).order_by("id")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return (_message(row) for row in rows.iterator(chunk_size=1_000))


def _message(row: ChatMessage) -> MessageView:
    return MessageView(
        id=row.pk,
        viewer_id=row.viewer_id,
        nickname=row.nickname,
        kind=row.kind,
        text=row.text,
        reply_to=row.reply_to,
        at=row.at,
        state=row.state,
        rule_id=row.rule_id,
    )


def risk(org_id: int, show_id: int, *, now: dt.datetime) -> RoomRiskView:
    """Where the room of a show stands on the ladder, and why.

    Raises:
        NotFound: no such show in this organisation.
    """
    show(org_id, show_id)
    return room_risk(org_id, show_id, now=now)


def mutes(show_id: int, *, now: dt.datetime) -> list[MuteView]:
    """Viewers who may not chat at ``now``."""
    rows = Mute.objects.filter(show_id=show_id, until__gt=now).order_by("viewer_id")
    return [MuteView(row.viewer_id, row.until) for row in rows]


def desk_room(org_id: int, show_id: int, *, now: dt.datetime) -> DeskRoom:
    """What the desk opens with; planned links are included.

    Raises:
        NotFound: no such show in this organisation.
    """
    view = show(org_id, show_id)
    return DeskRoom(
        show=view,
        room=_public(view),
        items=run_of_show(show_id),
        links=promotions.shelf(show_id, planned=True),
        sales=promotions.flash_sales(show_id),
        auctions=promotions.auctions_on(show_id, org_id=org_id),
        board=board(show_id),
        chat=messages(show_id),
        mutes=mutes(show_id, now=now),
    )


def shelf(show_id: int) -> tuple[list[LinkView], list[SaleView]]:
    """Links that viewers see and sales that have not been forgotten, as the wire has them."""
    links = [_on_wire(view, LinkView) for view in promotions.shelf(show_id)]
    sales = [_on_wire(view, SaleView) for view in promotions.flash_sales(show_id)]
    return links, sales


def staff_board(org_id: int, show_id: int) -> Board:
    """The figures of the staff's board as the lake has them."""
    found = insight.figures(org_id=org_id, show_id=show_id, codes=tuple(_BOARD.values()))
    return Board(**{field: round(found[code] or 0) for field, code in _BOARD.items()})


def memory(org_id: int, show_id: int, *, limits: Limits, now: dt.datetime) -> Memory:
    """A room rebuilt from its tables; nothing is counted yet.

    Raises:
        NotFound: no such show in this organisation.
    """
    view = show(org_id, show_id)
    put_up = board(show_id)
    links, sales = shelf(show_id)
    lines = [_line(row) for row in messages(show_id, limit=limits.chat_recent * 2)]
    shown = [line for line in lines if line is not None][-limits.chat_recent :]
    dropped = promotions.coupon_dropped(show_id, now=now)
    stands = rung_now(org_id, show_id)
    corrected = on_screen(org_id, show_id, now=now)
    explaining = None
    if put_up.explaining_link_no is not None and put_up.explaining_since is not None:
        since = round(put_up.explaining_since.timestamp() * 1000)
        explaining = Explaining(link_no=put_up.explaining_link_no, since=since)
    return Memory(
        org_id=org_id,
        show_id=show_id,
        code=view.code,
        title=view.title,
        state=state_of(view),
        notice=put_up.notice,
        rung=stands.rung,
        viewers_max=stands.viewers_max,
        ai=has_ai(show_id),
        host_note=put_up.host_note,
        explaining=explaining,
        popped=put_up.popped_link_no,
        picture="live" if _has_picture(org_id, show_id) else "off",
        coupon=_on_wire(dropped, CouponDrop) if dropped else None,
        links={link.link_no: link for link in links},
        sales={sale.id: sale for sale in sales},
        corrections={one.id: _correction(one) for one in corrected if one.until_at},
        to_correct={one.id: _to_correct(one) for one in corrected if one.state == "open"},
        mutes={mute.viewer_id: mute.until for mute in mutes(show_id, now=now)},
        chat=deque(shown, maxlen=limits.chat_recent),
    )


def _has_picture(org_id: int, show_id: int) -> bool:
    sessions = media.stream_sessions(org_id=org_id, show_id=show_id)
    return any(session.over_at is None for session in sessions)


def _line(row: MessageView) -> ChatLine | None:
    if row.state == "hidden":
        return None
    return ChatLine(
        id=row.id,
        viewer_id=row.viewer_id,
        nickname=row.nickname,
        text=row.text,
        at=round(row.at.timestamp() * 1000),
        kind=cast(Literal["viewer", "host", "staff"], row.kind),
        reply_to=row.reply_to,
    )


def _correction(view: CorrectionView) -> Correction:
    assert view.until_at is not None
    return Correction(
        id=view.id,
        link_no=view.link_no,
        text=view.right_zh,
        text_en=view.right_en,
        until=round(view.until_at.timestamp() * 1000),
    )


def _to_correct(view: CorrectionView) -> ToCorrect:
    return ToCorrect(
        id=view.id,
        link_no=view.link_no,
        wrong=view.wrong,
        right_zh=view.right_zh,
        right_en=view.right_en,
        due_at=view.due_at,
        is_said=view.said_at is not None,
        is_shown=view.shown_at is not None,
        is_overdue=view.overdue_at is not None,
    )


def _public(view: ShowView) -> RoomPublic:
    return RoomPublic(
        code=view.code,
        title=view.title,
        state=state_of(view),
        starts_at=view.starts_at,
        host=HostCard(view.host_name, view.host_avatar_url),
        seller=SellerBar(
            name=view.seller_name,
            licence_no=view.seller_licence_no,
            address=view.seller_address,
            contact=view.seller_contact,
        ),
        cover_url=view.cover_url,
        demo=view.is_demo,
        picture=PictureAt(
            playlist=f"/live/{view.code}/index.m3u8", state=f"/live/{view.code}/state.json"
        ),
    )


def _on_wire(value: object, kind: type[T]) -> T:
    return msgspec.convert(value, kind, from_attributes=True)
