"""What others may know of keys and pictures, as frozen values."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from kaibo.access.crypto import decrypt_text
from kaibo.media.errors import (
    NoSuchFrame,
    NoSuchStreamKey,
    StreamKeyExpired,
    StreamKeyWithdrawn,
    StreamKeyWrong,
)
from kaibo.media.models import PictureTrouble, Sighting, StreamKey, StreamSession
from kaibo.media.ports import PublishGrant
from kaibo.media.recorder import RecordedSegment, read_index

_KEYS_COMPARED = 50
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class StreamKeyView:
    """A key as the desk shows it; ``key`` goes into the encoder as it stands."""

    id: int
    room_code: str
    key: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StreamSessionView:
    """One connection of an encoder. ``over_at`` is None while it is live."""

    session_id: str
    began_at: dt.datetime
    over_at: dt.datetime | None
    reason: str
    width: int
    height: int
    has_sound: bool
    recording: str
    received_bytes: int
    recorded_ms: int


def stream_key_for_desk(*, org_id: int, show_id: int) -> StreamKeyView:
    """The show's current key, in clear.

    Raises:
        NoSuchStreamKey: none was issued, it was revoked, or the show is somebody else's.
    """
    row = StreamKey.objects.filter(
        organisation_id=org_id, show_id=show_id, ended_at__isnull=True
    ).first()
    if row is None:
        raise NoSuchStreamKey
    return view_of(row)


def stream_key_state(
    *, org_id: int, show_id: int, now: dt.datetime
) -> Literal["missing", "expired", "valid"]:
    """Whether an encoder could go live for this show."""
    row = StreamKey.objects.filter(
        organisation_id=org_id, show_id=show_id, ended_at__isnull=True
    ).first()
    if row is None:
        return "missing"
    return "valid" if now < row.expires_at else "expired"


def has_had_key(*, org_id: int, show_id: int) -> bool:
    """Whether a key was ever issued for the show, whatever became of it."""
    return StreamKey.objects.filter(organisation_id=org_id, show_id=show_id).exists()


def check_publish(room_code: str, secret: str, *, now: dt.datetime) -> PublishGrant:
    """Let an encoder in, or refuse.

    Raises:
        StreamKeyWrong: no key of this room has this secret; an unknown room answers the same.
        StreamKeyWithdrawn, StreamKeyExpired: it was right once.
    """
    digest = hash_secret(secret)
    rows = StreamKey.objects.filter(room_code=room_code).order_by("-id")[:_KEYS_COMPARED]
    match = next((row for row in rows if constant_time_compare(row.secret_hash, digest)), None)
    if match is None:
        raise StreamKeyWrong
    if match.ended_at is not None:
        raise StreamKeyWithdrawn
    if now >= match.expires_at:
        raise StreamKeyExpired
    return PublishGrant(match.organisation_id, match.show_id, match.room_code, match.pk)


def stream_sessions(*, org_id: int, show_id: int) -> list[StreamSessionView]:
    """Every connection of a show's encoders, oldest first."""
    rows = StreamSession.objects.filter(organisation_id=org_id, show_id=show_id)
    return [
        StreamSessionView(
            session_id=row.session_id,
            began_at=row.began_at,
            over_at=row.over_at,
            reason=row.reason,
            width=row.width,
            height=row.height,
            has_sound=row.has_sound,
            recording=row.recording,
            received_bytes=row.received_bytes,
            recorded_ms=row.recorded_ms,
        )
        for row in rows.order_by("began_at", "id")
    ]


@dataclass(frozen=True, slots=True)
class LivePicture:
    """A picture that comes in now and is recorded on this machine."""

    org_id: int
    show_id: int
    session_id: str
    recording: str
    has_sound: bool


def live_pictures() -> list[LivePicture]:
    """What there is to look at here, whoever's it is: for the eyes, which serve all shops."""
    home = Path(settings.KAIBO_RECORDINGS)
    rows = StreamSession.objects.filter(over_at__isnull=True).exclude(recording="")
    return [
        LivePicture(row.organisation_id, row.show_id, row.session_id, row.recording, row.has_sound)
        for row in rows.order_by("pk")
        if (home / row.recording).is_dir()
    ]


def frame_of(*, org_id: int, sighting_id: int) -> bytes:
    """The frame in which a code or words were seen, as JPEG.

    Raises:
        NoSuchFrame: not this organisation's, gone with its recording, never kept, or not as it
            was kept.
    """
    row = Sighting.objects.filter(organisation_id=org_id, pk=sighting_id).first()
    if row is None or not row.frame:
        raise NoSuchFrame
    try:
        data = (Path(settings.KAIBO_RECORDINGS) / row.session.recording / row.frame).read_bytes()
    except OSError as error:
        raise NoSuchFrame from error
    if hashlib.sha256(data).hexdigest() != row.frame_sha256:
        raise NoSuchFrame
    return data


@dataclass(frozen=True, slots=True)
class TroubleView:
    """Something wrong with a picture; ``over_at`` is None while it lasts."""

    id: int
    session_id: str
    kind: str
    began_at: dt.datetime
    over_at: dt.datetime | None


def picture_troubles(*, org_id: int, show_id: int) -> list[TroubleView]:
    """What was wrong with a show's picture, oldest first."""
    rows = PictureTrouble.objects.filter(organisation_id=org_id, show_id=show_id)
    return [
        TroubleView(row.pk, row.session.session_id, row.kind, row.began_at, row.over_at)
        for row in rows.select_related("session").order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class Recording:
    """The closed segments of one connection's recording; none if its folder is gone."""

    session_id: str
    began_at: dt.datetime
    over_at: dt.datetime | None
    folder: str
    segments: tuple[RecordedSegment, ...]


def recordings(*, org_id: int, show_id: int) -> list[Recording]:
    """What was recorded of a show, oldest first."""
    home = Path(settings.KAIBO_RECORDINGS)
    return [
        Recording(
            view.session_id,
            view.began_at,
            view.over_at,
            view.recording,
            tuple(read_index(home / view.recording)) if view.recording else (),
        )
        for view in stream_sessions(org_id=org_id, show_id=show_id)
    ]


def clip_chunks(folder: str, segments: Sequence[RecordedSegment]) -> Iterator[bytes]:
    """Segments of one file as a film that plays alone: the file's beginning, then their bytes.

    Raises:
        OSError: the recording is not there any more.
    """
    assert segments, "a clip is of something"
    assert len({one.file for one in segments}) == 1, "one film has one set of parameters"
    path = Path(settings.KAIBO_RECORDINGS) / folder / segments[0].file
    first = next(one for one in read_index(path.parent) if one.file == path.name)
    with path.open("rb") as file:
        for offset, byte_count in [
            (0, first.offset),
            *((s.offset, s.byte_count) for s in segments),
        ]:
            file.seek(offset)
            left = byte_count
            while left and (chunk := file.read(min(left, _CHUNK))):
                left -= len(chunk)
                yield chunk


def hash_secret(secret: str) -> str:
    """The form a secret is checked in; useless without the installation's own key."""
    return salted_hmac("kaibo.media.stream_key", secret, algorithm="sha256").hexdigest()


def view_of(row: StreamKey) -> StreamKeyView:
    """A row with its secret opened."""
    secret = decrypt_text(row.secret_encrypted)
    return StreamKeyView(row.pk, row.room_code, f"{row.room_code}?key={secret}", row.expires_at)
