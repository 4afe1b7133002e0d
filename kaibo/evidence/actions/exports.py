"""The writers of packs: asked for, built, handed out."""

import datetime as dt
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import F, Q

from kaibo.access.reads import organisation, people_names
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import Refusal
from kaibo.base.inputs import clean_text
from kaibo.base.trees import canonical, grow, leaf_digest, root_of
from kaibo.evidence import custody, reads
from kaibo.evidence.errors import NoSuchExport, PackNotReady, PackReasonMissing
from kaibo.evidence.models import Download, Export
from kaibo.evidence.pieces import Order, Piece, plain
from kaibo.evidence.reads import ExportView
from kaibo.evidence.rules.exports import (
    EXPORT,
    REASON_CHARS_MAX,
    RECIPIENT_CHARS_MAX,
    TRIES_MAX,
)
from kaibo.evidence.rules.packs import PackHead, Version
from kaibo.evidence.subjects import subject_of
from kaibo.evidence.writing import PackWriter
from kaibo.facts.evidence import (
    PackAsked,
    PackBuilt,
    PackFailed,
    PackHandedOut,
    RecordingSealed,
)
from kaibo.journal.actions import append
from kaibo.journal.reads import at_ms, facts_of_show
from kaibo.media.reads import recordings

# A build that says nothing for so long was cut off with its process.
LEASE: Final = dt.timedelta(minutes=2)
_log = structlog.get_logger(__name__)


class _TakenAway(Exception):
    """Another process builds this pack now."""


class _Hold:
    """The lease on a pack in the making; its own clock runs from ``now``."""

    def __init__(self, row: Export, *, now: dt.datetime) -> None:
        self.row, self._now, self._began = row, now, time.monotonic()

    def go_on(self, **columns: int) -> None:
        """Say how far it is and prolong the lease, unless somebody else took it."""
        passed = dt.timedelta(seconds=time.monotonic() - self._began)
        held = Export.objects.filter(pk=self.row.pk, state="waiting", tries=self.row.tries)
        if not held.update(lease_until=self._now + passed + LEASE, **columns):
            raise _TakenAway


@transaction.atomic
def ask_export(
    *,
    subject_kind: str,
    subject_id: str,
    version: Version,
    reason: str,
    recipient: str,
    by: Actor,
    now: dt.datetime,
) -> ExportView:
    """Ask for a pack; it is built soon, by whoever does the chores.

    Raises:
        NoPackOfThis: packs are not made of such things.
        NoSuchShow, NoSuchOrder: none in the organisation.
        PackReasonMissing: without a reason or a receiver. Nothing was written.
    """
    reason = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    recipient = clean_text("recipient", recipient, chars_max=RECIPIENT_CHARS_MAX)
    if not reason or not recipient:
        raise PackReasonMissing
    found = subject_of(subject_kind).find(by.org_id, subject_id)
    row = Export.objects.create(
        organisation_id=by.org_id,
        pack_id=secrets.token_hex(16),
        salt=secrets.token_hex(16),
        subject_kind=subject_kind,
        subject_id=found.id,
        show_id=found.show_id,
        version=version,
        reason=reason,
        recipient=recipient,
        asked_by=by.id,
        asked_at=now,
    )
    fact = PackAsked(
        export_id=row.pk, subject_kind=subject_kind, subject_id=found.id, version=version
    )
    append(fact, at=now, org_id=by.org_id, show_id=found.show_id, actor=by)
    return reads.export(by.org_id, row.pk)


