"""What becomes of a quiz when its draw is published, opened and closed."""

import datetime as dt
import json
import secrets
from typing import cast

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.base.actor import Actor
from kaibo.facts.base import Fact
from kaibo.facts.promotions import QuizClosed, QuizOpened, QuizPublished
from kaibo.journal.actions import append
from kaibo.promotions.errors import QuizTooLong
from kaibo.promotions.models import Draw, Quiz
from kaibo.promotions.rules.quizzes import (
    SALT_BYTES,
    check_quiz_publishable,
    lasts,
    places_not_right,
    seal,
)


def publish_quiz(row: Draw, *, by: Actor, now: dt.datetime) -> None:
    """Seal what a draw asks, if it asks something; the caller holds the draw and told of it.

    Raises:
        QuizIncomplete, QuizTooLong: nothing was written.
    """
    if (quiz := quiz_of(row)) is None:
        return
    assert row.opens_at is not None
    assert row.closes_at is not None
    rights, _ = unsealed(quiz)
    spec = quiz.spec_with(rights)
    check_quiz_publishable(spec, opens_at=row.opens_at, closes_at=row.closes_at)
    salt = secrets.token_hex(SALT_BYTES)
    quiz.sealed, quiz.commit = sealed(rights, salt), seal(spec, salt=salt)
    quiz.head = quiz.commit
    quiz.save(update_fields=["sealed", "commit", "head"])
    _tell(row, QuizPublished(draw_id=row.pk, commit=quiz.commit), by=by, now=now)


def open_quiz(row: Draw, *, by: Actor, now: dt.datetime) -> None:
    """Begin with the first question.

    Raises:
        QuizTooLong: too late for all of them to end in time; nothing was written.
    """
    if (quiz := quiz_of(row)) is None:
        return
    assert row.closes_at is not None
    if now + lasts(quiz.spec) > row.closes_at:
        seconds = int(lasts(quiz.spec).total_seconds())
        raise QuizTooLong(lasts_s=seconds, closes_at=row.closes_at)
    quiz.opened_at = now
    quiz.save(update_fields=["opened_at"])
    fact = QuizOpened(draw_id=row.pk, opened_at=now, questions=len(quiz.questions))
    _tell(row, fact, by=by, now=now)


def close_quiz(row: Draw, *, by: Actor, now: dt.datetime) -> list[int]:
    """Show what is right; returns the places that were not right every time."""
    if (quiz := quiz_of(row)) is None:
        return []
    quiz.rights, quiz.salt = unsealed(quiz)
    quiz.sealed = ""
    quiz.save(update_fields=["rights", "salt", "sealed"])
    places = {place for place in row.entries.values_list("place", flat=True) if place is not None}
    said = quiz.answers.values_list("entry__place", "question_no", "choice")
    answers = {(place, no): choice for place, no, choice in said if place is not None}
    wrong = places_not_right(places, answers, rights=quiz.rights)
    fact = QuizClosed(
        draw_id=row.pk,
        rights=quiz.rights,
        salt=quiz.salt,
        head=quiz.head,
        right_places=sorted(places - set(wrong)),
    )
    _tell(row, fact, by=by, now=now)
    return wrong


def quiz_of(row: Draw) -> Quiz | None:
    """What a draw asks, if it asks something."""
    return Quiz.objects.filter(draw=row).first()


def sealed(rights: list[int], salt: str) -> str:
    """What is right, as it is kept before the draw is closed."""
    return encrypt_text(json.dumps([rights, salt]))


def unsealed(quiz: Quiz) -> tuple[list[int], str]:
    """What is right, and the salt, of a quiz that is not closed."""
    return cast(tuple[list[int], str], tuple(json.loads(decrypt_text(quiz.sealed))))


def _tell(row: Draw, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
