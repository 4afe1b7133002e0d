"""The quiz of a draw: written by the desk, answered by viewers."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.promotions import QuizAnswered, QuizSaved
from kaibo.journal.actions import append
from kaibo.promotions.actions.draws import lock_draw
from kaibo.promotions.actions.entries import admit
from kaibo.promotions.actions.quiz_life import quiz_of, sealed
from kaibo.promotions.errors import (
    AnswerStands,
    DrawStateWrong,
    NoSuchQuiz,
    QuestionNotOn,
)
from kaibo.promotions.models import DrawEntry, Quiz, QuizAnswer
from kaibo.promotions.reads.quizzes import AnswerView, QuizView, answer_view, quiz_view
from kaibo.promotions.rules.quizzes import QuizSpec, check_quiz, link_answer, window_of


@transaction.atomic
def save_quiz(*, draw_id: int, spec: QuizSpec, by: Actor, now: dt.datetime) -> QuizView:
    """Let a draft of a draw be entered by answering; without questions it is a plain draw again.

    What is right is kept encrypted, stands in no fact, and goes back to the desk in a draft only.

    Raises:
        BadInput and its kin: a text or number cannot be stored.
        NoSuchDraw, DrawStateWrong: it cannot be changed. Nothing was written.
    """
    spec = check_quiz(spec)
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state != "draft":
        raise DrawStateWrong(state=row.get_state_display())
    quiz = quiz_of(row) or Quiz(organisation_id=by.org_id, draw=row)
    quiz.say(spec)
    quiz.sealed = sealed(list(spec.rights), "")
    if spec.questions:
        quiz.save()
    elif quiz.pk is not None:
        quiz.delete()
    fact = QuizSaved(draw_id=row.pk, questions=quiz.questions, pause_s=quiz.pause_s)
    # A draft may name any show, as the draw itself.
    append(fact, at=now, org_id=by.org_id, show_id=None, actor=by)
    return quiz_view(quiz, state=row.state, rights=list(spec.rights), now=now)


@transaction.atomic
def answer_quiz(
    *,
    draw_id: int,
    org_id: int,
    show_id: int,
    viewer_id: int,
    no: int,
    choice: int,
    now: dt.datetime,
    keyword: str = "",
) -> AnswerView:
    """Take a viewer's answer while its question is on; the first answer enters them in the draw.

    One answer for a question: the same again gives the same receipt. Staff and affiliates get an
    entry without a place (LM-104), and no answer of theirs is taken.

    Raises:
        NoSuchDraw, NoSuchQuiz: none in this show. NumberOutOfRange: no such question or choice.
        AnswerStands: another one was given before. DrawStateWrong, QuestionNotOn: not now.
        EntryRefused: with the reason. Nothing was written in any of these cases.
    """
    row = lock_draw(draw_id, org_id=org_id)
    quiz = quiz_of(row)
    if quiz is None or row.show_id != show_id or row.state in ("draft", "cancelled"):
        raise NoSuchQuiz(id=draw_id)
    spec = quiz.spec
    check_whole("no", no, least=1, most=len(spec.questions))
    check_whole("choice", choice, least=1, most=len(spec.questions[no - 1].choices))
    entry = row.entries.filter(viewer_id=viewer_id).first()
    earlier = QuizAnswer.objects.filter(entry=entry, question_no=no).first() if entry else None
    if earlier is not None:
        if earlier.choice != choice:
            raise AnswerStands(no=no, choice=earlier.choice)
        return answer_view(earlier)
    if row.state != "open" or quiz.opened_at is None:
        raise DrawStateWrong(state=row.get_state_display())
    starts, ends = window_of(spec, no, opened_at=quiz.opened_at)
    if not starts <= now < ends:
        raise QuestionNotOn(no=no)
    if entry is None:
        entry = admit(row, viewer_id=viewer_id, keyword=keyword, now=now)
    if entry.place is None:
        return AnswerView(draw_id, no, None, None, entry.token, entry.kept_out, None)
    return answer_view(_take(quiz, entry, no=no, choice=choice, now=now))


def _take(quiz: Quiz, entry: DrawEntry, *, no: int, choice: int, now: dt.datetime) -> QuizAnswer:
    quiz.answers_count += 1
    quiz.head = link_answer(quiz.head, token=entry.token, no=no, choice=choice)
    quiz.save(update_fields=["answers_count", "head"])
    org_id, viewer_id = quiz.organisation_id, entry.viewer_id
    answer = QuizAnswer.objects.create(
        organisation_id=org_id,
        quiz=quiz,
        entry=entry,
        number=quiz.answers_count,
        question_no=no,
        choice=choice,
        answered_at=now,
    )
    fact = QuizAnswered(
        draw_id=quiz.draw_id,
        viewer_id=viewer_id,
        number=answer.number,
        question_no=no,
        choice=choice,
        head=quiz.head,
    )
    actor = Actor("viewer", viewer_id, org_id)
    append(fact, at=now, org_id=org_id, show_id=entry.draw.show_id, actor=actor)
    return answer
