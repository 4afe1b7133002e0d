"""Facts of stream keys and streams replayed equal what is read of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import media as told
from kaibo.facts.base import Fact
from kaibo.facts.compliance import ComplianceHit, RiskScored, RungChanged
from kaibo.journal.reads import Entry, Position, last_position, read
from kaibo.media import actions, reads
from kaibo.media.errors import NoSuchStreamKey
from kaibo.media.models import Sighting, StreamKey, StreamSession
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver
from kaibo.media.rules import Trouble

pytestmark = pytest.mark.django_db

ROOMS = {7: "k2m9x4p7qa", 8: "z8w3n6r5tb"}
LONG = dt.timedelta(days=91)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.StreamKeyIssued,
        told.StreamKeyRotated,
        told.StreamKeyRevoked,
        told.StreamStarted,
        told.StreamEnded,
        told.CodeSeen,
        told.TextSeen,
        told.PictureTroubled,
        told.PictureMended,
    }
)

LURES = ["加微信 abc12345", "全网最低价", "包治百病 根治糖尿病", "扫屏幕上的码下单"]


@dataclass(frozen=True)
class Key:
    """A stream key as the facts alone tell it; its secret is told to nobody."""

    show_id: int
    room_code: str
    created_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None = None


@dataclass(frozen=True)
class Stream:
    """One connection of an encoder as the facts alone tell it."""

    show_id: int
    key_id: int
    began_at: dt.datetime
    picture: tuple[int, int, bool, str]
    over_at: dt.datetime | None = None
    reason: str = ""
    length: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Seen:
    """What was seen in a picture as the facts alone tell it."""

    kind: str
    session_id: str
    text_sha256: str
    is_own: bool
    on_air: bool
    frame: tuple[str, str, int]
    seen_at: dt.datetime


@dataclass(frozen=True)
class TroubleTold:
    """Something wrong with a picture as the facts alone tell it."""

    session_id: str
    kind: str
    began_at: dt.datetime
    over_at: dt.datetime | None = None


@dataclass
class Books:
    """What the facts alone say of keys and streams; ``current`` is a show's open key."""

    keys: dict[int, Key] = field(default_factory=dict)
    current: dict[int, int] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    seen: dict[int, Seen] = field(default_factory=dict)
    troubles: dict[int, TroubleTold] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        fact, show_id = entry.fact, entry.show_id or 0
        match fact:
            case told.StreamKeyIssued():
                # A show that has a key gets another one only when the first has run out.
                if show_id in self.current:
                    assert self.keys[self.current[show_id]].expires_at <= entry.at
                    self._end(show_id, entry.at)
                self._begin(fact.key_id, fact.room_code, fact.expires_at, entry)
            case told.StreamKeyRotated():
                assert self.current[show_id] == fact.old_key_id
                self._end(show_id, entry.at)
                room_code = self.keys[fact.old_key_id].room_code
                self._begin(fact.key_id, room_code, fact.expires_at, entry)
            case told.StreamKeyRevoked():
                assert self.current[show_id] == fact.key_id
                self._end(show_id, entry.at)
            case told.StreamStarted():
                assert all(s.over_at for s in self.streams.values() if s.show_id == show_id)
                picture = (fact.width, fact.height, fact.has_sound, fact.recording)
                self.streams[fact.session_id] = Stream(show_id, fact.key_id, entry.at, picture)
            case told.CodeSeen() | told.TextSeen() | told.PictureTroubled() | told.PictureMended():
                assert self.streams[fact.session_id].over_at is None
                self._see(fact, entry.at)
            case ComplianceHit():
                seen = self.seen[fact.subject_id]
                assert (fact.subject_kind, fact.surface) == (f"seen_{seen.kind}", "picture")
                assert bool(fact.suppressed_reason) == (seen.is_own or not seen.on_air)
            case RiskScored() | RungChanged():
                pass  # folded with the ladder
            case told.StreamEnded():
                open_ones = [t for t in self.troubles.values() if t.over_at is None]
                assert fact.session_id not in {one.session_id for one in open_ones}
                assert self.streams[fact.session_id].over_at is None, "a stream ends once"
                self.streams[fact.session_id] = replace(
                    self.streams[fact.session_id],
                    over_at=entry.at,
                    reason=fact.reason,
                    length=(fact.received_bytes, fact.recorded_ms),
                )
            case _:
                raise AssertionError(f"no page for {entry.tag}")

    def _see(
        self,
        fact: told.CodeSeen | told.TextSeen | told.PictureTroubled | told.PictureMended,
        at: dt.datetime,
    ) -> None:
        match fact:
            case told.CodeSeen() | told.TextSeen():
                kind = "code" if isinstance(fact, told.CodeSeen) else "text"
                is_own = isinstance(fact, told.CodeSeen) and fact.is_own
                frame = (fact.frame, fact.frame_sha256, fact.frame_bytes)
                self.seen[fact.sighting_id] = Seen(
                    *(kind, fact.session_id, fact.text_sha256, is_own, fact.on_air, frame, at)
                )
            case told.PictureTroubled():
                self.troubles[fact.trouble_id] = TroubleTold(fact.session_id, fact.kind, at)
            case told.PictureMended():
                trouble = self.troubles[fact.trouble_id]
                assert (trouble.kind, trouble.over_at) == (fact.kind, None)
                self.troubles[fact.trouble_id] = replace(trouble, over_at=at)

    def _begin(self, key_id: int, room_code: str, expires_at: dt.datetime, entry: Entry) -> None:
        show_id = entry.show_id or 0
        self.keys[key_id] = Key(show_id, room_code, entry.at, expires_at)
        self.current[show_id] = key_id

    def _end(self, show_id: int, at: dt.datetime) -> None:
        key_id = self.current.pop(show_id)
        self.keys[key_id] = replace(self.keys[key_id], ended_at=at)


