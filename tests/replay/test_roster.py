"""Facts of rosters replayed equal what their reads say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import roster as told
from kaibo.facts.base import Fact
from kaibo.hosts import actions as hosts
from kaibo.hosts.actions import HostSpec
from kaibo.hosts.tests.people import id_number, picture, stand
from kaibo.journal.reads import Entry, Position, last_position, read
from kaibo.preflight.tests.ready import make_ready
from kaibo.roster import actions, reads

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

FOLDED: frozenset[type[Fact]] = frozenset(
    {told.RosterChanged, told.RosterSent, told.PersonChecked, told.CheckPhotosForgotten}
)


@dataclass
class Books:
    """Who appears beside the host, what was sent, and the checks, as the facts alone tell it."""

    guests: dict[int, str] = field(default_factory=dict)
    sent: list[tuple[int, str]] = field(default_factory=list)
    last: dict[int, told.PersonChecked] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.RosterChanged() as changed:
                self.guests = {one.host_id: one.part for one in changed.guests}
            case told.RosterSent() as sent:
                self.sent.insert(0, (sent.number, sent.digest))
            case told.PersonChecked() as checked:
                self.last[checked.host_id] = checked
            case told.CheckPhotosForgotten() as forgotten:
                self.forgotten |= set(forgotten.check_ids)
            case _:
                assert not entry.tag.startswith("roster."), f"no page for {entry.tag}"


def _since(start: Position) -> tuple[Books, set[type[Fact]]]:
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    return books, {type(entry.fact) for entry in entries} & FOLDED


@pytest.mark.parametrize("seed", range(3))
def test_a_roster_replays_after_any_history(seed: int) -> None:
    chance, start = Random(seed), last_position()
    plan, desk = make_ready(now=NOW)
    show: dict[str, Any] = {"show_id": plan.show.id, "by": desk.by}
    ids = [plan.show.host_id]
    for number in range(2):
        spec = HostSpec(name=f"嘉宾{number}", stage_name=f"嘉宾{number}", part="guest")
        ids.append(hosts.add_host(spec=spec, by=desk.by, now=NOW).id)
        stand(ids[-1], id_number(dt.date(1990, 1, 2), number), by=desk.by, now=NOW)
    for minutes in range(60):
        now = NOW + dt.timedelta(minutes=minutes)
        try:
            match chance.randrange(3):
                case 0:
                    some = chance.sample(ids[1:], chance.randrange(3))
                    named = [(id, chance.choice(["guest", "host"])) for id in some]
                    actions.set_guests(**show, guests=named, now=now)  # type: ignore[arg-type]
                case 1:
                    actions.send_roster(**show, sent_to="平台", receipt="", now=now)
                case _:
                    verdict: Any = chance.choice(["match", "mismatch"])
                    actions.check_person(
                        **show, host_id=chance.choice(ids), photo=picture("pink"),
                        result=verdict, note="", now=now,
                    )  # fmt: skip
        except Refusal:
            continue
    later = NOW + dt.timedelta(days=30, minutes=30)
    actions.forget_check_photos(now=later)
    books, kinds = _since(start)
    view = reads.roster(plan.org_id, plan.show.id, now=later)
    assert {one.person.id: one.part for one in view.people if not one.is_planned} == books.guests
    assert [(one.number, one.digest) for one in view.sent] == books.sent
    for one in view.people:
        last = books.last.get(one.person.id)
        assert (one.check is None) == (last is None)
        if one.check is not None and last is not None:
            assert (one.check.id, one.check.result, one.check.portrait_id) == (
                last.check_id, last.result, last.portrait_id,
            )  # fmt: skip
            assert one.check.has_photo == (last.check_id not in books.forgotten)
    assert kinds == FOLDED
