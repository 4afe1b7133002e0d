"""What can happen in a room; coming, going and liking are behaviour, kept in the lake."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact


class LinkPopped(Fact, frozen=True, kw_only=True, tag="room.link_popped.1"):
    """The desk put a link's card in front of everyone."""

    link_no: int


class ExplainingStarted(Fact, frozen=True, kw_only=True, tag="room.explaining_started.1"):
    """The host is explaining this link from the fact's moment on."""

    link_no: int


class ExplainingStopped(Fact, frozen=True, kw_only=True, tag="room.explaining_stopped.1"):
    """The host no longer explains this link."""

    link_no: int


class NoticePinned(Fact, frozen=True, kw_only=True, tag="room.notice_pinned.1"):
    """The pinned notice reads so from now on; empty: unpinned.

    ``unjudged``: words that promise a discount and could be held against nothing (LM-094).
    """

    text: str
    unjudged: list[str] = []


class HostTold(Fact, frozen=True, kw_only=True, tag="room.host_told.1"):
    """The desk's message on the host's board reads so from now on; empty: taken away."""

    text: str


class ViewerMuted(Fact, frozen=True, kw_only=True, tag="room.viewer_muted.1"):
    """A viewer may not chat before ``until_at``."""

    viewer_id: int
    until_at: dt.datetime


class ViewerUnmuted(Fact, frozen=True, kw_only=True, tag="room.viewer_unmuted.1"):
    """A viewer may chat again."""

    viewer_id: int


class PostedMessage(msgspec.Struct, frozen=True, array_like=True):
    """One chat message; ``digest`` is the SHA-256 of its text in UTF-8, in hex."""

    message_id: int
    viewer_id: int
    state: Literal["shown", "hidden", "warned"]
    digest: str


class MessagesPosted(Fact, frozen=True, kw_only=True, tag="room.messages_posted.1"):
    """A batch of chat was kept and judged, in this order."""

    messages: list[PostedMessage]


class MessageHidden(Fact, frozen=True, kw_only=True, tag="room.message_hidden.1"):
    """A person took a chat message off the screens."""

    message_id: int
    reason: str


class OffPlatformWarned(Fact, frozen=True, kw_only=True, tag="room.off_platform_warned.1"):
    """Everyone was warned of trade outside the platform; ``article`` is cited."""

    message_id: int
    article: str


class ReportFiled(Fact, frozen=True, kw_only=True, tag="room.report_filed.1"):
    """A viewer reported a message, product, viewer or the room."""

    number: str
    viewer_id: int
    subject: Literal["message", "product", "viewer", "room"]
    subject_id: int
    due_at: dt.datetime
