"""Quizzes: exact rows and facts, nothing written on a refusal, and nothing said too early."""

import datetime as dt
import json
import runpy
from dataclasses import asdict
from typing import Any

import pytest

from kaibo.audience.actions import follow
from kaibo.base.errors import BadInput, Refusal
from kaibo.facts import promotions as told
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Prize, QuizSpec
from kaibo.promotions.actions.quiz_life import unsealed
from kaibo.promotions.errors import (
    AnswerStands,
    DrawStateWrong,
    EntryRefused,
    NoSuchDraw,
    NoSuchQuiz,
    QuestionNotOn,
    QuizIncomplete,
    QuizTooLong,
)
from kaibo.promotions.models import Award, Draw, DrawEntry, Quiz, QuizAnswer
from kaibo.promotions.tests import drawing
from kaibo.promotions.tests.drawing import CREAMS, viewer_of
from kaibo.promotions.tests.quizzing import SPEC, draft, open_one, say, say_all
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop
from tests.paths import DOCS

pytestmark = pytest.mark.django_db

verify = runpy.run_path(str(DOCS / "verify_quiz.py"))["verify"]
verify_draw = runpy.run_path(str(DOCS / "verify_draw.py"))["verify"]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def refuses(kind: type[Refusal], act: Any, *args: Any, **more: Any) -> Refusal:
    """The refusal, after which nothing is new in journal and tables."""
    before = counts()
    with pytest.raises(kind) as refused:
        act(*args, **more)
    assert counts() == before
    return refused.value


def counts() -> list[Any]:
    tables = (Entry, Draw, DrawEntry, Quiz, QuizAnswer, Award)
    heads = sorted(Quiz.objects.values_list("pk", "head", "commit"))
    return [table.objects.count() for table in tables] + heads


def published(draw_id: int) -> dict[str, Any]:
    """The public file as it goes over the wire."""
    proof: dict[str, Any] = json.loads(json.dumps(asdict(reads.quiz_proof(draw_id))))
    return proof


def card(shop: Shop, viewer_id: int, *, at: float) -> reads.QuizCard:
    (found,) = reads.quiz_cards(viewer_id, org_id=shop.org_id, show_id=SHOW, now=after(at))
    return found


@pytest.mark.row("R-051", "LM-104")
def test_who_is_right_every_time_can_win_and_anyone_can_recompute_it(shop: Shop) -> None:
    """Seven take part, four are right, three of them win by the seed of the draw."""
    opened = open_one(shop)
    viewers = [viewer_of(shop, number) for number in range(7)]
    for viewer in viewers[:4]:
        say_all(shop, opened.id, viewer)
    say_all(shop, opened.id, viewers[4], q2=2)
    say(shop, opened.id, viewers[5], 1, 2)
    say(shop, opened.id, viewers[6], 3, 4)
    assert published(opened.id)["answers"] == []
    drawing.finish(shop, opened.id)
    row = Draw.objects.get()
    assert (row.entries_count, row.barred) == (7, [5, 6, 7])
    proof = published(opened.id)
    assert verify(proof) == []
    assert proof["barred"] == [5, 6, 7]
    assert (proof["rights"], len(proof["answers"])) == ([2, 1, 4], 17)
    assert "viewer" not in json.dumps(proof)
    of_draw = json.loads(json.dumps(asdict(reads.proof(opened.id)), default=str))
    assert verify_draw(of_draw) == []
    assert of_draw["entries"] == proof["entries"]
    winners = set(Award.objects.values_list("viewer_id", flat=True))
    assert len(winners) == 3
    assert winners < set(viewers[:4])
    # From the log alone.
    (closed,) = facts(told.QuizClosed)
    assert isinstance(closed, told.QuizClosed)
    assert (closed.rights, closed.right_places) == ([2, 1, 4], [1, 2, 3, 4])
    said = [fact for fact in facts(told.QuizAnswered) if isinstance(fact, told.QuizAnswered)]
    assert [fact.number for fact in said] == list(range(1, 18))
    assert said[-1].head == closed.head == proof["head"]