def _as_read(org_id: int) -> Books:
    books = Books()
    for row in StreamKey.objects.all():
        books.keys[row.pk] = Key(
            row.show_id, row.room_code, row.created_at, row.expires_at, row.ended_at
        )
    key_ids = dict(StreamSession.objects.values_list("session_id", "key_id"))
    for show_id in ROOMS:
        try:
            view = reads.stream_key_for_desk(org_id=org_id, show_id=show_id)
        except NoSuchStreamKey:
            pass
        else:
            books.current[show_id] = view.id
            assert books.keys[view.id].room_code == view.room_code
            assert books.keys[view.id].expires_at == view.expires_at
        for stream in reads.stream_sessions(org_id=org_id, show_id=show_id):
            books.streams[stream.session_id] = Stream(
                show_id,
                key_ids[stream.session_id],
                stream.began_at,
                (stream.width, stream.height, stream.has_sound, stream.recording),
                stream.over_at,
                stream.reason,
                (stream.received_bytes, stream.recorded_ms),
            )
        for one in reads.picture_troubles(org_id=org_id, show_id=show_id):
            books.troubles[one.id] = TroubleTold(
                one.session_id, one.kind, one.began_at, one.over_at
            )
    for sight in Sighting.objects.select_related("session"):
        frame = (sight.frame, sight.frame_sha256, sight.frame_bytes)
        books.seen[sight.pk] = Seen(
            *(sight.kind, sight.session.session_id, sight.text_sha256, sight.is_own, sight.on_air),
            *(frame, sight.seen_at),
        )
    return books


def _assert_replayed(start: Position, org_id: int, *, now: dt.datetime) -> Books:
    books = Books()
    for entry in read(start, limit=10_000):
        books.replay(entry)
    assert books == _as_read(org_id)
    for show_id in ROOMS:
        key = books.keys.get(books.current.get(show_id, 0))
        state = "missing" if key is None else "valid" if now < key.expires_at else "expired"
        assert reads.stream_key_state(org_id=org_id, show_id=show_id, now=now) == state
    return books


def _began(grant: PublishGrant, number: int, *, now: dt.datetime) -> StreamBegan:
    sizes = [(1280, 720, True), (1080, 1920, False)]
    picture = sizes[number % 2]
    return StreamBegan(f"{number:032d}", grant, now, *picture, f"{grant.room_code}/{number}")


def test_a_key_and_its_streams_replay() -> None:
    """Issued twice, live, rotated while live, forgotten, ended too late, run out, revoked."""
    by, start, later = manager_of("ana"), last_position(), NOW + dt.timedelta(hours=2)
    start = last_position()
    desk: dict[str, Any] = {"org_id": by.org_id, "show_id": 7, "by": by}
    key = actions.issue_stream_key(**desk, room_code=ROOMS[7], now=NOW)
    assert actions.issue_stream_key(**desk, room_code=ROOMS[7], now=later) == key
    grant = PublishGrant(by.org_id, 7, ROOMS[7], key.id)
    first, second = _began(grant, 1, now=NOW), _began(grant, 2, now=later)
    actions.record_stream_started(first)
    actions.record_stream_started(first)
    rotated = actions.rotate_stream_key(**desk, now=later)
    actions.record_stream_started(second)
    late = StreamOver(first.session_id, grant, later, "lost", 5, 6)
    actions.record_stream_ended(late)
    actions.record_stream_ended(
        StreamOver(second.session_id, grant, later, "revoked", 123_456_789, 7_200_000)
    )
    books = _assert_replayed(start, by.org_id, now=later)
    assert books.current == {7: rotated.id}
    assert [stream.reason for stream in books.streams.values()] == ["forgotten", "revoked"]
    renewed = actions.issue_stream_key(**desk, room_code=ROOMS[7], now=later + LONG)
    assert renewed.id not in (key.id, rotated.id)
    books = _assert_replayed(start, by.org_id, now=later + LONG)
    assert books.keys[rotated.id].ended_at == later + LONG
    actions.revoke_stream_key(**desk, now=later + LONG)
    with pytest.raises(NoSuchStreamKey):
        actions.revoke_stream_key(**desk, now=later + LONG)
    assert _assert_replayed(start, by.org_id, now=later + LONG).current == {}
    seen = {told.CodeSeen, told.TextSeen, told.PictureTroubled, told.PictureMended}
    assert {type(entry.fact) for entry in read(start)} == FOLDED - seen


