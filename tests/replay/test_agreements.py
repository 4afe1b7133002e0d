"""Facts of published rules and contracts replayed equal what their reads say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from kaibo.agreements import actions, reads
from kaibo.agreements.reads.contracts import clauses_of
from kaibo.agreements.rules import CLAUSES, KINDS
from kaibo.agreements.tests.ready import contracted, publish
from kaibo.base.errors import Refusal
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.facts import agreements as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, Position, last_position, read

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.RulesPublished,
        told.RulesAcknowledged,
        told.OpinionLeft,
        told.ContractRecorded,
        told.ContractEnded,
    }
)


@dataclass
class Books:
    """Versions, notes and opinions as the facts alone tell them."""

    versions: dict[int, told.RulesPublished] = field(default_factory=dict)
    noted: dict[int, dt.datetime] = field(default_factory=dict)
    opinions: dict[int, set[int]] = field(default_factory=dict)
    contracts: dict[int, told.ContractRecorded] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.RulesPublished() as published:
                assert published.effective_at >= entry.at
                self.versions[published.version_id] = published
            case told.RulesAcknowledged(version_id=id):
                assert id not in self.noted, "a note is taken once"
                self.noted[id] = entry.at
            case told.OpinionLeft(version_id=id, opinion_id=opinion):
                self.opinions.setdefault(id, set()).add(opinion)
            case told.ContractRecorded(contract_id=id) as recorded:
                self.contracts[id] = recorded
            case told.ContractEnded(contract_id=id):
                assert id in self.contracts
                self.ended.add(id)
            case _:
                assert not entry.tag.startswith("agreements."), f"no page for {entry.tag}"


def assert_books_equal_tables(org_id: int, start: Position) -> None:
    """Every fact since then replayed, against every row."""
    books = Books()
    entries = read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    seen = reads.desk_rules(org_id, now=NOW + dt.timedelta(days=60)).versions
    cards = [one.card for one in seen]
    assert {
        card.id: (card.kind, card.number, card.impact, card.digest, card.effective_at)
        for card in cards
    } == {
        id: (fact.kind, fact.number, fact.impact, fact.digest, fact.effective_at)
        for id, fact in books.versions.items()
    }
    assert {one.card.id: one.acknowledged_at for one in seen if one.acknowledged_at} == books.noted
    assert {one.card.id: one.opinions for one in seen if one.opinions} == {
        id: len(numbers) for id, numbers in books.opinions.items()
    }
    kept = reads.contracts(org_id)
    assert {one.id: (clauses_of(one), one.since_on, one.until_on) for one in kept} == {
        id: (fact.clauses, fact.since_on, fact.until_on) for id, fact in books.contracts.items()
    }
    assert {one.id for one in kept if one.ended_at} == books.ended
    assert {type(entry.fact) for entry in entries} & FOLDED == FOLDED


@pytest.mark.parametrize("seed", range(3))
def test_rules_replay_after_any_history(seed: int) -> None:
    chance, start, ana = Random(seed), last_position(), Desk(manager_of("ana").org_id).by
    ids, signed = [0], [0]
    numbers = dict.fromkeys(KINDS, 0)
    for day in range(60):
        now = NOW + dt.timedelta(days=day)
        try:
            match chance.randrange(5):
                case 0:
                    kind: Any = chance.choice(list(KINDS))
                    impact = chance.choice(["minor", "major"])
                    made = publish(
                        by=ana, now=now, kind=kind, number=numbers[kind], impact=impact,
                        effective_at=now + dt.timedelta(days=chance.choice([0, 7, 20])),
                    )  # fmt: skip
                    numbers[kind] = made.number
                    ids.append(made.id)
                case 1:
                    actions.acknowledge_rules(version_id=chance.choice(ids), by=ana, now=now)
                case 2:
                    clauses: Any = {f"has_{name}": chance.random() < 0.7 for name in CLAUSES}
                    signed.append(contracted(by=ana, now=now, **clauses).id)
                case 3:
                    actions.end_contract(contract_id=chance.choice(signed), by=ana, now=now)
                case _:
                    actions.leave_opinion(
                        version_id=chance.choice(ids), text="意见", network="", now=now
                    )
        except Refusal:
            continue
    assert_books_equal_tables(ana.org_id, start)