def test_with_prizes_for_all_each_who_is_right_wins_one(shop: Shop) -> None:
    opened = open_one(shop)
    right, wrong = viewer_of(shop, 1), viewer_of(shop, 2)
    say_all(shop, opened.id, right)
    say_all(shop, opened.id, wrong, q1=1)
    drawing.finish(shop, opened.id)
    (award,) = reads.awards(shop.org_id, opened.id)
    assert (award.place, award.prize) == (1, "手机")
    (mine,) = reads.draw_cards(right, org_id=shop.org_id, show_id=SHOW)
    assert mine.award == award
    assert drawing.claim(shop, award.id, right).state == "claimed"
    assert (card(shop, right, at=70).is_right, card(shop, wrong, at=70).is_right) == (True, False)


def test_nobody_is_right_and_nobody_wins(shop: Shop) -> None:
    opened = open_one(shop)
    say_all(shop, opened.id, viewer_of(shop, 1), q3=1)
    drawing.finish(shop, opened.id)
    assert Award.objects.count() == 0
    assert verify(published(opened.id)) == []


def test_nothing_says_what_is_right_before_the_end(shop: Shop) -> None:
    made = draft(shop)
    assert reads.quiz(shop.org_id, made.id, now=NOW).rights == [2, 1, 4]
    actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    quiz = Quiz.objects.get()
    assert unsealed(quiz)[0] == [2, 1, 4]
    assert len(unsealed(quiz)[1]) == 64
    viewer = viewer_of(shop, 1)

    def early(at: float) -> None:
        desk, proof = reads.quiz(shop.org_id, made.id, now=NOW), reads.quiz_proof(made.id)
        assert (desk.rights, proof.rights, proof.salt) == ([], [], "")
        seen = card(shop, viewer, at=at)
        assert [question.right for question in seen.questions] == [None] * len(seen.questions)
        assert seen.is_right is None
        bodies = [json.loads(entry.body) for entry in Entry.objects.all()]
        assert not any("rights" in body for body in bodies)

    early(0)
    actions.open_draw(draw_id=made.id, by=shop.by, now=NOW)
    say(shop, made.id, viewer, 1, 2)
    early(50)
    actions.close_draw(draw_id=made.id, by=shop.by, now=after(60))
    assert reads.quiz(shop.org_id, made.id, now=NOW).rights == [2, 1, 4]
    assert [question.right for question in card(shop, viewer, at=60).questions] == [2, 1, 4]
    quiz.refresh_from_db()
    assert (quiz.sealed, quiz.rights) == ("", [2, 1, 4])


def test_a_question_goes_out_when_it_begins(shop: Shop) -> None:
    opened = open_one(shop)
    viewer = viewer_of(shop, 1)
    say(shop, opened.id, viewer, 1, 3)
    for at, shown, next_at in ((1, 1, 15), (14.9, 1, 15), (15, 2, 30), (30, 3, None)):
        seen = card(shop, viewer, at=at)
        assert [question.no for question in seen.questions] == list(range(1, shown + 1))
        assert seen.next_at == (None if next_at is None else after(next_at))
    first = seen.questions[0]
    assert (first.mine, first.starts_at, first.ends_at) == (3, NOW, after(10))
    assert seen.seconds == [10, 10, 10]


def test_the_desk_counts_answers_and_who_is_still_right(shop: Shop) -> None:
    """What can still be answered is not judged, each choice is told after closing only."""
    opened = open_one(shop)
    right, once, late = (viewer_of(shop, number) for number in (1, 2, 3))
    say_all(shop, opened.id, right)
    say_all(shop, opened.id, once, q2=2)
    say(shop, opened.id, late, 2, 1)

    def seen(at: float) -> tuple[list[tuple[int, int, list[int]]], int | None]:
        view = reads.quiz(shop.org_id, opened.id, now=after(at))
        assert view.now == after(at)
        return [(one.no, one.answers, one.by_choice) for one in view.tally], view.still_right

    assert seen(9.9) == ([(1, 2, [])], None)
    assert seen(10) == ([(1, 2, [])], 2)
    assert seen(20) == ([(1, 2, []), (2, 3, [])], 2)
    assert seen(25) == ([(1, 2, []), (2, 3, [])], 1)
    drawing.finish(shop, opened.id)
    assert seen(70) == ([(1, 2, [0, 2, 0]), (2, 3, [2, 1]), (3, 2, [0, 0, 0, 2])], 1)
    plain = draft(shop)
    view = reads.quiz(shop.org_id, plain.id, now=NOW)
    assert (view.tally, view.still_right) == ([], None)
    assert [one.questions for one in reads.draws(shop.org_id, SHOW)] == [3, 3]


