"""Quizzes for the tests, set up by the product's own actions."""

from typing import Any

from kaibo.promotions import actions
from kaibo.promotions.actions import Question, QuizSpec
from kaibo.promotions.reads import AnswerView, DrawView
from kaibo.promotions.tests import drawing
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

# Three questions of ten seconds with five between: [0, 10), [15, 25), [30, 40).
SPEC = QuizSpec(
    questions=(
        Question(text="面霜多少毫升？", choices=("30", "50", "80"), seconds=10),
        Question(text="几点开播？", choices=("八点", "九点"), seconds=10),
        Question(text="几号链接？", choices=("一", "二", "三", "四"), seconds=10),
    ),
    rights=(2, 1, 4),
    pause_s=5,
)
RIGHT = {1: 2, 2: 1, 3: 4}


def draft(shop: Shop, *, spec: QuizSpec = SPEC, **changes: Any) -> DrawView:
    """A draft of a draw that asks."""
    made = drawing.draft(shop, **changes)
    actions.save_quiz(draw_id=made.id, spec=spec, by=shop.by, now=NOW)
    return made


def open_one(shop: Shop, **changes: Any) -> DrawView:
    """One whose first question is on."""
    made = draft(shop, **changes)
    actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    return actions.open_draw(draw_id=made.id, by=shop.by, now=NOW)


def say(
    shop: Shop, draw_id: int, viewer_id: int, no: int, choice: int, *, at: float | None = None
) -> AnswerView:
    """One viewer's answer, in the time of its question unless told otherwise."""
    return actions.answer_quiz(
        draw_id=draw_id,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        no=no,
        choice=choice,
        now=after(15 * (no - 1) + 1 if at is None else at),
    )


def say_all(shop: Shop, draw_id: int, viewer_id: int, **other: int) -> None:
    """Right every time, but where ``qN=choice`` says otherwise."""
    for no, right in RIGHT.items():
        say(shop, draw_id, viewer_id, no, other.get(f"q{no}", right))
