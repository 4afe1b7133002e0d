"""Facts of patrol replayed equal what its tables say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.compliance.tests.words import say
from kaibo.facts import patrol as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, Position, last_position, read
from kaibo.patrol import actions
from kaibo.patrol.models import Duty, Grade, KeyMark, Look, Post, Tally, Terms
from kaibo.patrol.tests.scene import NOW, Scene, make_scene
from kaibo.preflight.actions import close_show

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_lake")]

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PatrolTermsSet,
        told.ShowTallied,
        told.RoomGraded,
        told.KeyRoomNamed,
        told.KeyRoomUnnamed,
        told.DutyBegan,
        told.DutyEnded,
        told.PatrollerNamed,
        told.ShowAdmitted,
        told.RoomRegraded,
        told.PatrollerLost,
        told.PatrollerBack,
        told.LookBegan,
        told.LookEnded,
    }
)


@dataclass
class PostPage:
    """One show's patrol, as the facts alone tell it."""

    patroller: int | None = None
    letter: str = ""
    whys: list[str] = field(default_factory=list)
    since: dt.datetime | None = None
    was_key: bool = False
    lost: str = ""

    def stand(self, letter: str, whys: tuple[str, ...], *, at: dt.datetime) -> None:
        """A grade, and why it is a key room."""
        self.since = (self.since or at) if whys else None
        self.letter, self.whys = letter, list(whys)
        self.was_key = self.was_key or bool(whys)


@dataclass
class Books:
    """Everything of patrol, as the facts alone tell it."""

    terms: tuple[str, int] = ("auto", 20)
    tallies: dict[int, int] = field(default_factory=dict)
    grades: dict[tuple[int, dt.date], tuple[Any, ...]] = field(default_factory=dict)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    duties: dict[int, tuple[int, dt.datetime, dt.datetime | None, bool]] = field(
        default_factory=dict
    )
    posts: dict[int, PostPage] = field(default_factory=dict)
    looks: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.PatrolTermsSet() as fact:
                self.terms = (fact.staffing, fact.rooms_per_moderator)
            case told.ShowTallied(visitors=visitors) if entry.show_id is not None:
                self.tallies[entry.show_id] = visitors
            case told.RoomGraded() as fact:
                inputs = msgspec.to_builtins(fact.inputs)
                self.grades[fact.host_id, fact.on] = (
                    fact.formula, inputs, fact.score, fact.letter, fact.size, fact.is_large,
                    fact.before,
                )  # fmt: skip
            case told.KeyRoomNamed(host_id=host_id, reason=reason):
                self.marks.append((host_id, reason, ""))
            case told.KeyRoomUnnamed(host_id=host_id, reason=reason):
                assert self.marks[-1][::2] == (host_id, "")
                self.marks[-1] = (*self.marks[-1][:2], reason)
            case told.DutyBegan(duty_id=id, person_id=person_id):
                self.duties[id] = (person_id, entry.at, None, False)
            case told.DutyEnded(duty_id=id, lapsed=lapsed):
                person_id, began, ended, _ = self.duties[id]
                assert ended is None
                self.duties[id] = (person_id, began, entry.at, lapsed)
            case told.LookBegan() as fact:
                chances = [list(pair) for pair in fact.chances]
                self.looks[fact.look_id] = (entry.show_id, fact.person_id, fact.seed, chances, "")
            case told.LookEnded(look_id=id, result=result):
                assert self.looks[id][-1] == ""
                self.looks[id] = (*self.looks[id][:-1], result)
            case fact if entry.show_id is not None and entry.tag.startswith("patrol."):
                self._replay_post(fact, self.posts.setdefault(entry.show_id, PostPage()), entry.at)
            case _:
                assert not entry.tag.startswith("patrol."), f"no page for {entry.tag}"

    def _replay_post(self, fact: Fact, page: PostPage, at: dt.datetime) -> None:
        match fact:
            case told.PatrollerNamed(person_id=person_id):
                page.patroller = person_id
            case told.ShowAdmitted(letter=letter, key_whys=whys):
                page.stand(letter, whys, at=at)
            case told.RoomRegraded(letter=letter, key_whys=whys):
                page.stand(letter, whys, at=at)
            case told.PatrollerLost(step=step):
                assert (page.lost, step) in {("", "alert"), ("alert", "limit")}
                page.lost = step
            case told.PatrollerBack(person_id=person_id):
                assert page.lost
                assert person_id == page.patroller
                page.lost = ""
            case _:
                raise AssertionError(f"no page for {fact}")


