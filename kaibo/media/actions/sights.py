"""Writers of what the eyes saw in a picture: codes and troubles."""

import datetime as dt
import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from kaibo.access.reads import organisation
from kaibo.base.actor import SYSTEM
from kaibo.base.disk import sync_folder
from kaibo.compliance.actions import record_findings
from kaibo.compliance.reads import code_hit
from kaibo.facts.media import CodeSeen, PictureMended, PictureTroubled
from kaibo.facts.planning import ShowStarted
from kaibo.journal.actions import append
from kaibo.journal.reads import facts_of_show
from kaibo.media.models import PictureTrouble, SeenCode, StreamSession
from kaibo.media.reads import live_pictures
from kaibo.media.rules import Trouble, is_own_code, legible

# A screen that shows ever new codes fills no disk.
CODES_PER_SHOW_MAX = 200

_log = structlog.get_logger(__name__)


def record_code(*, session_id: str, text: str, jpeg: bytes, now: dt.datetime) -> int | None:
    """Keep a QR code with the frame it was seen in, and find fault with it unless it is our own.

    Safe to repeat: the same code is kept once before the show and once on air. The finding
    (family C7) counts on the room's ladder as what is said on air does; of the shop's own code
    and before the show it is suppressed. It shows the code's text so that nobody is misled
    (``legible``). A disk that does not take the frame costs the frame alone.
    Source: 网络直播营销管理办法（试行）第九条 (links and QR codes are safe).

    Returns:
        Id of the code; None when it was known, the stream is over, or too many were seen.
    """
    row = StreamSession.objects.filter(session_id=session_id).first()
    text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    if row is None:
        return None
    on_air = bool(facts_of_show(row.show_id, [ShowStarted]))
    if not _is_news(row, digest, on_air=on_air):
        return None
    # Before the transaction: nobody who writes waits for a slow disk.
    frame = _keep_frame(Path(settings.KAIBO_RECORDINGS) / row.recording, jpeg)
    with transaction.atomic():
        row = StreamSession.objects.select_for_update().get(pk=row.pk)
        if not _is_news(row, digest, on_air=on_air):
            return None
        seen = _Seen(text, digest, on_air, frame)
        return _find_code(row, seen, now=now).pk


def _is_news(row: StreamSession, digest: str, *, on_air: bool) -> bool:
    seen = SeenCode.objects.filter(organisation_id=row.organisation_id, show_id=row.show_id)
    if row.over_at is not None or seen.filter(text_sha256=digest, on_air=on_air).exists():
        return False
    return seen.count() < CODES_PER_SHOW_MAX


def _find_code(row: StreamSession, seen: "_Seen", *, now: dt.datetime) -> SeenCode:
    own = (settings.KAIBO_PUBLIC_URL, *settings.KAIBO_SAFE_ADDRESSES)
    contact = organisation(row.organisation_id).seller_contact
    is_own = is_own_code(seen.text, addresses=own, contacts=[contact])
    frame = seen.frame
    code = SeenCode.objects.create(
        organisation_id=row.organisation_id,
        session=row,
        show_id=row.show_id,
        text=seen.text,
        text_sha256=seen.digest,
        is_own=is_own,
        on_air=seen.on_air,
        frame=frame.name,
        frame_sha256=frame.sha256,
        frame_bytes=frame.byte_count,
        seen_at=now,
    )
    fact = CodeSeen(
        code_id=code.pk,
        session_id=row.session_id,
        text_sha256=seen.digest,
        is_own=is_own,
        on_air=seen.on_air,
        frame=frame.name,
        frame_sha256=frame.sha256,
        frame_bytes=frame.byte_count,
    )
    by = SYSTEM(row.organisation_id)
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    shown = legible(seen.text)
    suppressed_reason = "allow_list" if is_own else "" if seen.on_air else "rehearsal"
    record_findings(
        org_id=row.organisation_id,
        show_id=row.show_id,
        surface="picture",
        subject=f"seen_code:{code.pk}",
        text=shown,
        hits=[code_hit(shown, suppressed_reason=suppressed_reason)],
        actor=by,
        now=now,
    )
    return code


@dataclass(frozen=True, slots=True)
class _KeptFrame:
    """A frame on the disk; all of it empty when the disk did not take it."""

    name: str = ""
    sha256: str = ""
    byte_count: int = 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A code's text with its SHA-256, whether the show had begun, and its frame."""

    text: str
    digest: str
    on_air: bool
    frame: _KeptFrame


def _keep_frame(folder: Path, jpeg: bytes) -> _KeptFrame:
    """Whole on the disk, or not there. A frame left by an undone transaction is written over."""
    sha256 = hashlib.sha256(jpeg).hexdigest()
    name = f"frame-{sha256[:32]}.jpg"
    being_written = folder / f"{name}.part"
    try:
        with being_written.open("wb") as file:
            file.write(jpeg)
            file.flush()
            os.fsync(file.fileno())
        being_written.replace(folder / name)
        sync_folder(folder)
    except OSError:
        _log.exception("frame_not_kept", folder=str(folder))
        return _KeptFrame()
    return _KeptFrame(name, sha256, len(jpeg))


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


def end_troubles(row: StreamSession, *, now: dt.datetime) -> None:
    """With its stream every trouble of a picture is over; in the transaction that ends it."""
    assert transaction.get_connection().in_atomic_block
    for trouble in PictureTrouble.objects.filter(session=row, over_at=None).order_by("pk"):
        _mend(trouble, with_stream=True, now=now)


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
