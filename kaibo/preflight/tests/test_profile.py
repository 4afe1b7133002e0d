"""What is asked of whom: the room operator's file and the agreement, by what the shop is in law."""

import datetime as dt

import pytest

from kaibo.base.actor import Actor
from kaibo.compliance.actions import answer_profile
from kaibo.compliance.tests.test_controls import MERCHANT
from kaibo.hosts.models import Edition, Operator, Proof
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def ready() -> tuple[Plan, Actor]:
    """A show that would open, and the manager who runs it."""
    plan, desk = make_ready(now=NOW)
    return plan, desk.by


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (None, "amber"),
        (MERCHANT, "green"),
        (MERCHANT | {"others_sell": True}, "red"),
        (MERCHANT | {"closed_rooms": True}, "amber"),
    ],
)
def test_whether_an_agreement_is_needed_follows_from_the_profile(
    answers: dict[str, bool] | None, state: str, ready: tuple[Plan, Actor]
) -> None:
    plan, by = ready
    Proof.objects.all().delete()
    Edition.objects.all().delete()
    if answers is not None:
        answer_profile(answers=answers, by=by, now=NOW)
    found = {one.code: one.state for one in preflight(plan.org_id, plan.show.id, NOW).checks}
    assert (found["host_agreement"], found["host_training"]) == (state, "amber")


@pytest.mark.row("LM-001")
@pytest.mark.parametrize(("day", "state"), [("07-31", "amber"), ("08-01", "red")])
def test_an_operator_verified_in_january_opens_in_july_and_not_in_august(
    day: str, state: str
) -> None:
    plan, _ = make_ready(now=dt.datetime(2026, 1, 31, 2, 0, tzinfo=dt.UTC))
    at = dt.datetime.fromisoformat(f"2026-{day}T20:00+08:00")
    found = {one.code: one.state for one in preflight(plan.org_id, plan.show.id, at).checks}
    assert found["operator_file"] == state


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (None, "amber"),
        (MERCHANT, "green"),
        (MERCHANT | {"others_sell": True}, "red"),
        (MERCHANT | {"closed_rooms": True}, "red"),
    ],
)
def test_whether_an_operators_file_is_needed_follows_from_the_profile(
    answers: dict[str, bool] | None, state: str, ready: tuple[Plan, Actor]
) -> None:
    plan, by = ready
    Operator.objects.all().delete()
    if answers is not None:
        answer_profile(answers=answers, by=by, now=NOW)
    found = {one.code: one.state for one in preflight(plan.org_id, plan.show.id, NOW).checks}
    assert found["operator_file"] == state