def test_the_servers_clock_decides_what_is_in_time(shop: Shop) -> None:
    opened = open_one(shop)
    viewer = viewer_of(shop, 1)
    for no, at in ((2, 14.999), (1, 10), (2, 25), (3, 29), (3, 40)):
        refuses(QuestionNotOn, say, shop, opened.id, viewer, no, 1, at=at)
    for no, at in ((1, 9.999), (2, 15), (3, 39.999)):
        assert say(shop, opened.id, viewer, no, 1, at=at).answered_at == after(at)


def test_one_answer_for_a_question(shop: Shop) -> None:
    opened = open_one(shop)
    viewer = viewer_of(shop, 1)
    first = say(shop, opened.id, viewer, 1, 2)
    assert (first.place, first.choice) == (1, 2)
    assert say(shop, opened.id, viewer, 1, 2, at=5) == first
    assert refuses(AnswerStands, say, shop, opened.id, viewer, 1, 3).data["choice"] == 2
    for no, choice in ((0, 1), (4, 1), (1, 0), (1, 4)):
        refuses(BadInput, say, shop, opened.id, viewer, no, choice, at=1)
    drawing.finish(shop, opened.id)
    assert say(shop, opened.id, viewer, 1, 2, at=99) == first
    refuses(DrawStateWrong, say, shop, opened.id, viewer, 2, 1)
    assert len(facts(told.QuizAnswered)) == 1


def test_one_enters_by_answering_alone(shop: Shop) -> None:
    opened = open_one(shop, audience="follower")
    viewer = viewer_of(shop, 1)
    assert refuses(EntryRefused, drawing.join, shop, opened.id, viewer).data["reason"] == "quiz"
    refused = refuses(EntryRefused, say, shop, opened.id, viewer, 1, 2)
    assert refused.data["reason"] == "not_for_you"
    follow(viewer_id=viewer, org_id=shop.org_id, now=NOW)
    assert say(shop, opened.id, viewer, 1, 2).place == 1
    (mine,) = reads.draw_cards(viewer, org_id=shop.org_id, show_id=SHOW)
    assert (mine.questions, mine.entry is not None) == (3, True)
    assert mine.way_zh.startswith("每题须在其时限内作答")
    plain = drawing.draft(shop)
    refuses(NoSuchQuiz, say, shop, plain.id, viewer, 1, 1)
    refuses(NoSuchQuiz, reads.quiz_proof, opened.id + 1)


@pytest.mark.row("LM-104")
def test_staff_and_affiliates_answer_and_win_nothing(shop: Shop) -> None:
    opened = open_one(shop)
    staff, friend, other = (viewer_of(shop, number) for number in (1, 2, 3))
    by: dict[str, Any] = {"by": shop.by, "now": NOW}
    actions.bar_viewer(viewer_id=staff, reason="staff", **by)
    said = say(shop, opened.id, staff, 1, 2)
    assert (said.kept_out, said.place, said.choice) == ("staff", None, None)
    assert say(shop, opened.id, staff, 1, 2) == said
    assert QuizAnswer.objects.count() == 0
    say_all(shop, opened.id, friend)
    actions.bar_viewer(viewer_id=friend, reason="affiliate", **by)
    say_all(shop, opened.id, other)
    drawing.finish(shop, opened.id)
    assert Draw.objects.get().barred == [1]
    assert [award.viewer_id for award in Award.objects.all()] == [other]
    assert verify(published(opened.id)) == []


