"""Facts of packs and recordings replayed equal what is read of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from kaibo.base.trees import canonical, grow, leaf_digest, root_of
from kaibo.catalog.tests.conftest import NOW
from kaibo.evidence import actions, reads
from kaibo.evidence.models import Export
from kaibo.evidence.pieces import plain
from kaibo.evidence.tests.stage import KEY, make_evening
from kaibo.evidence.tests.test_keeping import OVER, ended, second
from kaibo.evidence.writing import PackWriter
from kaibo.facts import evidence as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Position, last_position, read
from kaibo.media.reads import recordings

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PackAsked,
        told.PackBuilt,
        told.PackFailed,
        told.PackHandedOut,
        told.RecordingSealed,
        told.HoldPlaced,
        told.HoldLifted,
        told.DeletionAsked,
        told.DeletionRefused,
        told.DeletionConfirmed,
        told.RecordingsDeleted,
    }
)


@dataclass
class Pack:
    """A pack as the facts alone tell it."""

    subject: tuple[str, str]
    version: str
    asked_by: str
    state: str = "waiting"
    file: tuple[str, int, int, str, str] = ("", 0, 0, "", "")
    fault: str = ""
    hands: list[str] = field(default_factory=list)


def _replayed(start: Position) -> tuple[dict[int, Pack], dict[str, tuple[int, str]]]:
    packs: dict[int, Pack] = {}
    sealed: dict[str, tuple[int, str]] = {}
    for entry in read(start, limit=10_000):
        match entry.fact:
            case told.PackAsked(export_id=id) as asked:
                subject = asked.subject_kind, asked.subject_id
                packs[id] = Pack(subject, asked.version, entry.actor)
            case told.PackBuilt(export_id=id) as built:
                assert packs[id].state == "waiting"
                packs[id].state = "ready"
                packs[id].file = (
                    built.pack_id, built.items, built.byte_count, built.root, built.sha256,
                )  # fmt: skip
            case told.PackFailed(export_id=id, fault=fault):
                assert packs[id].state == "waiting"
                packs[id].state, packs[id].fault = "failed", fault
            case told.PackHandedOut(export_id=id):
                assert packs[id].state == "ready"
                packs[id].hands.append(entry.actor)
            case told.RecordingSealed() as recording:
                assert recording.session_id not in sealed, "a recording is told once"
                sealed[recording.session_id] = recording.segments, recording.root
            case _:
                pass
    return packs, sealed


def _kept(start: Position) -> tuple[dict[int, bool], dict[int, tuple[str, str]]]:
    """Which holds stand; the state and the certificate's digest of every deletion."""
    holds: dict[int, bool] = {}
    gone: dict[int, tuple[str, str]] = {}
    for entry in read(start, limit=10_000):
        match entry.fact:
            case told.HoldPlaced(hold_id=id):
                holds[id] = True
            case told.HoldLifted(hold_id=id):
                assert holds[id]
                holds[id] = False
            case told.DeletionAsked(deletion_id=id):
                gone[id] = "asked", ""
            case told.DeletionRefused(deletion_id=id):
                assert gone[id] == ("asked", "")
                gone[id] = "refused", ""
            case told.DeletionConfirmed(deletion_id=id, certificate=digest):
                assert gone[id] == ("asked", "")
                gone[id] = "confirmed", digest
            case told.RecordingsDeleted(deletion_id=id):
                assert gone[id][0] == "confirmed"
                gone[id] = "done", gone[id][1]
            case _:
                pass
    return holds, gone


def test_holds_and_deletions_replay(tmp_path: Path, settings: Settings) -> None:
    """A hold lifted and one that stands; a deletion refused, one done, one that is being done."""
    settings.KAIBO_RECORDINGS = tmp_path
    start = last_position()
    shows = [ended(make_evening(code)) for code in ("ana", "bo")]
    now = OVER + dt.timedelta(days=4 * 366)
    for evening in shows:
        ask: dict[str, Any] = {
            "show_id": evening.show_id,
            "reason": "到期",
            "by": evening.by,
            "now": now,
        }
        hold = actions.place_hold(**ask)
        actions.lift_hold(hold_id=hold.id, reason="结案", by=evening.by, now=now)
        refused = actions.ask_deletion(**ask)
        actions.refuse_deletion(deletion_id=refused.id, by=second(evening), now=now)
        agreed = actions.ask_deletion(**ask)
        actions.confirm_deletion(deletion_id=agreed.id, by=second(evening), now=now)
        if evening is shows[0]:
            assert actions.finish_deletions(now=now) == 1
            actions.place_hold(**ask)
    kept = [reads.keeping(one.by.org_id, one.show_id) for one in shows]
    holds, gone = _kept(start)
    assert holds == {h.id: h.lifted_at is None for one in kept for h in one.holds}
    assert gone == {d.id: (d.state, d.sha256) for one in kept for d in one.deletions}
    assert sorted(state for state, _ in gone.values()) == [
        "confirmed", "done", "refused", "refused",
    ]  # fmt: skip


def test_packs_and_recordings_replay(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One built and taken twice, one that failed, one that waits; a recording sealed once."""
    settings.KAIBO_PACKS = tmp_path / "packs"
    settings.KAIBO_RECORDINGS = tmp_path / "recordings"
    start = last_position()
    evening = make_evening()
    org_id = evening.by.org_id
    session = recordings(org_id=org_id, show_id=evening.show_id)[0].session_id
    again = actions.seal_recording(
        org_id=org_id, show_id=evening.show_id, session_id=session, now=NOW
    )
    assert not again
    done, failed = evening.ask("order", "consumer"), evening.ask("show", "authority")
    assert actions.build_due(key=KEY, now=NOW) == 1
    for _ in range(2):
        actions.hand_out(export_id=done, by=evening.by, now=NOW)

    def full(self: PackWriter, *args: object, **kwargs: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(PackWriter, "add", full)
    assert actions.build_due(key=KEY, now=NOW) == 1
    waiting = evening.ask("show", "consumer")
    packs, sealed = _replayed(start)
    assert packs == {view.id: _as_read(view) for view in reads.exports(org_id)}
    assert [packs[id].state for id in (done, failed, waiting)] == ["ready", "failed", "waiting"]
    assert packs[failed].fault == "OSError"
    assert not list(settings.KAIBO_PACKS.glob("*.part"))
    assert len(list(settings.KAIBO_PACKS.iterdir())) == Export.objects.filter(state="ready").count()
    assert sealed == {
        one.session_id: (len(one.segments), _root([canonical(plain(s)) for s in one.segments]))
        for one in recordings(org_id=org_id, show_id=evening.show_id)
    }


def _root(leaves: list[bytes]) -> str:
    return root_of(grow([], 0, [leaf_digest(leaf) for leaf in leaves])[0]).hex()


def _as_read(view: reads.ExportView) -> Pack:
    is_ready = view.state == "ready"
    file = (view.pack_id, view.items, view.byte_count, view.root, view.sha256)
    return Pack(
        (view.subject_kind, view.subject_id),
        view.version,
        f"person:{view.asked_by}",
        view.state,
        file if is_ready else ("", 0, 0, "", ""),
        view.fault,
        [f"person:{one.person_id}" for one in view.downloads],
    )
