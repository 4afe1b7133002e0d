"""Quizzes over HTTP: for the desk, for viewers, and the proof for everybody."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Question, QuizSpec
from kaibo.promotions.reads import AnswerView, QuizCard, QuizProof, QuizView
from kaibo.promotions.web.selling import Body, Whole

router = Router()


class QuestionBody(Body):
    text: str
    choices: list[str] = []
    seconds: Whole | None = None


class QuizBody(Body):
    questions: list[QuestionBody]
    rights: list[Whole] = []
    pause_s: Whole = 5


class AnswerBody(Body):
    no: Whole
    choice: Whole
    keyword: str = ""


@router.get("/desk/draws/{int:id}/quiz", response=QuizView, auth=staff("room.desk"))
def show_quiz(request: HttpRequest, id: int) -> QuizView:
    return reads.quiz(caller(request).org_id, id, now=timezone.now())


@router.put("/desk/draws/{int:id}/quiz", response=QuizView, auth=staff("room.desk"))
def save_quiz(request: HttpRequest, id: int, body: QuizBody) -> QuizView:
    questions = tuple(
        Question(text=one.text, choices=tuple(one.choices), seconds=one.seconds)
        for one in body.questions
    )
    spec = QuizSpec(questions=questions, rights=tuple(body.rights), pause_s=body.pause_s)
    return actions.save_quiz(draw_id=id, spec=spec, by=caller(request), now=timezone.now())


@router.get("/my/quizzes", response=list[QuizCard], auth=viewer_auth)
def my_quizzes(request: HttpRequest) -> list[QuizCard]:
    viewer = asker(request)
    return reads.quiz_cards(
        viewer.id, org_id=viewer.org_id, show_id=viewer.show_id, now=timezone.now()
    )


@router.post("/my/draws/{int:id}/answer", response=AnswerView, auth=viewer_auth)
def answer_quiz(request: HttpRequest, id: int, body: AnswerBody) -> AnswerView:
    viewer = asker(request)
    return actions.answer_quiz(
        draw_id=id,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        no=body.no,
        choice=body.choice,
        keyword=body.keyword,
        now=timezone.now(),
    )


@router.get("/draws/{int:draw_id}/quiz", response=QuizProof)
def quiz_proof(request: HttpRequest, draw_id: int) -> QuizProof:
    return reads.quiz_proof(draw_id)
