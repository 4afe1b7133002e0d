"""Facts of packs and profiles replayed equal the tables."""

import datetime as dt
import hashlib
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.compliance import actions
from kaibo.compliance.actions import WordEntry
from kaibo.compliance.models import PackVersion, Profile
from kaibo.compliance.tests.test_added import pack
from kaibo.compliance.tests.test_controls import MERCHANT
from kaibo.facts import compliance as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, read

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset({told.PackLoaded, told.ProfileAnswered})


class Books:
    """What the facts alone say; texts stay with their versions."""

    def __init__(self) -> None:
        self.packs: dict[tuple[int, str, int], tuple[str, int]] = {}
        self.answers: dict[int, dict[str, bool]] = {}

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.PackLoaded() as fact:
                key = (entry.org_id, fact.family, fact.number)
                assert key not in self.packs, "a version is told once"
                self.packs[key] = (fact.sha256, fact.again)
            case told.ProfileAnswered() as fact:
                self.answers[entry.org_id] = fact.answers


@pytest.mark.parametrize("seed", range(2))
def test_replay_equals_the_tables(seed: int) -> None:
    chance, shops = Random(seed), [manager_of("ana"), manager_of("dai")]
    for step in range(80):
        by, now = chance.choice(shops), NOW + dt.timedelta(seconds=20 * step)
        number = chance.choice([0, 1, 2, 3])
        answers = {name: chance.random() < 0.7 for name in MERCHANT}
        word = WordEntry(words=(f"禁词{step}",))
        common: dict[str, Any] = {"by": by, "now": now}
        acts = (
            partial(actions.save_pack, source=pack(version=str(step)), number=number, **common),
            partial(actions.undo_pack, family="DY", number=number, **common),
            partial(actions.withdraw_pack, family="DY", number=number, **common),
            partial(actions.save_words, entries=[word], number=number, **common),
            partial(actions.answer_profile, answers=answers, **common),
        )
        with suppress(Refusal):
            chance.choice(acts)()
    books = Books()
    for entry in read(limit=10_000):
        books.replay(entry)
    rows = PackVersion.objects.all()
    assert books.packs == {
        (row.organisation_id, row.family, row.number): (row.sha256, row.again or 0) for row in rows
    }
    digests = [hashlib.sha256(row.source.encode()).hexdigest() for row in rows if row.source]
    assert digests == [row.sha256 for row in rows if row.source]
    assert len(rows) > 4
    assert books.answers == {row.organisation_id: row.answers for row in Profile.objects.all()}
