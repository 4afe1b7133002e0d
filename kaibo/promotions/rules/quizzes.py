"""Quizzes: a draw that is entered by answering, and won by who was right every time. Pure.

``docs/verify_quiz.py`` says the sealing and judging again in standard Python, and a test holds the
two together.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from kaibo.base.inputs import check_whole, clean_text
from kaibo.promotions.errors import QuizIncomplete, QuizTooLong
from kaibo.promotions.rules.drawing import sha

QUESTIONS_MAX: Final = 20
CHOICES_MIN: Final = 2
CHOICES_MAX: Final = 4
SECONDS_MIN: Final = 5
SECONDS_MAX: Final = 300
PAUSE_S_MAX: Final = 600
SALT_BYTES: Final = 32


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question; a draft may leave choices and time open.

    Args:
        seconds: how long it can be answered, by the server's clock.
    """

    text: str
    choices: tuple[str, ...] = ()
    seconds: int | None = None


class QuizSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The questions in their order, and what is right.

    Args:
        rights: for each question the number of the right choice (1 the first); 0 is not said yet.
        pause_s: seconds between the end of a question and the start of the next.
    """

    questions: tuple[Question, ...]
    rights: tuple[int, ...] = ()
    pause_s: int = 5


def check_quiz(spec: QuizSpec) -> QuizSpec:
    """The quiz with clean texts, and a right choice or 0 for each question.

    Raises:
        BadInput and its kin: a text or number that cannot be stored.
    """
    count = len(spec.questions)
    check_whole("questions", count, most=QUESTIONS_MAX)
    check_whole("rights", len(spec.rights), most=count)
    check_whole("pause_s", spec.pause_s, most=PAUSE_S_MAX)
    rights = spec.rights + (0,) * (count - len(spec.rights))
    for question, right in zip(spec.questions, rights, strict=True):
        check_whole("choices", len(question.choices), most=CHOICES_MAX)
        check_whole("rights", right, most=len(question.choices))
        if question.seconds is not None:
            check_whole("seconds", question.seconds, least=SECONDS_MIN, most=SECONDS_MAX)
    questions = tuple(
        msgspec.structs.replace(
            question,
            text=clean_text("text", question.text, chars_max=200, required=True),
            choices=tuple(
                clean_text("choices", choice, chars_max=100, required=True)
                for choice in question.choices
            ),
        )
        for question in spec.questions
    )
    return msgspec.structs.replace(spec, questions=questions, rights=rights)


def check_quiz_publishable(
    spec: QuizSpec, *, opens_at: dt.datetime, closes_at: dt.datetime
) -> None:
    """Refuse a quiz of which something is not said, or that does not fit into its draw (LM-101).

    Raises:
        QuizIncomplete: names the question and all it lacks.
        QuizTooLong: it cannot end before the published end.
    """
    for no, (question, right) in enumerate(zip(spec.questions, spec.rights, strict=True), start=1):
        choices = question.choices
        missing = [
            name
            for name, is_missing in (
                ("choices", len(choices) < CHOICES_MIN or len(set(choices)) < len(choices)),
                ("right", right < 1),
                ("seconds", question.seconds is None),
            )
            if is_missing
        ]
        if missing:
            raise QuizIncomplete(no=no, missing=missing)
    if opens_at + lasts(spec) > closes_at:
        raise QuizTooLong(lasts_s=int(lasts(spec).total_seconds()), closes_at=closes_at)


def window_of(
    spec: QuizSpec, no: int, *, opened_at: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """When question ``no`` (1 the first) can be answered; half-open.

    The schedule follows from the moment of opening alone, so that nobody waits with the next
    question for somebody.
    """
    before = sum((question.seconds or 0) + spec.pause_s for question in spec.questions[: no - 1])
    starts = opened_at + dt.timedelta(seconds=before)
    return starts, starts + dt.timedelta(seconds=spec.questions[no - 1].seconds or 0)


def lasts(spec: QuizSpec) -> dt.timedelta:
    """From the opening to the end of the last question."""
    if not spec.questions:
        return dt.timedelta(0)
    begins = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return window_of(spec, len(spec.questions), opened_at=begins)[1] - begins


def seal(spec: QuizSpec, *, salt: str) -> str:
    """What is published of questions and right choices before anybody answers."""
    said = [[one.text, list(one.choices), one.seconds] for one in spec.questions]
    whole = [salt, said, spec.pause_s, list(spec.rights)]
    return sha(json.dumps(whole, ensure_ascii=False, separators=(",", ":")))


def link_answer(head: str, *, token: str, no: int, choice: int) -> str:
    """The chain's head with one more answer; the first head is the seal."""
    return sha(f"{head}{token}:{no}:{choice}")


def places_not_right(
    places: Iterable[int], answers: Mapping[tuple[int, int], int], *, rights: Sequence[int]
) -> list[int]:
    """The places that were not right every time, in their order.

    Args:
        answers: the choice by place and question.

    >>> places_not_right([1, 2, 3], {(1, 1): 2, (1, 2): 1, (2, 1): 2, (3, 1): 1}, rights=[2, 1])
    [2, 3]
    """
    return [
        place
        for place in sorted(places)
        if any(answers.get((place, no)) != right for no, right in enumerate(rights, start=1))
    ]
