"""Quizzes as the desk, a viewer and everybody see them; what is right only after closing."""

import datetime as dt
import functools
import json
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from kaibo.access.crypto import decrypt_text
from kaibo.promotions.errors import NoSuchDraw, NoSuchQuiz
from kaibo.promotions.models import Draw, Quiz, QuizAnswer
from kaibo.promotions.reads.draws import PUBLIC
from kaibo.promotions.rules.quizzes import window_of

ENDED = ("closed", "drawn", "settled")


@dataclass(frozen=True, slots=True)
class QuestionTally:
    """How a question that has begun was answered; each choice apart after closing only."""

    no: int
    answers: int
    by_choice: list[int]


@dataclass(frozen=True, slots=True)
class QuizView:
    """A quiz as the desk sees it; ``rights`` are here in a draft and after closing only.

    ``still_right``: how many were right in every question that is over; a question that can still
    be answered is not counted, so that the number helps nobody to answer it.
    """

    draw_id: int
    questions: list[dict[str, Any]]
    pause_s: int
    rights: list[int]
    commit: str
    opened_at: dt.datetime | None
    answers: int
    tally: list[QuestionTally]
    still_right: int | None
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A viewer's receipt; ``choice`` is empty where they are kept out, with the reason."""

    draw_id: int
    no: int
    choice: int | None
    place: int | None
    token: str
    kept_out: str
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question that has begun; ``right`` is empty before the draw is closed."""

    no: int
    text: str
    choices: list[str]
    starts_at: dt.datetime
    ends_at: dt.datetime
    mine: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class QuizCard:
    """A quiz of the viewer's show: its questions so far, and when the next one begins.

    ``is_right`` says whether the viewer was right every time; empty before the draw is closed.
    """

    draw_id: int
    state: str
    seconds: list[int]
    pause_s: int
    commit: str
    questions: list[QuestionCard]
    next_at: dt.datetime | None
    now: dt.datetime
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class QuizProof:
    """All that is public of a quiz, for ``docs/verify_quiz.py``; entries are opaque tokens.

    Before closing only the seal and the head; then questions, what is right, and every answer as
    place, question and choice, in the order in which they were given.
    """

    draw: int
    state: str
    commit: str
    pause_s: int
    questions: list[dict[str, Any]]
    salt: str
    rights: list[int]
    entries: list[str]
    answers: list[tuple[int, int, int]]
    head: str
    barred: list[int]


def quiz(org_id: int, draw_id: int, *, now: dt.datetime) -> QuizView:
    """The quiz of a draw.

    Raises:
        NoSuchDraw, NoSuchQuiz: not in the organisation, or a draw without questions.
    """
    row = Draw.objects.filter(organisation_id=org_id, pk=draw_id).first()
    if row is None:
        raise NoSuchDraw(id=draw_id)
    found = Quiz.objects.filter(draw=row).first()
    if found is None:
        raise NoSuchQuiz(id=draw_id)
    rights = json.loads(decrypt_text(found.sealed))[0] if found.sealed else found.rights
    return quiz_view(found, state=row.state, rights=rights, now=now)


def quiz_cards(viewer_id: int, *, org_id: int, show_id: int, now: dt.datetime) -> list[QuizCard]:
    """The public quizzes of a viewer's show, newest first."""
    rows = Quiz.objects.filter(
        organisation_id=org_id, draw__show_id=show_id, draw__state__in=PUBLIC
    )
    found = list(rows.select_related("draw").order_by("-draw_id"))
    said: dict[int, dict[int, int]] = {}
    for answer in QuizAnswer.objects.filter(quiz__in=found, entry__viewer_id=viewer_id):
        said.setdefault(answer.quiz_id, {})[answer.question_no] = answer.choice
    return [_card(row, said.get(row.pk, {}), now=now) for row in found]


