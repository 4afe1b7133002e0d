"""Facts of hosts replayed equal what their reads say, though no fact names anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.access.actions import add_person
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import Refusal
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import hosts as told
from kaibo.facts.base import Fact
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostSpec
from kaibo.hosts.errors import IdentityMismatch
from kaibo.hosts.tests.people import id_number
from kaibo.journal.reads import Entry, Position, last_position, read

pytestmark = pytest.mark.django_db

ADULT = id_number(dt.date(1995, 3, 8))
MINOR = id_number(dt.date(2010, 1, 5))
CHILD = id_number(dt.date(2011, 1, 5))
ALL_METHODS: tuple[actions.Method, ...] = ("document", "in_person", "provider")

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.HostAdded,
        told.HostChanged,
        told.HostVerified,
        told.HostIdentityRefused,
        told.GuardianConsented,
    }
)


@dataclass(frozen=True)
class Person:
    """A host as the facts alone tell it."""

    person_id: int | None
    has_id_number: bool
    verified_at: dt.datetime | None = None
    verified_by: int | None = None
    method: str = ""
    guardian_consent_at: dt.datetime | None = None


@dataclass
class Books:
    """Every host, and how often a document was somebody else's."""

    hosts: dict[int, Person] = field(default_factory=dict)
    mismatches: int = 0

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.HostAdded() as added:
                self.hosts[added.host_id] = Person(added.person_id, added.has_id_number)
            case told.HostChanged() as changed:
                before = self.hosts[changed.host_id]
                now = Person(changed.person_id, changed.has_id_number)
                kept = replace(
                    before, person_id=changed.person_id, has_id_number=changed.has_id_number
                )
                self.hosts[changed.host_id] = now if changed.identity_changed else kept
            case told.HostVerified() as verified:
                kind, _, number = entry.actor.partition(":")
                self.hosts[verified.host_id] = replace(
                    self.hosts[verified.host_id],
                    verified_at=entry.at,
                    verified_by=int(number) if kind == "person" else None,
                    method=verified.method,
                )
            case told.HostIdentityRefused() as refused:
                assert self.hosts[refused.host_id].has_id_number
                self.mismatches += 1
            case told.GuardianConsented() as consented:
                self.hosts[consented.host_id] = replace(
                    self.hosts[consented.host_id], guardian_consent_at=entry.at
                )
            case _:
                assert not entry.tag.startswith("hosts."), f"no page for {entry.tag}"


def _as_read(org_id: int) -> dict[int, Person]:
    return {
        host.id: Person(
            host.person_id,
            bool(host.id_number_masked),
            host.verified_at,
            host.verified_by,
            host.verification_method,
            host.guardian_consent_at,
        )
        for host in reads.hosts(org_id)
    }


def _since(start: Position) -> tuple[Books, set[type[Fact]]]:
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    return books, {type(entry.fact) for entry in entries}


def _colleague(org_id: int, username: str, role: str) -> Actor:
    person: dict[str, Any] = {"username": username, "name": username, "password": "x" * 12}
    return add_person(org_id=org_id, **person, roles=[role], now=NOW)


def test_a_host_from_first_line_to_a_new_name_replays() -> None:
    """Added without a number, given one, refused, verified, renamed, verified by the system."""
    org_id = manager_of("ana").org_id
    by, host_of = _colleague(org_id, "ana", "management"), _colleague(org_id, "bo", "host")
    start = last_position()
    host_id = actions.add_host(spec=HostSpec(name="林小满", stage_name="小满"), by=by, now=NOW).id
    change = partial(actions.change_host, host_id=host_id, by=by, now=NOW)
    verify = partial(actions.verify_host, host_id=host_id, now=NOW)
    change(changes={"id_number": MINOR, "person_id": host_of.id})
    with pytest.raises(IdentityMismatch):
        verify(id_number=ADULT, method="document", by=by)
    verify(id_number=MINOR, method="in_person", by=by)
    actions.record_guardian_consent(host_id=host_id, by=by, now=NOW + dt.timedelta(days=1))
    books, kinds = _since(start)
    assert books.hosts == _as_read(org_id)
    assert books.hosts[host_id] == Person(
        host_of.id, True, NOW, by.id, "in_person", NOW + dt.timedelta(days=1)
    )
    assert books.mismatches == 1
    assert kinds == FOLDED
    change(changes={"stage_name": "满满", "id_number": MINOR})
    assert _since(start)[0].hosts == books.hosts == _as_read(org_id), "the same person still"
    change(changes={"name": "林大满"})
    assert _since(start)[0].hosts == _as_read(org_id) == {host_id: Person(host_of.id, True)}
    verify(id_number=MINOR, method="provider", by=SYSTEM(org_id))
    assert _since(start)[0].hosts == _as_read(org_id)


def _verbs(
    chance: Random, by: Actor, ids: list[int], *, now: dt.datetime
) -> list[Callable[[], Any]]:
    """What a shop may try next; half of it is refused."""
    number = chance.choice([ADULT, ADULT, MINOR, MINOR, CHILD, "", "110"])
    person_id = chance.choice([None, by.id, 10**9])
    doer = chance.choice([by, SYSTEM(by.org_id)])
    spec = HostSpec(name=chance.choice(["林", ""]), stage_name="满", id_number=number)
    one: dict[str, Any] = {"host_id": chance.choice([*ids, 0]), "now": now}
    changes: list[actions.HostChanges] = [
        {"name": chance.choice(["林", "李"])},
        {"id_number": number},
        {"person_id": person_id},
        {"stage_name": "小满", "avatar_url": "https://example.com/a.png"},
    ]
    document: dict[str, Any] = {"id_number": number, "method": chance.choice(ALL_METHODS)}
    return [
        partial(actions.add_host, spec=spec, by=by, now=now),
        *[partial(actions.change_host, **one, changes=chance.choice(changes), by=by)] * 3,
        *[partial(actions.verify_host, **one, **document, by=doer)] * 3,
        partial(actions.record_guardian_consent, **one, by=by),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_hosts_replay_after_any_history(seed: int) -> None:
    chance, org_id = Random(seed), manager_of("ana").org_id
    by, start = _colleague(org_id, "ana", "management"), last_position()
    done = mismatches = 0
    for hours in range(150):
        verbs = _verbs(chance, by, list(_as_read(org_id))[:4], now=NOW + dt.timedelta(hours=hours))
        try:
            chance.choice(verbs)()
            done += 1
        except Refusal as refusal:
            mismatches += isinstance(refusal, IdentityMismatch)
    books, kinds = _since(start)
    assert books.hosts == _as_read(org_id)
    assert books.mismatches == mismatches > 0
    assert kinds == FOLDED
    assert done > 40
