"""Answers under a race: one each for a question, one chain, one entry."""

from functools import partial

import pytest
from django.db import IntegrityError

from kaibo.facts.promotions import DrawEntered, QuizAnswered, QuizClosed
from kaibo.promotions import actions
from kaibo.promotions.actions import quizzes
from kaibo.promotions.errors import AnswerStands
from kaibo.promotions.models import DrawEntry, Quiz, QuizAnswer
from kaibo.promotions.rules.quizzes import link_answer
from kaibo.promotions.tests.drawing import viewer_of
from kaibo.promotions.tests.quizzing import open_one, say
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.mark.row("R-051")
def test_two_answers_of_one_viewer_at_once_leave_one(shop: Shop) -> None:
    opened = open_one(shop)
    viewer = viewer_of(shop, 1)
    outcomes = at_once([partial(say, shop, opened.id, viewer, 1, choice) for choice in (1, 2, 3)])
    assert len([one for one in outcomes if isinstance(one, AnswerStands)]) == 2
    stands = QuizAnswer.objects.get().choice
    assert [one.data["choice"] for one in outcomes if isinstance(one, AnswerStands)] == [stands] * 2
    assert (DrawEntry.objects.count(), len(facts(DrawEntered)), len(facts(QuizAnswered))) == (
        1,
        1,
        1,
    )


def test_answers_at_once_stand_in_one_chain(shop: Shop) -> None:
    opened = open_one(shop)
    viewers = [viewer_of(shop, number) for number in range(THREADS)]
    at_once([partial(say, shop, opened.id, viewer, 1, 2) for viewer in viewers])
    quiz = Quiz.objects.get()
    head = quiz.commit
    answers = list(QuizAnswer.objects.select_related("entry").order_by("number"))
    assert [answer.number for answer in answers] == [1, 2, 3, 4, 5]
    for answer in answers:
        head = link_answer(head, token=answer.entry.token, no=1, choice=2)
    assert (head, quiz.answers_count) == (quiz.head, 5)


@pytest.mark.scale
def test_control_without_the_lock_two_stand_at_one_number(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_one(shop)
    viewers = [viewer_of(shop, number) for number in range(THREADS)]
    without_locks(monkeypatch)
    slowed(monkeypatch, quizzes, "window_of", seconds=0.2)
    outcomes = at_once([partial(say, shop, opened.id, viewer, 1, 2) for viewer in viewers])
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_the_end_comes_once(shop: Shop) -> None:
    opened = open_one(shop)
    say(shop, opened.id, viewer_of(shop, 1), 1, 2)
    close = partial(actions.close_draw, draw_id=opened.id, by=shop.by, now=after(60))
    outcomes = at_once([close] * THREADS)
    assert outcomes == [outcomes[0]] * THREADS
    assert len(facts(QuizClosed)) == 1
