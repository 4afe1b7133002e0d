"""Facts of AI-made people replayed equal what their reads say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import personas as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, last_position, read
from kaibo.personas import actions, reads
from kaibo.personas.tests.ready import cast_ready, consented, made
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PersonaMade,
        told.PersonaAssessed,
        told.ConsentGiven,
        told.ConsentWithdrawn,
        told.PersonasCast,
        told.DutyTaken,
        told.DutyLeft,
        told.DutyLost,
        told.LabelChanged,
        told.ViewersReminded,
    }
)


@dataclass
class Books:
    """AI people, their consents, a show's cast and its duty, as the facts alone tell them."""

    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    assessed: dict[int, tuple[str, dt.date | None]] = field(default_factory=dict)
    consents: dict[int, tuple[int, str, dt.date]] = field(default_factory=dict)
    cast: tuple[int, ...] = ()
    every_min: int = 0
    officer: int | None = None
    on_since: dt.datetime | None = None
    label: str | None = None
    lost: int = 0
    reminded: list[dt.datetime] = field(default_factory=list)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.PersonaMade(persona_id=id, face=face, voice=voice):
                self.people[id] = face, voice
            case told.PersonaAssessed(persona_id=id, number=number, through_on=through_on):
                self.assessed[id] = number, through_on
            case told.ConsentGiven(consent_id=id) as given:
                self.consents[id] = given.persona_id, given.part, given.until_on
            case told.ConsentWithdrawn(consent_id=id):
                del self.consents[id]
            case told.PersonasCast(persona_ids=ids, remind_every_min=every):
                self.cast, self.every_min = ids, every
            case told.ViewersReminded():
                self.reminded.append(entry.at)
            case told.DutyLost(person_id=person_id):
                assert person_id == self.officer
                self.lost += 1
            case _:
                self._replay_duty(entry)

    def _replay_duty(self, entry: Entry) -> None:
        match entry.fact:
            case told.DutyTaken(person_id=person_id):
                self.officer, self.on_since, self.label = person_id, entry.at, None
            case told.DutyLeft(person_id=person_id):
                assert person_id == self.officer
                self.officer = self.on_since = None
            case told.LabelChanged(label=label):
                assert label != self.label
                self.label = label
            case _:
                assert not entry.tag.startswith("personas."), f"no page for {entry.tag}"


@pytest.mark.parametrize("seed", range(3))
def test_ai_people_replay_after_any_history(seed: int) -> None:
    chance, start = Random(seed), last_position()
    plan, desk = make_ready(now=NOW)
    ids = [made(by=desk.by, now=NOW, name=f"小云{number}").id for number in range(2)]
    consents: list[int] = []
    for minute in range(60):
        consents += _prepare(chance, plan, desk.by, ids, consents, minute=minute)
    cast_ready(plan.show.id, by=desk.by, now=NOW)
    open_show(org_id=plan.org_id, show_id=plan.show.id, by=desk.by, now=NOW)
    for step in range(60):
        _watch(chance, plan, desk.by, now=NOW + dt.timedelta(seconds=40 * step))
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    _compare(books, plan)
    assert {type(entry.fact) for entry in entries} & FOLDED == FOLDED
    assert books.lost > 0


def _prepare(
    chance: Random, plan: Plan, by: Any, ids: list[int], consents: list[int], *, minute: int
) -> list[int]:
    now = NOW - dt.timedelta(minutes=90 - minute)
    try:
        match chance.randrange(4):
            case 0:
                part = chance.choice(["face", "voice"])
                return [consented(chance.choice(ids), part, by=by, now=now)]
            case 1 if consents:
                actions.withdraw_consent(consent_id=chance.choice(consents), by=by, now=now)
            case 2:
                actions.assess_persona(
                    persona_id=chance.choice(ids), number=f"A-{chance.randrange(3)}",
                    through_on=None, by=by, now=now,
                )  # fmt: skip
            case _:
                some = chance.sample(ids, chance.randrange(3))
                actions.cast_personas(
                    show_id=plan.show.id, persona_ids=some, remind_every_min=chance.choice([5, 9]),
                    by=by, now=now,
                )  # fmt: skip
    except Refusal:
        return []
    return []


def _watch(chance: Random, plan: Plan, by: Any, *, now: dt.datetime) -> None:
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": now}
    try:
        match chance.randrange(5):
            case 0:
                actions.take_duty(**show)
            case 1:
                actions.leave_duty(**show)
            case 2:
                label: Any = chance.choice(["on", "off", "covered"])
                actions.beat(label=label, **show)
            case _:
                actions.watch_personas(now=now)
    except Refusal:
        return


def _compare(books: Books, plan: Plan) -> None:
    seen = {one.id: one for one in reads.personas(plan.org_id, now=NOW)}
    assert {id: (one.face, one.voice) for id, one in seen.items()} == books.people
    assert {
        id: (one.assessment_no, one.assessed_through)
        for id, one in seen.items()
        if one.assessment_no
    } == books.assessed
    assert {
        consent.id: (id, consent.part, consent.until_on)
        for id, one in seen.items()
        for consent in one.consents
        if consent.withdrawn_at is None
    } == books.consents
    view = reads.show_ai(plan.org_id, plan.show.id, now=NOW)
    assert tuple(one.id for one in view.personas) == books.cast
    assert view.remind_every_min == books.every_min
    assert (view.duty.officer_id, view.duty.on_since) == (books.officer, books.on_since)
    assert view.duty.label == books.label
    gaps = [b - a for a, b in zip(books.reminded, books.reminded[1:], strict=False)]
    assert all(gap >= dt.timedelta(minutes=books.every_min) for gap in gaps)