def build_due(*, key: Ed25519PrivateKey, now: dt.datetime) -> int:
    """Build the oldest pack that waits, also one whose builder was cut off; returns 1 or 0."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    ids = Export.objects.filter(free, state="waiting").order_by("pk").values_list("pk", flat=True)
    for id in ids[:10]:
        taken = Export.objects.filter(free, pk=id, state="waiting").update(
            lease_until=now + LEASE, tries=F("tries") + 1
        )
        if taken:
            build_export(id, key=key, now=now)
            return 1
    return 0


def build_export(export_id: int, *, key: Ed25519PrivateKey, now: dt.datetime) -> None:
    """Write a pack whose lease this process holds, item by item.

    The file has its name before the row says ``ready``, and the row says it in the transaction of
    the fact: killed at any instant, the pack is offered whole or built again.
    """
    row = Export.objects.get(pk=export_id)
    assert row.state == "waiting"
    if row.tries > TRIES_MAX:
        return _fail(row, "cut_off", now=now)
    path = reads.pack_path(row)
    writer = PackWriter(path)
    try:
        _write(writer, row, now=now)
        head = _head(row, now=now)
        root, sha256 = writer.finish(head, key=key)
    except _TakenAway:
        _log.warning("pack_taken_away", export=export_id)
    except Refusal as refusal:
        _fail(row, refusal.code, now=now)
    except Exception as error:
        _log.exception("pack_failed", export=export_id)
        _fail(row, type(error).__name__, now=now)
    else:
        if not _ready(row, root=root, sha256=sha256, writer=writer, now=now):
            path.unlink()
    finally:
        writer.drop()


@transaction.atomic
def hand_out(*, export_id: int, by: Actor, now: dt.datetime) -> Path:
    """Where a finished pack lies; that it went through these hands is kept.

    Raises:
        NoSuchExport: none of this id in the organisation.
        PackNotReady: nothing was written.
    """
    row = Export.objects.filter(organisation_id=by.org_id, pk=export_id).first()
    if row is None:
        raise NoSuchExport(id=export_id)
    path = reads.pack_path(row)
    if row.state != "ready" or not path.is_file():
        raise PackNotReady(state=row.state if row.state != "ready" else "missing")
    taken = Download.objects.create(export=row, person_id=by.id, at=now)
    fact = PackHandedOut(export_id=row.pk, download_id=taken.pk)
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return path


@transaction.atomic
def seal_recording(*, org_id: int, show_id: int, session_id: str, now: dt.datetime) -> bool:
    """Tell the digest of a recording's segments, so that the show's next head signs it.

    Safe to repeat: a recording is told once, as it was when its stream ended.
    """
    told = facts_of_show(show_id, [RecordingSealed])
    if any(getattr(entry.fact, "session_id", "") == session_id for entry in told):
        return False
    found = recordings(org_id=org_id, show_id=show_id)
    recording = next((one for one in found if one.session_id == session_id), None)
    if recording is None or not recording.segments:
        return False
    leaves = [leaf_digest(canonical(plain(one))) for one in recording.segments]
    peaks, size = grow([], 0, leaves)
    fact = RecordingSealed(session_id=session_id, segments=size, root=root_of(peaks).hex())
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
    return True


def _write(writer: PackWriter, row: Export, *, now: dt.datetime) -> None:
    order = Order(
        org_id=row.organisation_id,
        subject_id=row.subject_id,
        version=row.version,  # type: ignore[arg-type]  # held to the two words by its choices
        salt=bytes.fromhex(row.salt),
        now=now,
    )
    hold = _Hold(row, now=now)
    for piece in subject_of(row.subject_kind).pieces(order, row.show_id):
        _add(writer, piece, hold)
    head = _head(row, now=now)
    page = custody.sheet(reads.custody_rows(head))
    told = ("证据保管单与核验方法", "custody sheet, and how to check the pack")
    _add(
        writer,
        Piece(
            path="custody.html", chunks=(page,), what=told, at=now,
            source=f"evidence.Export {row.pk}", media_type="text/html",
        ),
        hold,
    )  # fmt: skip


def _add(writer: PackWriter, piece: Piece, hold: _Hold) -> None:
    writer.add(
        piece.path,
        _watched(piece, hold),
        media_type=piece.media_type,
        what=piece.what,
        at_ms=at_ms(piece.at),
        source=piece.source,
    )
    hold.go_on(items=len(writer.items), byte_count=writer.byte_count)


def _watched(piece: Piece, hold: _Hold) -> Iterator[bytes]:
    """A piece's bytes; a long one prolongs the lease on its way."""
    left = 64 * 2**20
    for chunk in piece.chunks:
        left -= len(chunk)
        if left < 0:
            hold.go_on()
            left = 64 * 2**20
        yield chunk


@transaction.atomic
def _ready(row: Export, *, root: str, sha256: str, writer: PackWriter, now: dt.datetime) -> bool:
    items, byte_count = len(writer.items), writer.byte_count
    held = Export.objects.filter(pk=row.pk, state="waiting", tries=row.tries)
    if not held.update(
        state=EXPORT.after("waiting", "build"), lease_until=None, built_at=now, root=root,
        sha256=sha256, items=items, byte_count=byte_count,
    ):  # fmt: skip
        return False
    fact = PackBuilt(
        export_id=row.pk, pack_id=row.pack_id, items=items, byte_count=byte_count, root=root,
        sha256=sha256,
    )  # fmt: skip
    org_id = row.organisation_id
    append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))
    return True


@transaction.atomic
def _fail(row: Export, fault: str, *, now: dt.datetime) -> None:
    held = Export.objects.filter(pk=row.pk, state="waiting", tries=row.tries)
    if held.update(state=EXPORT.after("waiting", "fail"), lease_until=None, fault=fault[:60]):
        fact = PackFailed(export_id=row.pk, fault=fault[:60])
        org_id = row.organisation_id
        append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))


def _head(row: Export, *, now: dt.datetime) -> PackHead:
    name = people_names({row.asked_by}).get(row.asked_by, f"#{row.asked_by}")
    return PackHead(
        pack_id=row.pack_id,
        organisation_id=row.organisation_id,
        organisation=organisation(row.organisation_id).name,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        show_id=row.show_id,
        version=row.version,  # type: ignore[arg-type]  # held to the two words by its choices
        reason=row.reason,
        recipient=row.recipient,
        exported_by=name,
        asked_at_ms=at_ms(row.asked_at),
        built_at_ms=at_ms(now),
    )
