"""The room's facts, replayed from nothing, say what its tables say."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import room
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, facts_of_show
from kaibo.room import actions, reads
from kaibo.room.actions import Draft
from kaibo.room.tests.scene import Scene, make_scene

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        room.LinkPopped,
        room.ExplainingStarted,
        room.ExplainingStopped,
        room.NoticePinned,
        room.HostTold,
        room.ViewerMuted,
        room.ViewerUnmuted,
        room.MessagesPosted,
        room.MessageHidden,
        room.OffPlatformWarned,
        room.ReportFiled,
    }
)


@dataclass
class Replayed:
    """A room as its facts tell it; written apart from the product's own code."""

    explaining: tuple[int, dt.datetime] | None = None
    popped: int | None = None
    notice: str = ""
    note: str = ""
    warned_at: dt.datetime | None = None
    mutes: dict[int, dt.datetime] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    reports: dict[str, tuple[str, int, dt.datetime]] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Apply one fact."""
        match entry.fact:
            case room.ExplainingStarted(link_no=link_no):
                assert self.explaining is None, "one link at a time"
                self.explaining = (link_no, entry.at)
            case room.ExplainingStopped(link_no=link_no):
                assert self.explaining is not None
                assert self.explaining[0] == link_no
                self.explaining = None
            case room.LinkPopped(link_no=link_no):
                self.popped = link_no
            case room.NoticePinned(text=text):
                self.notice = text
            case room.HostTold(text=text):
                self.note = text
            case room.ViewerMuted(viewer_id=viewer_id, until_at=until_at):
                self.mutes[viewer_id] = until_at
            case room.ViewerUnmuted(viewer_id=viewer_id):
                del self.mutes[viewer_id]
            case room.MessagesPosted(messages=messages):
                for message in messages:
                    self.states[message.message_id] = message.state
                    self.digests[message.message_id] = message.digest
            case room.MessageHidden(message_id=message_id):
                self.states[message_id] = "hidden"
            case room.OffPlatformWarned(message_id=message_id):
                assert message_id in self.states
                self.warned_at = entry.at
            case room.ReportFiled() as filed:
                self.reports[filed.number] = (filed.subject, filed.subject_id, filed.due_at)
            case _:
                pass


LINK = st.integers(1, 3)
STEPS = st.one_of(
    st.tuples(st.just("pop"), LINK),
    st.tuples(st.just("explain"), LINK),
    st.tuples(st.just("stop"), st.just(0)),
    st.tuples(st.just("notice"), st.sampled_from(["", "今晚有券", "<i>"])),
    st.tuples(st.just("note"), st.sampled_from(["", "快", "慢"])),
    st.tuples(st.just("mute"), st.integers(0, 5)),
    st.tuples(st.just("say"), st.sampled_from(["好看", "加微信 abc12345 拿货"])),
    st.tuples(st.just("hide"), st.integers(0, 5)),
    st.tuples(st.just("report"), LINK),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, max_size=25), st.integers(0, 10**9))
def test_facts_replayed_are_the_tables(db: None, steps: list[tuple[str, Any]], seed: int) -> None:
    """Whatever the desk and the viewers do, in whatever order, refused or not."""
    scene = make_scene(
        f"s{seed}{len(steps)}{apps.get_model('access', 'Organisation').objects.count()}"
    )
    for number, (what, value) in enumerate(steps):
        try:
            _do(scene, what, value, now=NOW + dt.timedelta(seconds=number))
        except Refusal:
            continue
    replayed = Replayed()
    for entry in facts_of_show(scene.show_id):
        replayed.take(entry)
    _assert_same(scene, replayed)


def _do(scene: Scene, what: str, value: Any, *, now: dt.datetime) -> None:
    desk: dict[str, Any] = {
        "org_id": scene.org_id,
        "show_id": scene.show_id,
        "by": scene.by,
        "now": now,
    }
    viewer_id, _ = scene.viewer()
    match what:
        case "pop":
            actions.pop_link(**desk, link_no=value)
        case "explain":
            actions.start_explaining(**desk, link_no=value)
        case "stop":
            actions.stop_explaining(**desk)
        case "notice":
            actions.pin_notice(**desk, text=value)
        case "note":
            actions.tell_host(**desk, text=value)
        case "mute":
            actions.mute_viewer(**desk, viewer_id=viewer_id, minutes=value)
        case "say":
            draft = Draft(viewer_id=viewer_id, nickname="bo", kind="viewer", text=value, at=now)
            actions.post_messages(
                org_id=scene.org_id, show_id=scene.show_id, drafts=[draft, draft], now=now
            )
        case "hide":
            rows = reads.messages(scene.show_id)
            actions.hide_message(
                **desk, message_id=rows[value].id if value < len(rows) else 0, reason=""
            )
        case "report":
            by = Actor("viewer", viewer_id, scene.org_id)
            actions.file_report(
                show_id=scene.show_id,
                by=by,
                subject="product",
                subject_id=value,
                reason="图文不符",
                now=now,
            )


def _assert_same(scene: Scene, replayed: Replayed) -> None:
    board = reads.board(scene.show_id)
    explaining = None
    if board.explaining_link_no is not None:
        explaining = (board.explaining_link_no, board.explaining_since)
    assert replayed.explaining == explaining
    assert replayed.popped == board.popped_link_no
    assert (replayed.notice, replayed.note) == (board.notice, board.host_note)
    warned = apps.get_model("room", "RoomBoard").objects.filter(show_id=scene.show_id).first()
    assert replayed.warned_at == (warned.warned_at if warned else None)
    start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    mutes = {mute.viewer_id: mute.until for mute in reads.mutes(scene.show_id, now=start)}
    assert replayed.mutes == mutes
    rows = reads.messages(scene.show_id, limit=1_000)
    assert replayed.states == {row.id: row.state for row in rows}
    digests = {row.id: hashlib.sha256(row.text.encode()).hexdigest() for row in rows}
    assert replayed.digests == digests
    reports = apps.get_model("room", "Report").objects.filter(show_id=scene.show_id)
    assert replayed.reports == {r.number: (r.subject, r.subject_id, r.due_at) for r in reports}
