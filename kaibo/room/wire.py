"""Every frame of the room socket, protocol 1, as frozen structs; a client's are in ``asked``.

JSON text frames. A client frame names itself in ``t``, so does a server frame; an event names
itself in ``e``. Instants in fields named ``…_at`` or ``pay_before`` are ISO 8601 in UTC, as in
the HTTP API; ``at`` and ``since`` are whole milliseconds since 1970. Money is integer fen.

The TypeScript of the pages is generated from this module (``python -m kaibo.room.typescript``).
"""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.room.asked import ClientMessage
from kaibo.room.shown import (
    Board,
    ChatLine,
    Correction,
    Counters,
    CouponDrop,
    Explaining,
    LinkView,
    OrderView,
    RoomState,
    Rung,
    SaleView,
    ToCorrect,
    ViewerName,
)

PROTOCOL = 1
FRAME_BYTES_MAX = 16 * 1024

CLOSE_BAD_FRAME = 4000
CLOSE_BAD_TOKEN = 4001
CLOSE_NOT_ADMITTED = 4003
CLOSE_NO_SUCH_ROOM = 4004
CLOSE_TOO_SLOW = 4008
CLOSE_REPLACED = 4009
CLOSE_ENDED = 4010
CLOSE_LIMITED = 4013
CLOSE_TOO_MANY = 4029
CLOSE_RESTARTING = 1012

# --- events ----------------------------------------------------------------------------------


class EventBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="e"):
    """Something that happened in the room."""


class LinkEvent(EventBase, frozen=True, kw_only=True, tag="link"):
    """A link of the shelf is now as given."""

    link: LinkView


class PopEvent(EventBase, frozen=True, kw_only=True, tag="pop"):
    """The desk popped this link: show its card."""

    link_no: int


class ExplainEvent(EventBase, frozen=True, kw_only=True, tag="explain"):
    """The host started to explain a link, or stopped when it is null."""

    link_no: int | None
    since: int | None


class NoticeEvent(EventBase, frozen=True, kw_only=True, tag="notice"):
    """The pinned notice; empty when unpinned."""

    text: str


class SaleEvent(EventBase, frozen=True, kw_only=True, tag="sale"):
    """A flash sale is now as given."""

    sale: SaleView


class CouponEvent(EventBase, frozen=True, kw_only=True, tag="coupon"):
    """The desk dropped a coupon."""

    coupon: CouponDrop


class CouponGoneEvent(EventBase, frozen=True, kw_only=True, tag="coupon_gone"):
    """A promotion gives no more coupons: if one was dropped, it cannot be claimed any more."""

    promotion_id: int


class GameEvent(EventBase, frozen=True, kw_only=True, tag="game"):
    """A draw, red packet or invitation is in this state now; pages read it (``GET /api/my/…``)."""

    kind: Literal["draw", "packet", "invite"]
    id: int
    state: Literal["published", "open", "closed", "drawn", "finished", "cancelled"]


class AuctionEvent(EventBase, frozen=True, kw_only=True, tag="auction"):
    """An auction as its last fact left it; null is as it was. ``bids``: how many count."""

    auction_id: int
    link_no: int
    state: Literal["planned", "running", "hammered", "settled", "unsold", "cancelled"]
    bids: int | None = None
    highest_fen: int | None = None
    ends_at: dt.datetime | None = None


class HiddenEvent(EventBase, frozen=True, kw_only=True, tag="hidden"):
    """Take this chat line off the screen."""

    message_id: int


class WarningEvent(EventBase, frozen=True, kw_only=True, tag="warning"):
    """Off-platform trade was seen in the chat: warn everyone, with the article."""

    text: str
    article: str


class CorrectionEvent(EventBase, frozen=True, kw_only=True, tag="correction"):
    """What was said on air is corrected; shown until its time is over."""

    correction: Correction


class ToCorrectEvent(EventBase, frozen=True, kw_only=True, tag="to_correct"):
    """A correction has to be made."""

    to_correct: ToCorrect


class ToCorrectMovedEvent(EventBase, frozen=True, kw_only=True, tag="to_correct_moved"):
    """A part of a correction is done, or it is overdue; ``over``: nothing is owed any more."""

    id: int
    part: Literal["said", "shown", "overdue", "over"]


class PictureEvent(EventBase, frozen=True, kw_only=True, tag="picture"):
    """The picture came or went."""

    state: Literal["off", "live"]


class RoomEvent(EventBase, frozen=True, kw_only=True, tag="room"):
    """The show went live or ended."""

    state: Literal["soon", "live", "ended"]


class RungEvent(EventBase, frozen=True, kw_only=True, tag="rung"):
    """The room moved on the ladder: from ``limit`` on newcomers and functions are held back, from
    ``pause`` on nothing is sold and viewers cannot write, ``stop`` ends the show."""

    rung: Rung
    viewers_max: int | None = None


class AiEvent(EventBase, frozen=True, kw_only=True, tag="ai"):
    """Whether people on the picture are made by AI, so that the label stands on it; with
    ``remind`` viewers are told again."""

    label: bool
    remind: bool = False


class HostNoteEvent(EventBase, frozen=True, kw_only=True, tag="host_note"):
    """The desk's message to the host. Staff only."""

    text: str


