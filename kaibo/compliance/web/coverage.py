"""Which duties there are, what is done for each, and what the organisation says it is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, StrictBool

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.compliance import actions, reads
from kaibo.compliance.reads import COVERAGE_COLUMNS, ControlView, ProfileView

router = Router()


class AnswersBody(Schema):
    """Every question of the profile with its answer."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, StrictBool]


@router.get("/desk/coverage", response=list[ControlView], auth=staff("compliance.read"))
def show_coverage(request: HttpRequest) -> list[ControlView]:
    return reads.coverage(caller(request).org_id)


@router.get("/desk/profile", response=ProfileView, auth=staff("compliance.read"))
def show_profile(request: HttpRequest) -> ProfileView:
    return reads.profile(caller(request).org_id)


@router.put("/desk/profile", response=ProfileView, auth=staff("compliance.edit"))
def answer_profile(request: HttpRequest, body: AnswersBody) -> ProfileView:
    return actions.answer_profile(answers=body.answers, by=caller(request), now=timezone.now())