def _since(start: Position) -> tuple[Books, set[type[Fact]]]:
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    return books, {type(entry.fact) for entry in entries} & FOLDED


def _stored() -> Books:
    terms = Terms.objects.first()
    return Books(
        terms=(terms.staffing, terms.rooms_per_moderator) if terms else ("auto", 20),
        tallies=dict(Tally.objects.values_list("show_id", "visitors")),
        grades={
            (row.host_id, row.on): (
                row.formula, row.inputs, row.score, row.letter, row.size, row.is_large, row.before,
            )
            for row in Grade.objects.all()
        },
        marks=list(
            KeyMark.objects.order_by("pk").values_list("host_id", "reason", "lifted_reason")
        ),
        duties={
            row.pk: (row.person_id, row.began_at, row.ended_at, row.lapsed)
            for row in Duty.objects.all()
        },
        posts={
            row.show_id: PostPage(
                row.patroller_id, row.letter, row.key_whys, row.key_since, row.was_key, row.lost
            )
            for row in Post.objects.all()
        },
        looks={
            row.pk: (row.show_id, row.person_id, row.seed, row.chances, row.result)
            for row in Look.objects.all()
        },
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_patrol_replays_after_any_history(seed: int) -> None:
    chance, start = Random(seed), last_position()
    scene = make_scene()
    people = [scene.patroller("one"), scene.patroller("two")]
    scene.open()
    now = NOW
    for _ in range(150):
        now += dt.timedelta(seconds=chance.randrange(1, 150))
        try:
            _do(chance, scene, chance.choice(people), now=now)
        except Refusal:
            continue
        finally:
            actions.watch_key_rooms(now=now)
            actions.end_silent_duties(now=now)
    say(scene.by, "S1", show_id=scene.show_id, now=now)
    actions.lapse_looks(now=now + dt.timedelta(hours=1))
    close_show(**scene.show, by=scene.by, now=now)
    for days in (1, 2):
        actions.keep_grades(now=now + dt.timedelta(days=days))
    books, kinds = _since(start)
    assert books == _stored()
    assert kinds == FOLDED


def _do(chance: Random, scene: Scene, by: Actor, *, now: dt.datetime) -> None:
    match chance.choice(
        ["beat"] * 6 + ["leave", "look", "look", "sign", "sign", "name", "key", "terms"]
    ):
        case "beat":
            actions.beat(by=by, now=now)
        case "leave":
            actions.leave_duty(by=by, now=now)
        case "look":
            actions.next_look(by=by, now=now, seed=str(chance.random()))
        case "sign":
            mine = Look.objects.filter(person_id=by.id, result="").first()
            result: Any = chance.choice(["nothing", "found"])
            if mine is not None:
                actions.sign_look(look_id=mine.pk, result=result, note="看过", by=by, now=now)
        case "name":
            actions.beat(by=by, now=now)
            actions.name_patroller(show_id=scene.show_id, person_id=by.id, by=scene.by, now=now)
        case "key":
            verb = chance.choice(
                [actions.name_key_room, actions.name_key_room, actions.unname_key_room]
            )
            verb(host_id=scene.host_id, reason="理由", by=scene.by, now=now)
        case _:
            actions.set_patrol_terms(
                staffing=chance.choice(["auto", "on", "off"]),
                rooms_per_moderator=chance.randrange(1, 30), by=scene.by, now=now,
            )  # fmt: skip
