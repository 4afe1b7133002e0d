"""Facts of quizzes replayed equal the tables, and give again who was right."""

from __future__ import annotations

import contextlib
import datetime as dt
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import Question, QuizSpec
from kaibo.promotions.models import Draw, Quiz, QuizAnswer
from kaibo.promotions.rules.quizzes import link_answer, places_not_right, seal
from kaibo.promotions.tests.drawing import spec_of, viewer_of
from kaibo.promotions.tests.quizzing import SPEC, say
from kaibo.promotions.tests.shop import Shop, after, list_link, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.QuizSaved,
        told.QuizPublished,
        told.QuizOpened,
        told.QuizAnswered,
        told.QuizClosed,
    }
)


class Books:
    """What the facts alone say; entries are those of the draw."""

    def __init__(self) -> None:
        self.asked: dict[int, tuple[list[dict[str, Any]], int]] = {}
        self.commits: dict[int, str] = {}
        self.opened: dict[int, dt.datetime] = {}
        self.rights: dict[int, list[int]] = {}
        self.heads: dict[int, str] = {}
        self.answers: dict[int, dict[tuple[int, int], int]] = {}
        self.entries: dict[int, dict[int, tuple[int | None, str]]] = {}

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.QuizSaved():
                self.asked[fact.draw_id] = fact.questions, fact.pause_s
                if not fact.questions:
                    del self.asked[fact.draw_id]
            case told.QuizPublished():
                self.commits[fact.draw_id] = self.heads[fact.draw_id] = fact.commit
                self.answers[fact.draw_id] = {}
            case told.QuizOpened():
                self.opened[fact.draw_id] = fact.opened_at
            case told.DrawEntered():
                mine = self.entries.setdefault(fact.draw_id, {})
                mine[fact.viewer_id] = fact.place, fact.token
            case told.QuizAnswered():
                self._answer(fact)
            case told.QuizClosed():
                self.rights[fact.draw_id] = fact.rights
                self._check_end(fact)

    def _answer(self, fact: told.QuizAnswered) -> None:
        place, token = self.entries[fact.draw_id][fact.viewer_id]
        head = self.heads[fact.draw_id]
        head = link_answer(head, token=token, no=fact.question_no, choice=fact.choice)
        said = self.answers[fact.draw_id]
        assert place is not None
        assert (place, fact.question_no) not in said
        said[place, fact.question_no] = fact.choice
        assert (head, len(said)) == (fact.head, fact.number)
        self.heads[fact.draw_id] = head

    def _check_end(self, fact: told.QuizClosed) -> None:
        questions, pause_s = self.asked[fact.draw_id]
        asked = msgspec.convert(questions, tuple[Question, ...])
        spec = QuizSpec(questions=asked, rights=tuple(fact.rights), pause_s=pause_s)
        assert seal(spec, salt=fact.salt) == self.commits[fact.draw_id]
        assert fact.head == self.heads[fact.draw_id]
        entries = self.entries.get(fact.draw_id, {}).values()
        places = {place for place, _ in entries if place is not None}
        wrong = places_not_right(places, self.answers[fact.draw_id], rights=fact.rights)
        assert sorted(places - set(wrong)) == fact.right_places


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    rows = list(Quiz.objects.all())
    assert books.asked == {row.draw_id: (row.questions, row.pause_s) for row in rows}
    assert books.commits == {row.draw_id: row.commit for row in rows if row.commit}
    assert books.opened == {row.draw_id: row.opened_at for row in rows if row.opened_at}
    assert books.heads == {row.draw_id: row.head for row in rows if row.commit}
    assert books.rights == {row.draw_id: row.rights for row in rows if row.rights}
    for row in rows:
        answers = QuizAnswer.objects.filter(quiz=row).select_related("entry").order_by("number")
        said = {(one.entry.place, one.question_no): one.choice for one in answers}
        assert books.answers.get(row.draw_id, {}) == said
        assert len(said) == row.answers_count


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    list_link(shop)
    viewers = [viewer_of(shop, number) for number in range(5)]
    for step in range(300):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, viewers, step=step)()
    actions.run_due_draws(now=after(0) + dt.timedelta(days=1))
    assert Quiz.objects.exclude(rights=[]).exists()
    assert QuizAnswer.objects.exists()
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, viewers: list[int], *, step: int) -> Any:
    """One of everything quizzes do; a step is three seconds."""
    at = step * 3
    now = after(at)
    by: dict[str, Any] = {"by": shop.by, "now": now}
    spec = spec_of(opens_at=now, closes_at=now + dt.timedelta(seconds=120))
    acts: list[Any] = [partial(actions.run_due_draws, now=now)]
    live = Draw.objects.filter(state__in=("draft", "published", "open"), closes_at__gt=now)
    if not live.exists():
        acts.append(partial(actions.save_draw, spec=spec, request_key=f"draw-{step}", **by))
    if chance.random() < 0.05:
        acts.append(partial(actions.bar_viewer, viewer_id=viewers[0], reason="staff", **by))
    for row in live:
        mine = partial(actions.save_quiz, draw_id=row.pk, **by)
        none = QuizSpec(questions=())
        steps: dict[str, list[Any]] = {
            "draft": [partial(mine, spec=SPEC)] * 3
            + [partial(mine, spec=none)]
            + [partial(actions.publish_draw, draw_id=row.pk, **by)] * 2,
            "published": [partial(actions.open_draw, draw_id=row.pk, **by)] * 6,
            "open": [
                partial(say, shop, row.pk, viewer, no, chance.randint(1, 2), at=at)
                for viewer in viewers
                for no in (1, 2, 3)
            ],
        }
        acts += steps[row.state]
    return chance.choice(acts)
