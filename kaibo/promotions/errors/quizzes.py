"""Refusals of quizzes."""

from typing import ClassVar

from kaibo.base.errors import NotFound, Refusal
from kaibo.promotions.errors.incomplete import Incomplete


class NoSuchQuiz(NotFound):
    """The draw is no quiz, or there is none of this id here."""

    code = "no_such_quiz"
    text_zh = "没有找到这个答题（编号 {id}）"
    text_en = "Quiz {id} was not found"


class QuizIncomplete(Incomplete):
    """Something of a question is not said (促销行为规定 13, LM-101)."""

    code = "quiz_incomplete"
    text_zh = "第 {no} 题还不能公示，请补齐：{missing_zh}"
    text_en = "Question {no} cannot be published; it lacks: {missing_en}"

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "choices": ("2 至 4 个不同的选项", "2 to 4 choices that differ"),
        "right": ("正确选项", "the right choice"),
        "seconds": ("答题时间", "the time to answer"),
    }


class QuizTooLong(Refusal):
    """The questions would not end before the published end."""

    code = "quiz_too_long"
    text_zh = "全部题目需要 {lasts_s} 秒，赶不上公示的结束时间 {closes_at}"
    text_en = "The questions take {lasts_s} seconds and would pass the published end {closes_at}"


class QuestionNotOn(Refusal):
    """The question has not started, or its time is over, by the server's clock."""

    code = "question_not_on"
    text_zh = "第 {no} 题不在答题时间内，以服务器时间为准"
    text_en = "Question {no} cannot be answered now; the server's clock decides"


class AnswerStands(Refusal):
    """One answer for a question; the first one stands."""

    code = "answer_stands"
    text_zh = "第 {no} 题已选第 {choice} 项，不能更改"
    text_en = "You chose {choice} for question {no}, and that answer stands"
