"""Quizzes that decide who stands in a draw, and viewers' answers."""

import json
from typing import Any

import msgspec
from django.db import models
from django.db.models import PROTECT, Q

from kaibo.promotions.models.draw import Draw, DrawEntry
from kaibo.promotions.rules.quizzes import CHOICES_MAX, Question, QuizSpec


class Quiz(models.Model):
    """The questions of a draw that is entered by answering; the draw's lock is its queue too.

    ``rights`` and ``salt`` stay empty, and both encrypted, until the draw is closed.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    draw = models.OneToOneField(Draw, PROTECT, related_name="quiz")
    questions = models.JSONField()
    pause_s = models.PositiveIntegerField()
    sealed = models.TextField(blank=True, default="")
    commit = models.CharField(max_length=64, blank=True, default="")
    salt = models.CharField(max_length=64, blank=True, default="")
    rights = models.JSONField(default=list)
    opened_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64, blank=True, default="")
    answers_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # The promise comes before the first question, what is right after the last answer.
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | ~Q(commit=""),
                name="promotions_quiz_promised",
            ),
            models.CheckConstraint(
                condition=Q(salt="") | Q(opened_at__isnull=False, sealed=""),
                name="promotions_quiz_rights_last",
            ),
        ]

    def __str__(self) -> str:
        return f"quiz of {self.draw_id}"

    def spec_with(self, rights: list[int]) -> QuizSpec:
        """The quiz as the rules read it, with what is right."""
        asked = msgspec.convert(self.questions, tuple[Question, ...])
        return QuizSpec(questions=asked, rights=tuple(rights), pause_s=self.pause_s)

    @property
    def spec(self) -> QuizSpec:
        """The quiz as the rules read it; what is right is empty before the draw is closed."""
        return self.spec_with(self.rights)

    def say(self, spec: QuizSpec) -> None:
        """Take questions and pause over; what is right goes another way."""
        # As they come back from the row: lists, not tuples.
        built: list[dict[str, Any]] = json.loads(msgspec.json.encode(spec.questions))
        self.questions, self.pause_s = built, spec.pause_s


class QuizAnswer(models.Model):
    """One viewer's answer to one question, the ``number``-th of all."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, PROTECT, related_name="answers")
    entry = models.ForeignKey(DrawEntry, PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    question_no = models.PositiveIntegerField()
    choice = models.PositiveIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "question_no"], name="promotions_one_answer"),
            models.UniqueConstraint(
                fields=["quiz", "number"], name="promotions_one_answer_at_a_number"
            ),
            models.CheckConstraint(
                condition=Q(choice__gte=1, choice__lte=CHOICES_MAX),
                name="promotions_answer_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.entry_id} chose {self.choice} for {self.question_no}"
