"""What an organisation answered about itself, and the duties that follow."""

import datetime as dt
from dataclasses import dataclass

from kaibo.compliance.models import Profile
from kaibo.compliance.rules.profile import KINDS, QUESTIONS, Standing, standing


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, why it is asked, and the answer; None if there is none yet."""

    code: str
    question_zh: str
    question_en: str
    why_zh: str
    why_en: str
    answer: bool | None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """The questions with their answers; ``kind`` is empty until all are answered."""

    questions: list[QuestionView]
    kind: str
    kind_zh: str
    kind_en: str
    roles: list[str]
    is_partly_platform: bool
    answered_at: dt.datetime | None


def profile(org_id: int) -> ProfileView:
    """The deployment profile of an organisation."""
    row = Profile.objects.filter(organisation_id=org_id).first()
    answers = row.answers if row is not None else {}
    questions = [
        QuestionView(code, *question, *why, answers.get(code))
        for code, (question, why) in QUESTIONS.items()
    ]
    found = standing(answers) if row is not None else None
    return ProfileView(
        questions=questions,
        kind=found.kind if found else "",
        kind_zh=KINDS[found.kind][0] if found else "",
        kind_en=KINDS[found.kind][1] if found else "",
        roles=sorted(found.roles) if found else [],
        is_partly_platform=bool(found and found.is_partly_platform),
        answered_at=row.answered_at if row is not None else None,
    )


def standing_of(org_id: int) -> Standing | None:
    """What the answers make of the organisation; None before it answered."""
    row = Profile.objects.filter(organisation_id=org_id).first()
    return standing(row.answers) if row is not None else None