@pytest.mark.row("LM-102")
def test_prizes_of_a_quiz_count_within_the_cap(shop: Shop) -> None:
    half = Prize(name="金条", value_fen=2_500_001, proof="金价", count=1)
    viewer = viewer_of(shop, 1)
    first = open_one(shop, prizes=(half,))
    say_all(shop, first.id, viewer)
    drawing.finish(shop, first.id)
    second = open_one(shop, prizes=(half,))
    refused = refuses(EntryRefused, say, shop, second.id, viewer, 1, 2)
    assert refused.data["reason"] == "over_cap"


@pytest.mark.row("LM-101", "LM-103")
def test_nothing_is_asked_unsaid_and_nothing_said_changes(shop: Shop) -> None:
    bare = QuizSpec(questions=SPEC.questions, rights=(2,))
    made = draft(shop, spec=bare)
    by: dict[str, Any] = {"draw_id": made.id, "by": shop.by, "now": NOW}
    assert refuses(QuizIncomplete, actions.publish_draw, **by).data["no"] == 2
    assert reads.quiz_cards(1, org_id=shop.org_id, show_id=SHOW, now=NOW) == []
    refuses(NoSuchQuiz, reads.quiz_proof, made.id)
    actions.save_quiz(spec=SPEC, **by)
    actions.publish_draw(**by)
    desk = reads.quiz(shop.org_id, made.id, now=NOW)
    assert desk.commit == reads.quiz_proof(made.id).commit != ""
    refuses(DrawStateWrong, actions.save_quiz, spec=bare, **by)
    # More prizes are in everybody's favour, and are taken while it runs.
    actions.open_draw(**by)
    more = actions.Favour(prizes=(drawing.PHONES, CREAMS, CREAMS))
    assert actions.change_draw(changes=more, **by).version == 2
    # Who was asked to wait until too late is not asked at all.
    drawing.finish(shop, made.id)
    late = draft(shop)
    actions.publish_draw(draw_id=late.id, by=shop.by, now=NOW)
    refuses(QuizTooLong, actions.open_draw, draw_id=late.id, by=shop.by, now=after(21))
    actions.open_draw(draw_id=late.id, by=shop.by, now=after(20))
    assert Quiz.objects.get(draw_id=late.id).opened_at == after(20)


def test_a_draft_can_ask_no_more(shop: Shop) -> None:
    made = draft(shop)
    by: dict[str, Any] = {"draw_id": made.id, "by": shop.by, "now": NOW}
    actions.save_quiz(spec=QuizSpec(questions=()), **by)
    assert Quiz.objects.count() == 0
    refuses(NoSuchQuiz, reads.quiz, shop.org_id, made.id, now=NOW)
    actions.publish_draw(**by)
    actions.open_draw(**by)
    assert drawing.join(shop, made.id, viewer_of(shop, 1)).place == 1


@pytest.mark.row("LM-105")
def test_the_answers_are_kept_as_long_as_the_file(shop: Shop) -> None:
    opened = open_one(shop)
    say_all(shop, opened.id, viewer_of(shop, 1))
    drawing.finish(shop, opened.id)
    ended = after(60) + dt.timedelta(days=7)
    assert actions.settle_due_draws(now=ended) == 1
    until = ended.replace(year=ended.year + 2)
    actions.delete_draw_file(draw_id=opened.id, by=shop.by, now=until)
    assert (QuizAnswer.objects.count(), DrawEntry.objects.count()) == (0, 0)


def test_quizzes_are_each_shops_own(shop: Shop) -> None:
    opened = open_one(shop)
    dai = make_shop("dai")
    viewer = viewer_of(dai, 1)
    refuses(NoSuchDraw, say, dai, opened.id, viewer, 1, 2)
    refuses(NoSuchDraw, reads.quiz, dai.org_id, opened.id, now=NOW)
    refuses(NoSuchDraw, actions.save_quiz, draw_id=opened.id, spec=SPEC, by=dai.by, now=NOW)
    assert reads.quiz_cards(viewer, org_id=dai.org_id, show_id=SHOW, now=NOW) == []
