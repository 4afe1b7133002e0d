"""What can happen to the quiz of a draw. What is right is told when the draw is closed."""

import datetime as dt
from typing import Any

from kaibo.facts.base import Fact


class QuizSaved(Fact, frozen=True, kw_only=True, tag="promotions.quiz_saved.1"):
    """A draft of a draw asks these questions now; none is no quiz."""

    draw_id: int
    questions: list[dict[str, Any]]
    pause_s: int


class QuizPublished(Fact, frozen=True, kw_only=True, tag="promotions.quiz_published.1"):
    """The hash of the questions and of what is right is public."""

    draw_id: int
    commit: str


class QuizOpened(Fact, frozen=True, kw_only=True, tag="promotions.quiz_opened.1"):
    """The questions follow each other from this moment on."""

    draw_id: int
    opened_at: dt.datetime
    questions: int


class QuizAnswered(Fact, frozen=True, kw_only=True, tag="promotions.quiz_answered.1"):
    """A viewer answered; the head binds this answer and all before."""

    draw_id: int
    viewer_id: int
    number: int
    question_no: int
    choice: int
    head: str


class QuizClosed(Fact, frozen=True, kw_only=True, tag="promotions.quiz_closed.1"):
    """What is right is public, and so is who was right every time, by their places."""

    draw_id: int
    rights: list[int]
    salt: str
    head: str
    right_places: list[int]
