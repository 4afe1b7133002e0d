"""What others may know of keys and pictures, as frozen values."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils.crypto import constant_time_compare, salted_hmac

from kaibo.access.crypto import decrypt_text
from kaibo.media.errors import (
    NoSuchStreamKey,
    StreamKeyExpired,
    StreamKeyWithdrawn,
    StreamKeyWrong,
)
from kaibo.media.models import StreamKey, StreamSession
from kaibo.media.ports import PublishGrant

_KEYS_COMPARED = 50


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


def hash_secret(secret: str) -> str:
    """The form a secret is checked in; useless without the installation's own key."""
    return salted_hmac("kaibo.media.stream_key", secret, algorithm="sha256").hexdigest()


def view_of(row: StreamKey) -> StreamKeyView:
    """A row with its secret opened."""
    secret = decrypt_text(row.secret_encrypted)
    return StreamKeyView(row.pk, row.room_code, f"{row.room_code}?key={secret}", row.expires_at)
