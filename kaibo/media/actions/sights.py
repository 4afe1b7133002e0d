"""Writers of what the eyes saw in a picture: codes, words and troubles."""

import datetime as dt
import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from kaibo.access.reads import organisation
from kaibo.base.actor import SYSTEM
from kaibo.base.disk import sync_folder
from kaibo.compliance.actions import record_findings
from kaibo.compliance.reads import Hit, code_hit, text_hits
from kaibo.facts.media import CodeSeen, PictureMended, PictureTroubled, TextSeen
from kaibo.facts.planning import ShowStarted
from kaibo.journal.actions import append
from kaibo.journal.reads import facts_of_show
from kaibo.media.models import PictureTrouble, Sighting, StreamSession
from kaibo.media.reads import live_pictures
from kaibo.media.rules import Sight, Trouble, is_alike, is_own_code, legible

# A screen that shows ever new codes, or words, fills no disk: of a kind, the shop's own and others
# apart, before the show and on air.
SIGHTS_PER_SHOW_MAX = 200

_log = structlog.get_logger(__name__)


def record_code(*, session_id: str, text: str, jpeg: bytes, now: dt.datetime) -> int | None:
    """Keep a QR code with the frame it was seen in, and find fault with it unless it is our own.

    Safe to repeat: the same code is kept once before the show and once on air. The finding
    (family C7) counts on the room's ladder as what is said on air does; of the shop's own code
    and before the show it is suppressed. It shows the code's text so that nobody is misled
    (``legible``). A disk that does not take the frame costs the frame alone.
    Source: 网络直播营销管理办法（试行）第九条 (links and QR codes are safe).

    Returns:
        Id of the sighting; None when it was known, the stream is over, or too many were seen.
    """
    row = StreamSession.objects.filter(session_id=session_id).first()
    if row is None:
        return None
    text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    own = (settings.KAIBO_PUBLIC_URL, *settings.KAIBO_SAFE_ADDRESSES)
    contact = organisation(row.organisation_id).seller_contact
    is_own = is_own_code(text, addresses=own, contacts=[contact])
    shown = legible(text)
    hit = code_hit(shown, suppressed_reason="allow_list" if is_own else "")
    return _record(row, _Seen("code", text, is_own, shown, (hit,)), jpeg=jpeg, now=now)


def record_text(*, session_id: str, text: str, jpeg: bytes, now: dt.datetime) -> int | None:
    """Keep a line that stands in a picture, with its frame, if a rule touches it.

    Safe to repeat: a line is kept once before the show and once on air, and so is one that is
    alike, as a reader errs by a letter, unless a further rule touches it. Counting and frame as
    with ``record_code``.

    Returns:
        Id of the sighting; None when no rule touches it, and as with ``record_code``.
    """
    row = StreamSession.objects.filter(session_id=session_id).first()
    if row is None:
        return None
    shown = legible(text)
    contact = organisation(row.organisation_id).seller_contact
    allow = [contact] if contact else []

    def touched(line: str) -> tuple[Hit, ...]:
        hits = text_hits(line, org_id=row.organisation_id, allow=allow, now=now)
        return tuple(hit for hit in hits if hit.is_live)

    hits = touched(shown)
    rules = {hit.rule_id for hit in hits}
    on_air = _on_air(row)
    known = Sighting.objects.filter(
        organisation_id=row.organisation_id, show_id=row.show_id, kind="text", on_air=on_air
    )
    alike = [one for one in known.values_list("text", flat=True) if is_alike(shown, one)]
    if rules <= {hit.rule_id for one in alike for hit in touched(one)}:
        return None
    return _record(row, _Seen("text", shown, False, shown, hits), jpeg=jpeg, now=now)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen: as it is kept, as people read it, and its hits."""

    kind: Sight
    text: str
    is_own: bool
    shown: str
    hits: tuple[Hit, ...]

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def _record(row: StreamSession, seen: _Seen, *, jpeg: bytes, now: dt.datetime) -> int | None:
    on_air = _on_air(row)
    if not _is_news(row, seen, on_air=on_air):
        return None
    # Before the transaction: nobody who writes waits for a slow disk.
    frame = _keep_frame(Path(settings.KAIBO_RECORDINGS) / row.recording, jpeg)
    with transaction.atomic():
        row = StreamSession.objects.select_for_update().get(pk=row.pk)
        if not _is_news(row, seen, on_air=on_air):
            return None
        sighting = Sighting.objects.create(
            organisation_id=row.organisation_id,
            session=row,
            show_id=row.show_id,
            kind=seen.kind,
            text=seen.text,
            text_sha256=seen.text_sha256,
            is_own=seen.is_own,
            on_air=on_air,
            frame=frame.name,
            frame_sha256=frame.sha256,
            frame_bytes=frame.byte_count,
            seen_at=now,
        )
        _tell(row, sighting, seen, now=now)
        return sighting.pk


def _on_air(row: StreamSession) -> bool:
    """Whether the show has begun; with its end its stream ends."""
    return bool(facts_of_show(row.show_id, [ShowStarted]))


def _is_news(row: StreamSession, seen: _Seen, *, on_air: bool) -> bool:
    rows = Sighting.objects.filter(
        organisation_id=row.organisation_id, show_id=row.show_id, kind=seen.kind
    )
    if row.over_at is not None or rows.filter(text_sha256=seen.text_sha256, on_air=on_air).exists():
        return False
    # What was shown before the show, or leads to the shop itself, hides nothing that comes after.
    alike = rows.filter(on_air=on_air, is_own=seen.is_own)
    return alike.count() < SIGHTS_PER_SHOW_MAX


def _tell(row: StreamSession, sighting: Sighting, seen: _Seen, *, now: dt.datetime) -> None:
    by, on_air = SYSTEM(row.organisation_id), sighting.on_air
    append(_fact(row, sighting), at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    hits = [
        hit if on_air or hit.suppressed_reason else replace(hit, suppressed_reason="rehearsal")
        for hit in seen.hits
    ]
    record_findings(
        org_id=row.organisation_id,
        show_id=row.show_id,
        surface="picture",
        subject=f"seen_{seen.kind}:{sighting.pk}",
        text=seen.shown,
        hits=hits,
        actor=by,
        now=now,
    )


def _fact(row: StreamSession, sighting: Sighting) -> CodeSeen | TextSeen:
    if sighting.kind == "text":
        return TextSeen(
            sighting_id=sighting.pk,
            session_id=row.session_id,
            text_sha256=sighting.text_sha256,
            on_air=sighting.on_air,
            frame=sighting.frame,
            frame_sha256=sighting.frame_sha256,
            frame_bytes=sighting.frame_bytes,
        )
    return CodeSeen(
        sighting_id=sighting.pk,
        session_id=row.session_id,
        text_sha256=sighting.text_sha256,
        is_own=sighting.is_own,
        on_air=sighting.on_air,
        frame=sighting.frame,
        frame_sha256=sighting.frame_sha256,
        frame_bytes=sighting.frame_bytes,
    )


@dataclass(frozen=True, slots=True)
class _KeptFrame:
    """A frame on the disk; all of it empty when the disk did not take it."""

    name: str = ""
    sha256: str = ""
    byte_count: int = 0


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
