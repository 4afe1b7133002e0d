"""Facts of decisions replayed equal the decisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest

from kaibo.base.errors import Refusal
from kaibo.compliance import actions, reads
from kaibo.compliance.tests.conftest import NOW, manager_of
from kaibo.compliance.tests.test_sanctions import NOTICE, SPEC
from kaibo.facts import compliance as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.SanctionDecided,
        told.SanctionSeconded,
        told.SanctionAppealed,
        told.SanctionAnswered,
        told.SanctionEnded,
    }
)


def _replayed(org_id: int) -> dict[int, dict[str, object]]:
    book: dict[int, dict[str, object]] = {}
    for entry in read(limit=10_000):
        if entry.org_id != org_id:
            continue
        match entry.fact:
            case told.SanctionDecided(sanction_id=id, is_whole=is_whole) as fact:
                book[id] = {
                    "who": fact.who,
                    "host_id": fact.host_id,
                    "measure": fact.measure,
                    "law": fact.law,
                    "article": fact.article,
                    "finding_ids": fact.finding_ids,
                    "starts_at": fact.starts_at,
                    "ends_at": fact.ends_at,
                    "state": "decided" if is_whole else "asked",
                    "confirmed_by": None,
                    "answered_by": None,
                }
                assert fact.is_ordered
            case told.SanctionSeconded(sanction_id=id, is_confirmed=is_confirmed):
                assert book[id]["state"] == "asked"
                by = int(entry.actor.removeprefix("person:"))
                book[id] |= (
                    {"state": "decided", "confirmed_by": by}
                    if is_confirmed
                    else {"state": "dropped"}
                )
            case told.SanctionAppealed(sanction_id=id):
                assert book[id]["state"] == "decided"
                book[id]["state"] = "appealed"
            case told.SanctionAnswered(sanction_id=id, is_upheld=is_upheld):
                assert book[id]["state"] == "appealed"
                by = int(entry.actor.removeprefix("person:"))
                book[id] |= {"state": "upheld" if is_upheld else "lifted", "answered_by": by}
            case told.SanctionEnded(sanction_id=id):
                state = "dropped" if book[id]["state"] == "asked" else "ended"
                book[id]["state"] = state
            case _:
                pass
    return book


@pytest.mark.parametrize("seed", range(2))
def test_decisions_replay_after_any_history(seed: int) -> None:
    """Decided, confirmed, appealed, answered by the right and the wrong, and ended by time."""
    chance, ana = Random(seed), manager_of("ana")
    people, now, ids = [replace(ana, id=n) for n in (1, 2, 3)], NOW, [0]
    refused = set[str]()
    for _ in range(200):
        now += dt.timedelta(hours=chance.randrange(1, 30))
        by, id = chance.choice(people), chance.choice(ids[-4:])
        try:
            match chance.choice(
                ["decide", "confirm", "refuse", "appeal", "answer", "answer", "end"]
            ):
                case "decide":
                    days = dt.timedelta(days=chance.randrange(10, 60))
                    measure = chance.choice(["warn", "timed_stop", "close_account"])
                    spec = replace(
                        SPEC, measure=measure, starts_at=now, ends_at=now + days, **NOTICE
                    )
                    ids.append(actions.decide_sanction(spec=spec, by=by, now=now).id)
                case "confirm":
                    actions.confirm_sanction(sanction_id=id, by=by, now=now)
                case "refuse":
                    actions.refuse_sanction(sanction_id=id, by=by, now=now)
                case "appeal":
                    actions.appeal_sanction(sanction_id=id, appeal="不属实", by=by, now=now)
                case "answer":
                    is_upheld = chance.random() < 0.5
                    actions.answer_sanction(
                        sanction_id=id, is_upheld=is_upheld, answer="复核", by=by, now=now
                    )
                case "end":
                    actions.end_due_sanctions(now=now)
        except Refusal as refusal:
            refused.add(refusal.code)
    replayed = _replayed(ana.org_id)
    stored = {
        view.id: {name: getattr(view, name) for name in replayed[view.id]}
        for view in reads.sanctions(ana.org_id, now=now).sanctions
    }
    assert replayed == stored
    assert {row["state"] for row in stored.values()} >= {"ended", "lifted", "dropped"}
    assert len(refused) >= 2