def quiz_proof(draw_id: int) -> QuizProof:
    """What anybody may know of a quiz of any shop.

    Raises:
        NoSuchQuiz: none, or its draw was not published.
    """
    row = Draw.objects.filter(pk=draw_id, state__in=PUBLIC).first()
    found = None if row is None else Quiz.objects.filter(draw=row).first()
    if row is None or found is None:
        raise NoSuchQuiz(id=draw_id)
    is_ended = row.state in ENDED
    entries = row.entries.filter(place__isnull=False).order_by("place") if is_ended else ()
    answers = found.answers.select_related("entry").order_by("number") if is_ended else ()
    return QuizProof(
        draw=draw_id,
        state=row.state,
        commit=found.commit,
        pause_s=found.pause_s,
        questions=found.questions if is_ended else [],
        salt=found.salt,
        rights=found.rights,
        entries=[entry.token for entry in entries],
        answers=[(one.entry.place or 0, one.question_no, one.choice) for one in answers],
        head=found.head if is_ended else "",
        barred=row.barred,
    )


def quiz_view(row: Quiz, *, state: str, rights: list[int], now: dt.datetime) -> QuizView:
    """A quiz's row as a value; of ``rights`` no more is told than the state allows."""
    return QuizView(
        draw_id=row.draw_id,
        questions=row.questions,
        pause_s=row.pause_s,
        rights=rights if state in ("draft", *ENDED) else [],
        commit=row.commit,
        opened_at=row.opened_at,
        answers=row.answers_count,
        tally=_tally(row, is_ended=state in ENDED, now=now),
        still_right=_still_right(row, rights, now=now),
        now=now,
    )


def answer_view(row: QuizAnswer) -> AnswerView:
    """An answer's row as a value."""
    entry = row.entry
    return AnswerView(
        draw_id=entry.draw_id,
        no=row.question_no,
        choice=row.choice,
        place=entry.place,
        token=entry.token,
        kept_out=entry.kept_out,
        answered_at=row.answered_at,
    )


def _tally(row: Quiz, *, is_ended: bool, now: dt.datetime) -> list[QuestionTally]:
    if row.opened_at is None:
        return []
    counted = row.answers.values_list("question_no", "choice").annotate(Count("pk"))
    said = {(no, choice): count for no, choice, count in counted}
    found, spec = [], row.spec
    for no, question in enumerate(spec.questions, start=1):
        if window_of(spec, no, opened_at=row.opened_at)[0] > now:
            break
        each = [said.get((no, choice), 0) for choice in range(1, len(question.choices) + 1)]
        found.append(QuestionTally(no, sum(each), each if is_ended else []))
    return found


def _still_right(row: Quiz, rights: Sequence[int], *, now: dt.datetime) -> int | None:
    """How many were right in all that is over; None before the first question is."""
    if row.opened_at is None:
        return None
    spec, opened_at = row.spec, row.opened_at
    over = [
        Q(question_no=no, choice=right)
        for no, right in enumerate(rights, start=1)
        if window_of(spec, no, opened_at=opened_at)[1] <= now
    ]
    if not over:
        return None
    right = row.answers.filter(functools.reduce(operator.or_, over))
    return right.values("entry").annotate(n=Count("pk")).filter(n=len(over)).count()


def _card(row: Quiz, mine: dict[int, int], *, now: dt.datetime) -> QuizCard:
    spec, opened_at = row.spec, row.opened_at
    shown: list[QuestionCard] = []
    next_at = None
    for no, question in enumerate(spec.questions if opened_at else (), start=1):
        assert opened_at is not None
        starts, ends = window_of(spec, no, opened_at=opened_at)
        # A question goes out at the moment it begins, to everybody, and not before.
        if starts > now:
            next_at = starts
            break
        right = spec.rights[no - 1] if spec.rights else None
        choices = list(question.choices)
        card = QuestionCard(no, question.text, choices, starts, ends, mine.get(no), right)
        shown.append(card)
    is_right = None
    if spec.rights:
        is_right = all(mine.get(no) == right for no, right in enumerate(spec.rights, start=1))
    return QuizCard(
        draw_id=row.draw_id,
        state=row.draw.state,
        seconds=[question.seconds or 0 for question in spec.questions],
        pause_s=row.pause_s,
        commit=row.commit,
        questions=shown,
        next_at=next_at,
        now=now,
        is_right=is_right,
    )
