"""Writers of stream keys and of what came through them."""

import datetime as dt
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kaibo.access.crypto import encrypt_text
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.disk import sync_folder
from kaibo.facts.media import (
    StreamEnded,
    StreamKeyIssued,
    StreamKeyRevoked,
    StreamKeyRotated,
    StreamStarted,
)
from kaibo.journal.actions import append
from kaibo.media.actions.sights import end_troubles
from kaibo.media.errors import NoSuchStreamKey
from kaibo.media.models import StreamKey, StreamSession
from kaibo.media.ports import StreamBegan, StreamOver
from kaibo.media.reads import StreamKeyView, hash_secret, view_of
from kaibo.media.recorder import INDEX_NAME

# Long enough to plan ahead, short enough that a forgotten key closes by itself.
KEY_VALID = dt.timedelta(days=90)
_SECRET_BYTES = 16


@transaction.atomic
def issue_stream_key(
    *, org_id: int, show_id: int, room_code: str, by: Actor, now: dt.datetime
) -> StreamKeyView:
    """Give a show its key; a show that has one keeps it.

    An expired key is replaced.
    """
    old = _current(org_id, show_id)
    if old is not None and now < old.expires_at:
        return view_of(old)
    if old is not None:
        _end(old, now)
    row = _create(org_id, show_id, room_code=room_code, now=now)
    fact = StreamKeyIssued(key_id=row.pk, room_code=room_code, expires_at=row.expires_at)
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=by)
    return view_of(row)


@transaction.atomic
def rotate_stream_key(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> StreamKeyView:
    """Replace a show's key. An encoder that is live with the old one is soon hung up on.

    Raises:
        NoSuchStreamKey: nothing was written.
    """
    old = _current(org_id, show_id)
    if old is None:
        raise NoSuchStreamKey
    _end(old, now)
    row = _create(org_id, show_id, room_code=old.room_code, now=now)
    fact = StreamKeyRotated(key_id=row.pk, old_key_id=old.pk, expires_at=row.expires_at)
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=by)
    return view_of(row)


@transaction.atomic
def revoke_stream_key(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> None:
    """Close a show to every encoder.

    Raises:
        NoSuchStreamKey: nothing was written.
    """
    if not end_stream_key(org_id=org_id, show_id=show_id, by=by, now=now):
        raise NoSuchStreamKey


@transaction.atomic
def end_stream_key(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> bool:
    """Close a show to every encoder, if it is open to one. Safe to repeat."""
    row = _current(org_id, show_id)
    if row is None:
        return False
    _end(row, now)
    append(StreamKeyRevoked(key_id=row.pk), at=now, org_id=org_id, show_id=show_id, actor=by)
    return True


@transaction.atomic
def record_stream_started(began: StreamBegan) -> None:
    """Write down that a picture is there. Safe to repeat.

    A stream of the same show that was never closed, because the machine went down, is closed
    first.
    """
    grant = began.grant
    # The key is the lock: two tellers of one show queue here.
    StreamKey.objects.select_for_update().get(pk=grant.key_id)
    if StreamSession.objects.filter(session_id=began.session_id).exists():
        return
    for row in StreamSession.objects.filter(show_id=grant.show_id, over_at__isnull=True):
        _forget(row, now=began.began_at)
    StreamSession.objects.create(
        organisation_id=grant.org_id,
        key_id=grant.key_id,
        show_id=grant.show_id,
        session_id=began.session_id,
        began_at=began.began_at,
        width=began.width,
        height=began.height,
        has_sound=began.has_sound,
        recording=began.recording,
    )
    fact = StreamStarted(
        session_id=began.session_id,
        key_id=grant.key_id,
        width=began.width,
        height=began.height,
        has_sound=began.has_sound,
        recording=began.recording,
    )
    append(
        fact,
        at=began.began_at,
        org_id=grant.org_id,
        show_id=grant.show_id,
        actor=SYSTEM(grant.org_id),
    )


@transaction.atomic
def record_stream_ended(over: StreamOver) -> None:
    """Write down that a picture is gone. Safe to repeat; silent if its start was never told."""
    row = StreamSession.objects.select_for_update().filter(session_id=over.session_id).first()
    if row is None or row.over_at is not None:
        return
    row.received_bytes, row.recorded_ms = over.received_bytes, over.recorded_ms
    _close(row, reason=over.reason, now=over.over_at)


@transaction.atomic
def end_forgotten_streams(*, now: dt.datetime) -> int:
    """Close what was live when this machine went down; called once, before encoders connect."""
    rows = list(StreamSession.objects.select_for_update().filter(over_at__isnull=True))
    for row in rows:
        _forget(row, now=now)
    return len(rows)


def erase_recording(*, org_id: int, session_id: str) -> bool:
    """Take the files of a recording away; its row stays. Safe to repeat, also after a kill.

    Whether it may go is not asked here: only ``evidence`` calls it, by its retention rules. The
    index goes last, so that what is half gone is still seen to be there.

    Returns:
        Whether anything was there.
    """
    row = StreamSession.objects.get(organisation_id=org_id, session_id=session_id)
    if not row.recording:
        return False
    folder = Path(settings.KAIBO_RECORDINGS) / row.recording
    if not folder.is_dir():
        return False
    for path in sorted(folder.iterdir(), key=lambda path: path.name == INDEX_NAME):
        path.unlink()
    folder.rmdir()
    sync_folder(folder.parent)
    return True


def _current(org_id: int, show_id: int) -> StreamKey | None:
    return (
        StreamKey.objects.select_for_update()
        .filter(organisation_id=org_id, show_id=show_id, ended_at__isnull=True)
        .first()
    )


def _create(org_id: int, show_id: int, *, room_code: str, now: dt.datetime) -> StreamKey:
    secret = secrets.token_hex(_SECRET_BYTES)
    return StreamKey.objects.create(
        organisation_id=org_id,
        show_id=show_id,
        room_code=room_code,
        secret_hash=hash_secret(secret),
        secret_encrypted=encrypt_text(secret),
        created_at=now,
        expires_at=now + KEY_VALID,
    )


def _end(row: StreamKey, now: dt.datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])


def _forget(row: StreamSession, *, now: dt.datetime) -> None:
    _close(row, reason="forgotten", now=now)


def _close(row: StreamSession, *, reason: str, now: dt.datetime) -> None:
    end_troubles(row, now=now)
    row.over_at, row.reason = now, reason
    row.save(update_fields=["over_at", "reason", "received_bytes", "recorded_ms"])
    fact = StreamEnded(
        session_id=row.session_id,
        reason=reason,
        received_bytes=row.received_bytes,
        recorded_ms=row.recorded_ms,
    )
    append(
        fact,
        at=now,
        org_id=row.organisation_id,
        show_id=row.show_id,
        actor=SYSTEM(row.organisation_id),
    )
