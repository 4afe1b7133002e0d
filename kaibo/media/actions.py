"""Writers of stream keys and of what came through them."""

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kaibo.access.crypto import encrypt_text
from kaibo.access.reads import organisation
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.disk import sync_folder
from kaibo.compliance.actions import record_findings
from kaibo.compliance.reads import code_hit
from kaibo.facts.media import (
    CodeSeen,
    PictureMended,
    PictureTroubled,
    StreamEnded,
    StreamKeyIssued,
    StreamKeyRevoked,
    StreamKeyRotated,
    StreamStarted,
)
from kaibo.journal.actions import append
from kaibo.media.errors import NoSuchStreamKey
from kaibo.media.models import PictureTrouble, SeenCode, StreamKey, StreamSession
from kaibo.media.ports import StreamBegan, StreamOver
from kaibo.media.reads import StreamKeyView, hash_secret, live_pictures, view_of
from kaibo.media.recorder import INDEX_NAME
from kaibo.media.rules import Trouble, is_own_code

# Long enough to plan ahead, short enough that a forgotten key closes by itself.
KEY_VALID = dt.timedelta(days=90)
_SECRET_BYTES = 16
# A screen that shows ever new codes fills no disk.
CODES_PER_STREAM_MAX = 200


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


@transaction.atomic
def record_code(*, session_id: str, text: str, jpeg: bytes, now: dt.datetime) -> int | None:
    """Keep a QR code with the frame it was seen in, and find fault with it unless it is our own.

    Safe to repeat: the same code of the same connection is kept once. The finding (family C7)
    counts on the room's ladder as what is said on air does; the shop's own code is a finding too,
    but suppressed. Source: 网络直播营销管理办法（试行）第九条 (links and QR codes are safe).

    Returns:
        Id of the code; None when it was known, the stream is over, or too many were seen.
    """
    row = StreamSession.objects.select_for_update().filter(session_id=session_id).first()
    if row is None or row.over_at is not None:
        return None
    text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    seen = SeenCode.objects.filter(session=row)
    if seen.filter(text_sha256=digest).exists() or seen.count() >= CODES_PER_STREAM_MAX:
        return None
    contact = organisation(row.organisation_id).seller_contact
    is_own = is_own_code(text, public_url=settings.KAIBO_PUBLIC_URL, contacts=[contact])
    frame_sha256 = hashlib.sha256(jpeg).hexdigest()
    name = f"frame-{frame_sha256[:32]}.jpg"
    _keep_frame(Path(settings.KAIBO_RECORDINGS) / row.recording, name, jpeg)
    code = SeenCode.objects.create(
        organisation_id=row.organisation_id,
        session=row,
        show_id=row.show_id,
        text=text,
        text_sha256=digest,
        is_own=is_own,
        frame=name,
        frame_sha256=frame_sha256,
        frame_bytes=len(jpeg),
        seen_at=now,
    )
    fact = CodeSeen(
        code_id=code.pk,
        session_id=session_id,
        text_sha256=digest,
        is_own=is_own,
        frame=name,
        frame_sha256=frame_sha256,
        frame_bytes=len(jpeg),
    )
    by = SYSTEM(row.organisation_id)
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    record_findings(
        org_id=row.organisation_id,
        show_id=row.show_id,
        surface="picture",
        subject=f"seen_code:{code.pk}",
        text=text,
        hits=[code_hit(text, is_own=is_own)],
        actor=by,
        now=now,
    )
    return code.pk


def _keep_frame(folder: Path, name: str, jpeg: bytes) -> None:
    """Whole on the disk, or not there. A frame left by an undone transaction is written over."""
    being_written = folder / f"{name}.part"
    with being_written.open("wb") as file:
        file.write(jpeg)
        file.flush()
        os.fsync(file.fileno())
    being_written.replace(folder / name)
    sync_folder(folder)


@transaction.atomic
def set_troubles(*, session_id: str, kinds: Collection[Trouble], now: dt.datetime) -> None:
    """What is wrong with a live picture now; what is not named is over. Safe to repeat."""
    row = StreamSession.objects.select_for_update().filter(session_id=session_id).first()
    if row is None or row.over_at is not None:
        return
    is_open = {one.kind: one for one in PictureTrouble.objects.filter(session=row, over_at=None)}
    for kind, trouble in is_open.items():
        if kind not in kinds:
            _mend(trouble, with_stream=False, now=now)
    for kind in sorted(set(kinds) - set(is_open)):
        made = PictureTrouble.objects.create(
            organisation_id=row.organisation_id,
            session=row,
            show_id=row.show_id,
            kind=kind,
            began_at=now,
        )
        by = SYSTEM(row.organisation_id)
        fact = PictureTroubled(trouble_id=made.pk, session_id=session_id, kind=kind)
        append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)


def shut_eyes(*, now: dt.datetime) -> int:
    """Say of every live picture recorded on this machine that nobody looks at it.

    Returns:
        How many pictures there are.
    """
    live = live_pictures()
    for one in live:
        set_troubles(session_id=one.session_id, kinds={"unwatched"}, now=now)
    return len(live)


def _mend(trouble: PictureTrouble, *, with_stream: bool, now: dt.datetime) -> None:
    trouble.over_at = now
    trouble.save(update_fields=["over_at"])
    fact = PictureMended(
        trouble_id=trouble.pk,
        session_id=trouble.session.session_id,
        kind=trouble.kind,
        with_stream=with_stream,
    )
    by = SYSTEM(trouble.organisation_id)
    append(fact, at=now, org_id=trouble.organisation_id, show_id=trouble.show_id, actor=by)


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
    for trouble in PictureTrouble.objects.filter(session=row, over_at=None).order_by("pk"):
        _mend(trouble, with_stream=True, now=now)
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
