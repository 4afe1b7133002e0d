"""The facts of papers, cards and judgements of goods bring the tables back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from kaibo.catalog import actions
from kaibo.catalog.actions import OwnEntry, PaperSpec, ProductSpec
from kaibo.catalog.errors import GoodsBanned
from kaibo.catalog.models import CardFact, GoodsJudgement, ListVersion, Paper
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import catalog as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Position, last_position, read

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PaperAdded,
        told.PaperAccepted,
        told.PaperRefused,
        told.CardFactsSet,
        told.NegativeListSaved,
        told.GoodsJudged,
    }
)
PAPER = (
    "product_id", "kind", "number", "issuer", "valid_from", "valid_to", "sha256", "price_fen",
    "sku_id",
)  # fmt: skip
JUDGED = ("subject_kind", "subject_id", "step", "list_version", "entry", "matched")


@dataclass
class Notes:
    """What stands beside the products of one shop."""

    papers: dict[int, tuple[object, ...]] = field(default_factory=dict)
    cards: dict[int, dict[str, str]] = field(default_factory=dict)
    lists: dict[int, tuple[int, str]] = field(default_factory=dict)
    judgements: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def replay(self, fact: Fact) -> None:
        """Let one fact happen."""
        match fact:
            case told.PaperAdded():
                about = tuple(getattr(fact, name) for name in PAPER)
                self.papers[fact.paper_id] = (*about, "", "")
            case told.PaperAccepted():
                self.papers[fact.paper_id] = (*self.papers[fact.paper_id][:-2], "accepted", "")
            case told.PaperRefused():
                judged = ("refused", fact.reason)
                self.papers[fact.paper_id] = (*self.papers[fact.paper_id][:-2], *judged)
            case told.CardFactsSet():
                self.cards[fact.product_id] = dict(fact.facts)
            case told.NegativeListSaved():
                self.lists[fact.number] = (fact.entries, fact.sha256)
            case told.GoodsJudged():
                self.judgements[fact.judgement_id] = tuple(getattr(fact, name) for name in JUDGED)


def replayed(start: Position) -> Notes:
    notes = Notes()
    for entry in read(start, limit=100):
        notes.replay(entry.fact)
    return notes


def as_read(org_id: int) -> Notes:
    """The same from the tables."""
    notes = Notes()
    for paper in Paper.objects.filter(organisation_id=org_id):
        about = tuple(getattr(paper, name) for name in PAPER)
        notes.papers[paper.pk] = (*about, paper.verdict, paper.reason)
    for card in CardFact.objects.filter(organisation_id=org_id):
        notes.cards.setdefault(card.product_id, {})[card.field] = card.text
    for version in ListVersion.objects.filter(organisation_id=org_id):
        notes.lists[version.number] = (len(version.entries), version.sha256)
    for row in GoodsJudgement.objects.filter(organisation_id=org_id):
        notes.judgements[row.pk] = tuple(getattr(row, name) for name in JUDGED)
    return notes


def test_papers_replay() -> None:
    """Added, accepted and taken back; refused at once; still waiting."""
    by, start = manager_of("ana"), last_position()
    made: dict[str, Any] = {"by": by, "now": NOW}
    product = actions.create_product(spec=ProductSpec(code="P", title="米"), **made)
    ids = []
    for n in range(4):
        spec = PaperSpec(
            kind="ccc", number=f"202601070312345{n}", issuer="认证中心", valid_from=TODAY
        )
        ids.append(actions.add_paper(product_id=product.id, spec=spec, **made).id)
    for id in ids[:2]:
        actions.accept_paper(paper_id=id, by=replace(by, id=2), now=NOW)
    for id in ids[1:3]:
        actions.refuse_paper(paper_id=id, reason="已注销", **made)
    notes = replayed(start)
    assert notes == as_read(by.org_id)
    assert [notes.papers[id][-2] for id in ids] == ["accepted", "refused", "refused", ""]


def test_what_cards_say_replays() -> None:
    """Said, said otherwise, said again, and of another product not at all."""
    by, start = manager_of("ana"), last_position()
    made: dict[str, Any] = {"by": by, "now": NOW}
    ids = [actions.create_product(spec=ProductSpec(code=c, title=c), **made).id for c in "AB"]
    for facts in ({"maker": "某厂", "model": "M1"}, {"maker": "另一厂"}, {"maker": "另一厂"}):
        actions.set_card_facts(product_id=ids[0], facts=facts, **made)
    notes = replayed(start)
    assert notes == as_read(by.org_id)
    assert notes.cards == {ids[0]: {"maker": "另一厂"}}


def test_the_negative_list_replays() -> None:
    """Two versions, goods refused by each, and what a refusal left on record."""
    by, start = manager_of("ana"), last_position()
    entry = OwnEntry(kind="live", title_zh="活体", words=("活体宠物",), basis="平台规则")
    spec = ProductSpec(code="X", title="活体宠物")
    for number in (0, 1):
        actions.save_negative_list(entries=[entry], number=number, by=by, now=NOW)
        with pytest.raises(GoodsBanned):
            actions.create_product(spec=spec, by=by, now=NOW)
    notes = replayed(start)
    assert notes == as_read(by.org_id)
    assert (len(notes.lists), len(notes.judgements)) == (2, 2)