def test_what_the_eyes_saw_replays(tmp_path: Path, settings: Any) -> None:
    """Codes of our own and others', troubles that end by themselves and with the stream."""
    settings.KAIBO_RECORDINGS = tmp_path
    settings.KAIBO_PUBLIC_URL = "https://live.example.com"
    by = manager_of("ana")
    start = last_position()
    desk: dict[str, Any] = {"org_id": by.org_id, "show_id": 7, "by": by}
    key = actions.issue_stream_key(**desk, room_code=ROOMS[7], now=NOW)
    began = _began(PublishGrant(by.org_id, 7, ROOMS[7], key.id), 1, now=NOW)
    (tmp_path / began.recording).mkdir(parents=True)
    actions.record_stream_started(began)
    its: dict[str, Any] = {"session_id": began.session_id}
    steps: list[list[Trouble]] = [["black"], ["black", "silent"], ["silent"], ["frozen"]]
    for second, text in enumerate(["https://live.example.com/", "https://x.top/", "", "x" * 9]):
        now = NOW + dt.timedelta(seconds=second)
        if text:
            actions.record_code(**its, text=text, jpeg=text.encode(), now=now)
        actions.record_text(**its, text=LURES[second], jpeg=b"x", now=now)
        actions.set_troubles(**its, kinds=steps[second], now=now)
    actions.shut_eyes(now=now)
    over = StreamOver(began.session_id, began.grant, now, "lost", 5, 6)
    actions.record_stream_ended(over)
    actions.set_troubles(**its, kinds=["black"], now=now)
    assert actions.record_code(**its, text="late", jpeg=b"late", now=now) is None
    books = _assert_replayed(start, by.org_id, now=now)
    codes = [one.is_own for one in books.seen.values() if one.kind == "code"]
    assert (codes, len(books.seen)) == ([True, False, False], 7)
    kinds_told = [one.kind for one in books.troubles.values()]
    assert kinds_told == ["black", "silent", "frozen", "unwatched"]
    assert all(one.over_at for one in books.troubles.values())


class Studio:
    """A shop, its encoders, and every secret that was ever right."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.by = chance, manager_of("ana")
        self.secrets: list[tuple[str, str]] = []
        self.live: list[StreamBegan] = []

    def act(self, *, now: dt.datetime) -> Callable[[], object]:
        """One of everything that can be done, to something it can be done to."""
        show_id = self.chance.choice(list(ROOMS))
        org_id = self.chance.choice([self.by.org_id] * 9 + [self.by.org_id + 1])
        desk: dict[str, Any] = {"org_id": org_id, "show_id": show_id, "by": self.by, "now": now}
        verbs: list[Callable[[], object]] = [
            *[partial(self._issue, show_id, now=now)] * 2,
            partial(self._rotate, desk),
            partial(
                self.chance.choice([actions.revoke_stream_key, actions.end_stream_key]), **desk
            ),
            *[partial(self._start, now=now)] * 4,
            *[partial(self._stop, now=now)] * 3,
            partial(actions.end_forgotten_streams, now=now),
        ]
        return self.chance.choice(verbs)

    def _issue(self, show_id: int, *, now: dt.datetime) -> None:
        desk: dict[str, Any] = {"org_id": self.by.org_id, "show_id": show_id, "by": self.by}
        self._keep(actions.issue_stream_key(**desk, room_code=ROOMS[show_id], now=now))

    def _rotate(self, desk: dict[str, Any]) -> None:
        self._keep(actions.rotate_stream_key(**desk))

    def _keep(self, view: reads.StreamKeyView) -> None:
        self.secrets.append((view.room_code, view.key.partition("?key=")[2]))

    def _start(self, *, now: dt.datetime) -> None:
        room_code, secret = self.chance.choice([*self.secrets[-4:], (ROOMS[7], "0" * 32)])
        grant = reads.check_publish(room_code, secret, now=now)
        self.live.append(_began(grant, len(self.live), now=now))
        actions.record_stream_started(self.chance.choice(self.live[-2:]))

    def _stop(self, *, now: dt.datetime) -> None:
        if self.live:
            of = self.chance.choice(self.live[-4:])
            reason = self.chance.choice(["finished", "lost", "idle", "taken_over", "broken"])
            length = self.chance.randrange(10**10), self.chance.randrange(10**7)
            actions.record_stream_ended(StreamOver(of.session_id, of.grant, now, reason, *length))


@pytest.mark.parametrize("seed", range(4))
def test_keys_and_streams_replay_after_any_history(seed: int) -> None:
    studio = Studio(Random(seed))
    start, now, refused = last_position(), NOW, 0
    for _ in range(150):
        now += LONG if studio.chance.random() < 0.04 else dt.timedelta(minutes=7)
        try:
            studio.act(now=now)()
        except Refusal:
            refused += 1
    books = _assert_replayed(start, studio.by.org_id, now=now)
    seen = {told.CodeSeen, told.TextSeen, told.PictureTroubled, told.PictureMended}
    assert {type(entry.fact) for entry in read(start)} == FOLDED - seen
    assert len(books.keys) > 5
    assert len(books.streams) > 5
    assert refused > 5
