"""When a question is on, what is sealed, and who was right every time."""

import copy
import datetime as dt
import itertools
import json
import runpy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput
from kaibo.promotions.actions import Question, QuizSpec
from kaibo.promotions.errors import QuizIncomplete, QuizTooLong
from kaibo.promotions.rules.quizzes import (
    check_quiz,
    check_quiz_publishable,
    lasts,
    link_answer,
    places_not_right,
    seal,
    window_of,
)
from kaibo.promotions.tests.quizzing import SPEC
from kaibo.promotions.tests.shop import NOW, after
from tests.paths import DOCS, PROOFS

verify = runpy.run_path(str(DOCS / "verify_quiz.py"))["verify"]
words = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)


@st.composite
def specs(draw: st.DrawFn) -> QuizSpec:
    """Quizzes that can be published."""
    questions, rights = [], []
    for _ in range(draw(st.integers(1, 6))):
        choices = draw(st.lists(words, min_size=2, max_size=4, unique=True))
        seconds = draw(st.integers(5, 300))
        questions.append(Question(text=draw(words), choices=tuple(choices), seconds=seconds))
        rights.append(draw(st.integers(1, len(choices))))
    pause_s = draw(st.integers(0, 600))
    return QuizSpec(questions=tuple(questions), rights=tuple(rights), pause_s=pause_s)


def published(spec: QuizSpec, said: list[tuple[int, int, int]], *, places: int) -> dict[str, Any]:
    """The public file of a quiz, by the rules."""
    entries = [f"token {place}" for place in range(1, places + 1)]
    head = commit = seal(spec, salt="salt")
    for place, no, choice in said:
        head = link_answer(head, token=entries[place - 1], no=no, choice=choice)
    answers = {(place, no): choice for place, no, choice in said}
    return {
        "questions": json.loads(msgspec.json.encode(spec.questions)),
        "pause_s": spec.pause_s,
        "rights": list(spec.rights),
        "salt": "salt",
        "commit": commit,
        "head": head,
        "entries": entries,
        "answers": [list(answer) for answer in said],
        "barred": places_not_right(range(1, places + 1), answers, rights=spec.rights),
    }


@given(specs(), st.data())
def test_the_script_agrees_with_the_rules(spec: QuizSpec, data: st.DataObject) -> None:
    check_quiz_publishable(check_quiz(spec), opens_at=NOW, closes_at=NOW + lasts(spec))
    places = data.draw(st.integers(1, 5))
    said = []
    for no, question in enumerate(spec.questions, start=1):
        for place in range(1, places + 1):
            if choice := data.draw(st.integers(0, len(question.choices))):
                said.append((place, no, choice))
    proof = published(spec, said, places=places)
    assert verify(proof) == []
    by_place = {p: [c for q, _, c in said if q == p] for p in range(1, places + 1)}
    right = [p for p, choices in by_place.items() if choices == list(spec.rights)]
    assert sorted(set(range(1, places + 1)) - set(proof["barred"])) == right


def test_the_script_agrees_with_the_pages() -> None:
    assert verify(json.loads(PROOFS.read_text())["quiz"]) == []


@given(specs())
def test_questions_follow_each_other_and_never_meet(spec: QuizSpec) -> None:
    windows = [window_of(spec, no, opened_at=NOW) for no in range(1, len(spec.questions) + 1)]
    assert windows[0][0] == NOW
    assert windows[-1][1] == NOW + lasts(spec)
    for (starts, ends), question in zip(windows, spec.questions, strict=True):
        assert question.seconds is not None
        assert ends - starts == dt.timedelta(seconds=question.seconds)
    for (_, ends), (starts, _) in itertools.pairwise(windows):
        assert starts - ends == dt.timedelta(seconds=spec.pause_s)


@pytest.mark.parametrize(
    "part", ["right", "question", "choice", "time", "answer", "left out", "order", "twice", "free"]
)
def test_what_was_altered_does_not_verify(part: str) -> None:
    said = [(1, 1, 2), (2, 1, 1), (1, 2, 1), (2, 2, 1), (1, 3, 4)]
    proof = published(SPEC, said, places=3)
    assert verify(proof) == []
    assert proof["barred"] == [2, 3]
    false = copy.deepcopy(proof)
    match part:
        case "right":
            false["rights"][0] = 1
        case "question":
            false["questions"][0]["text"] += "?"
        case "choice":
            false["questions"][0]["choices"].reverse()
        case "time":
            false["questions"][0]["seconds"] = 60
        case "answer":
            false["answers"][1][2] = 2
        case "left out":
            del false["answers"][1]
        case "order":
            false["answers"].reverse()
        case "twice":
            false["answers"].append(false["answers"][0])
        case "free":
            false["barred"] = [3]
    assert verify(false) != []


@pytest.mark.row("LM-101")
@pytest.mark.parametrize(
    ("missing", "changes", "right"),
    [
        ("choices", {"choices": ("30",)}, 1),
        ("choices", {"choices": ("30", "30")}, 1),
        ("right", {}, 0),
        ("seconds", {"seconds": None}, 2),
    ],
)
def test_what_a_question_lacks_is_named(missing: str, changes: dict[str, Any], right: int) -> None:
    first = msgspec.structs.replace(SPEC.questions[0], **changes)
    spec = QuizSpec(questions=(SPEC.questions[1], first), rights=(1, right), pause_s=5)
    with pytest.raises(QuizIncomplete) as refused:
        check_quiz_publishable(check_quiz(spec), opens_at=NOW, closes_at=after(99))
    assert (refused.value.data["no"], refused.value.data["missing"]) == (2, [missing])


def test_all_questions_end_before_the_draw() -> None:
    check_quiz_publishable(SPEC, opens_at=NOW, closes_at=after(40))
    with pytest.raises(QuizTooLong):
        check_quiz_publishable(SPEC, opens_at=NOW, closes_at=after(39))


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": SPEC.questions * 7},
        {"rights": (1, 1, 1, 1)},
        {"rights": (4, 1, 1)},
        {"pause_s": 601},
        {"questions": (Question(text="", choices=("一", "二")),), "rights": ()},
        {"questions": (Question(text="问", choices=("一", " ")),), "rights": ()},
        {"questions": (Question(text="问", choices=("一",) * 5),), "rights": ()},
        {"questions": (Question(text="问", seconds=4),), "rights": ()},
        {"questions": (Question(text="问", seconds=301),), "rights": ()},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_quiz(msgspec.structs.replace(SPEC, **wrong))
