"""Facts of the blacklist replayed equal its entries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest

from kaibo.base.errors import Refusal
from kaibo.compliance import actions, reads
from kaibo.compliance.tests.conftest import NOW, manager_of
from kaibo.compliance.tests.test_blacklist import SPEC
from kaibo.facts import compliance as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {told.ListingMade, told.ListingAppealed, told.ListingAnswered, told.ListingEnded}
)

_Entry = tuple[str, dt.datetime, dt.datetime, str, dt.datetime | None, int | None]


def _replayed(org_id: int) -> dict[int, _Entry]:
    book: dict[int, _Entry] = {}
    for entry in read(limit=10_000):
        if entry.org_id != org_id:
            continue
        match entry.fact:
            case told.ListingMade(listing_id=id, who=who, ends_at=ends_at):
                book[id] = (who, entry.at, ends_at, "listed", None, None)
            case told.ListingAppealed(listing_id=id):
                assert book[id][3] == "listed"
                book[id] = (*book[id][:3], "appealed", entry.at, None)
            case told.ListingAnswered(listing_id=id, is_upheld=is_upheld):
                assert book[id][3] == "appealed"
                state = "upheld" if is_upheld else "removed"
                who_answered = int(entry.actor.removeprefix("person:"))
                book[id] = (*book[id][:3], state, book[id][4], who_answered)
            case told.ListingEnded(listing_id=id):
                assert book[id][3] != "removed"
                book[id] = (*book[id][:3], "ended", *book[id][4:])
            case _:
                pass
    return book


@pytest.mark.parametrize("seed", range(2))
def test_the_blacklist_replays_after_any_history(seed: int) -> None:
    """Listed, appealed, answered by the right and the wrong, and ended by time."""
    chance, ana = Random(seed), manager_of("ana")
    people, now, ids = [ana, replace(ana, id=2)], NOW, [0]
    refused = set[str]()
    for _ in range(200):
        now += dt.timedelta(hours=chance.randrange(1, 30))
        by, id = chance.choice(people), chance.choice(ids)
        try:
            match chance.choice(["list", "appeal", "answer", "answer", "end"]):
                case "list":
                    ends_at = now + dt.timedelta(days=chance.randrange(20, 90))
                    spec = replace(SPEC, ends_at=ends_at)
                    ids.append(actions.add_listing(spec=spec, by=by, now=now).id)
                case "appeal":
                    actions.appeal_listing(listing_id=id, appeal="不属实", by=by, now=now)
                case "answer":
                    is_upheld = chance.random() < 0.5
                    actions.answer_appeal(
                        listing_id=id, is_upheld=is_upheld, answer="复核", by=by, now=now
                    )
                case "end":
                    actions.end_due_listings(now=now)
        except Refusal as refusal:
            refused.add(refusal.code)
    stored = {
        view.id: (
            view.who, view.starts_at, view.ends_at, view.state, view.appealed_at, view.answered_by,
        )
        for view in reads.listings(ana.org_id)
    }  # fmt: skip
    assert _replayed(ana.org_id) == stored
    assert {row[3] for row in stored.values()} >= {"ended", "removed"}
    assert len(refused) >= 2
