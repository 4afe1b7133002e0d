"""Every frame a client may send on the room socket, as frozen structs; see ``kaibo.room.wire``."""

from typing import Annotated, Literal

import msgspec

CHAT_CHARS_MAX = 200

Text = Annotated[str, msgspec.Meta(max_length=4000)]
# What a client may name a wish with; a UUID is such a key.
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}\Z")]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class ClientFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Anything a client may send."""


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """The last control event this client has seen, and of which life of the room."""

    epoch: Annotated[str, msgspec.Meta(max_length=64)]
    seq: Number


class Join(ClientFrame, frozen=True, kw_only=True, tag="join"):
    """Must come first, within ten seconds."""

    token: Annotated[str, msgspec.Meta(max_length=2048)]
    resume: Resume | None = None


class Chat(ClientFrame, frozen=True, kw_only=True, tag="chat"):
    """A line of chat; the answer with the same ``ref`` carries its final state."""

    ref: Ref
    text: Text
    reply_to: Id | None = None
    # Of staff: why the words may stand, when the answer asked for it.
    because: Text | None = None


class Like(ClientFrame, frozen=True, kw_only=True, tag="like"):
    """``n`` likes since the last such frame."""

    n: Count


class Seen(ClientFrame, frozen=True, kw_only=True, tag="seen"):
    """A product card was shown, opened, or put in the cart."""

    link_no: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    what: Literal["impression", "click", "cart"]


class Beat(ClientFrame, frozen=True, kw_only=True, tag="beat"):
    """Sent every ten seconds; ``watching`` is false while the page is in the background."""

    watching: bool


class Follow(ClientFrame, frozen=True, kw_only=True, tag="follow"):
    """Follow the host, or stop following."""

    on: bool


class Share(ClientFrame, frozen=True, kw_only=True, tag="share"):
    """The viewer shared the room."""


class Claim(ClientFrame, frozen=True, kw_only=True, tag="claim"):
    """Claim units of a flash sale. The same ``key`` again is the same claim.

    ``wait``: take a place in the waitlist, if the sale has one, rather than lose.
    """

    ref: Ref
    sale_id: Id
    units: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    key: Key
    wait: bool = False


ClientMessage = Join | Chat | Like | Seen | Beat | Follow | Share | Claim
