"""What can happen in media."""

import datetime as dt

from kaibo.facts.base import Fact


class StreamKeyIssued(Fact, frozen=True, kw_only=True, tag="media.stream_key_issued.1"):
    """An encoder may send the picture of this show, until ``expires_at``."""

    key_id: int
    room_code: str
    expires_at: dt.datetime


class StreamKeyRotated(Fact, frozen=True, kw_only=True, tag="media.stream_key_rotated.1"):
    """A new key replaced the old one, which opens nothing any more."""

    key_id: int
    old_key_id: int
    expires_at: dt.datetime


class StreamKeyRevoked(Fact, frozen=True, kw_only=True, tag="media.stream_key_revoked.1"):
    """The show has no key any more."""

    key_id: int


class StreamStarted(Fact, frozen=True, kw_only=True, tag="media.stream_started.1"):
    """The first picture of an encoder's connection arrived."""

    session_id: str
    key_id: int
    width: int
    height: int
    has_sound: bool
    # Folder of the recording, below the house's own.
    recording: str


class StreamEnded(Fact, frozen=True, kw_only=True, tag="media.stream_ended.1"):
    """That connection is over.

    ``reason``: finished, lost, idle, taken_over, revoked, broken, refused, shutdown, or
    forgotten (the machine went down while it was live, so the length is not known).
    """

    session_id: str
    reason: str
    received_bytes: int
    recorded_ms: int


class CodeSeen(Fact, frozen=True, kw_only=True, tag="media.code_seen.1"):
    """A QR code was seen in a show's picture for the first time: before it began, or on air.

    Its text stays with the row; both hashes are SHA-256 in hex, of the text in UTF-8 and of the
    frame's file. ``is_own``: it leads to the shop itself. ``frame`` is empty when the disk did
    not take it.
    """

    sighting_id: int
    session_id: str
    text_sha256: str
    is_own: bool
    on_air: bool
    frame: str
    frame_sha256: str
    frame_bytes: int


class TextSeen(Fact, frozen=True, kw_only=True, tag="media.text_seen.1"):
    """Words that a rule touches were read in a show's picture for the first time.

    Before it began, or on air; the findings say which rules. Hashes and frame as in ``CodeSeen``.
    """

    sighting_id: int
    session_id: str
    text_sha256: str
    on_air: bool
    frame: str
    frame_sha256: str
    frame_bytes: int


class PictureTroubled(Fact, frozen=True, kw_only=True, tag="media.picture_troubled.1"):
    """A picture is ``black``, ``frozen``, ``silent``, or ``unwatched``: nobody looks at it."""

    trouble_id: int
    session_id: str
    kind: str


class PictureMended(Fact, frozen=True, kw_only=True, tag="media.picture_mended.1"):
    """That is over; ``with_stream``: because the picture is."""

    trouble_id: int
    session_id: str
    kind: str
    with_stream: bool = False