class AlertEvent(EventBase, frozen=True, kw_only=True, tag="alert"):
    """Something staff should look at. Staff only. ``text_en``: empty where ``text`` is for all."""

    code: str
    text: str
    text_en: str = ""


class NodesEvent(EventBase, frozen=True, kw_only=True, tag="nodes"):
    """Whether this gateway is cut off from the others of the room. Staff only, not numbered."""

    apart: bool


class OrderEvent(EventBase, frozen=True, kw_only=True, tag="order"):
    """This viewer's order is now as given. Private."""

    order: OrderView


class ClaimEvent(EventBase, frozen=True, kw_only=True, tag="claim"):
    """This viewer's flash-sale claim is now as given. Private."""

    claim_id: int
    sale_id: int
    units: int
    state: Literal["held", "ordered", "paid", "released"]
    pay_before: dt.datetime | None


class WinEvent(EventBase, frozen=True, kw_only=True, tag="win"):
    """What this viewer won in an auction is now as given (``GET /api/my/wins``). Private."""

    win_id: int
    auction_id: int
    state: Literal["held", "ordered", "paid", "lapsed"]
    price_fen: int | None = None
    pay_before: dt.datetime | None = None


class PlaceEvent(EventBase, frozen=True, kw_only=True, tag="place"):
    """This viewer's place in the line for a sold-out link (``GET /api/my/line``). Private."""

    link_no: int
    state: Literal["waiting", "kept", "ordered", "lapsed", "left", "ended"]
    pay_before: dt.datetime | None = None


class MutedEvent(EventBase, frozen=True, kw_only=True, tag="muted"):
    """This viewer may not chat until then; null when the mute was lifted. Private."""

    until_at: dt.datetime | None


PublicEvent = (
    LinkEvent
    | PopEvent
    | ExplainEvent
    | NoticeEvent
    | SaleEvent
    | CouponEvent
    | CouponGoneEvent
    | GameEvent
    | AuctionEvent
    | HiddenEvent
    | WarningEvent
    | CorrectionEvent
    | PictureEvent
    | RoomEvent
    | RungEvent
    | AiEvent
)
StaffEvent = HostNoteEvent | AlertEvent | NodesEvent | ToCorrectEvent | ToCorrectMovedEvent
PrivateEvent = OrderEvent | ClaimEvent | WinEvent | PlaceEvent | MutedEvent
Event = PublicEvent | StaffEvent


# --- what the server sends -------------------------------------------------------------------


class ServerFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Anything the server may send."""


class Welcome(ServerFrame, frozen=True, kw_only=True, tag="welcome"):
    """The first answer to a join. ``resumed``: no snapshot follows, missed events do."""

    protocol: int
    viewer: ViewerName | None
    staff: bool
    epoch: str
    at: int
    tick_ms: int
    resumed: bool


class Snapshot(ServerFrame, frozen=True, kw_only=True, tag="snapshot"):
    """The whole room after control event ``seq``."""

    seq: int
    at: int
    room: RoomState
    links: list[LinkView]
    explaining: Explaining | None
    popped: int | None
    sales: list[SaleView]
    counters: Counters
    chat: list[ChatLine]
    picture: Literal["off", "live"]
    coupon: CouponDrop | None = None
    corrections: list[Correction] = []
    to_correct: list[ToCorrect] | None = None
    host_note: str | None = None
    board: Board | None = None
    apart: bool | None = None


class Tick(ServerFrame, frozen=True, kw_only=True, tag="tick"):
    """What happened since the frame before; ``seq`` is that of the last control event so far.

    Null ``counters``, ``chat`` or ``board``: unchanged.
    """

    seq: int
    at: int
    events: list[Event]
    counters: Counters | None = None
    chat: list[ChatLine] | None = None
    board: Board | None = None


class ChatResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="of", tag="chat"):
    """What became of a chat line; ``article`` is cited when it was hidden or warned."""

    message_id: int
    state: Literal["shown", "hidden", "warned"]
    article: str | None = None
    needs_reason: bool = False


class ClaimResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="of", tag="claim"):
    """What became of a claim; ``place`` in the waitlist, 1 is next."""

    sale_id: int
    key: str
    claim_id: int | None
    pay_before: dt.datetime | None
    units_left: int | None
    place: int | None = None


class Answer(ServerFrame, frozen=True, kw_only=True, tag="answer"):
    """The private answer to the frame with the same ``ref``."""

    ref: str
    ok: bool
    code: str
    message: str | None = None
    data: ChatResult | ClaimResult | None = None


class Private(ServerFrame, frozen=True, kw_only=True, tag="private"):
    """Events that only this viewer may see."""

    events: list[PrivateEvent]


ServerMessage = Welcome | Snapshot | Tick | Answer | Private

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()


def decode_client(text: str | bytes) -> ClientMessage:
    """Read one client frame.

    Raises:
        msgspec.DecodeError: not JSON, an unknown ``t``, a missing or badly typed field.
        UnicodeEncodeError: the text holds half of a surrogate pair.
    """
    return _decoder.decode(text)


def is_for_staff(event: Event) -> bool:
    """Whether only staff may see an event."""
    return isinstance(event, StaffEvent)


def encode(frame: ServerMessage) -> bytes:
    """One server frame as UTF-8 JSON, compact."""
    return _encoder.encode(frame)


def text(value: str) -> bytes:
    """A text as JSON, for frames that are put together from parts encoded before."""
    return _encoder.encode(value)
