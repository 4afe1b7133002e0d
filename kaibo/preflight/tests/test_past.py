"""Past shows by the rules of today, and by a pack before it is saved."""

import dataclasses
import datetime as dt

import pytest

from kaibo.base.errors import NumberOutOfRange
from kaibo.compliance import actions as compliance
from kaibo.compliance.tests.test_added import pack
from kaibo.hosts.tests.people import id_number
from kaibo.journal.models import Entry
from kaibo.planning import actions as planning
from kaibo.planning.tests.plan import Plan
from kaibo.preflight import actions, reads
from kaibo.preflight.errors import PackUnfit
from kaibo.preflight.tests.ready import make_ready
from kaibo.room import actions as room

pytestmark = pytest.mark.django_db

EVENING = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LATER = EVENING + dt.timedelta(days=10)


def notice(plan: Plan, text: str, *, reason: str = "") -> None:
    by = dataclasses.replace(plan.by, reason=reason)
    room.pin_notice(org_id=plan.org_id, show_id=plan.show.id, text=text, by=by, now=EVENING)


def close(plan: Plan) -> None:
    at = EVENING + dt.timedelta(hours=2)
    actions.close_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=at)


@pytest.fixture
def plan() -> Plan:
    """A show that is on: its policy says 年终甩卖, its notice 骨折价."""
    plan, _ = make_ready(now=EVENING)
    changes = planning.ShowChanges(policy_text="年终甩卖，全场包邮")
    planning.change_show(show_id=plan.show.id, changes=changes, by=plan.by, now=EVENING)
    actions.open_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=EVENING)
    notice(plan, "今晚骨折价")
    return plan


WORDS = [{"id": "DY.1", "keywords": ["年终甩卖", "骨折价"]}]
SOURCE = pack(rules=WORDS, actions={"script": "block", "title": "warn"})


def told(look: reads.PastLook) -> list[tuple[str, str, str, bool]]:
    return [(one.place_en, one.matched, one.rule_id, one.is_new) for one in look.failing]


@pytest.mark.row("R-108")
def test_a_pack_is_tried_on_past_shows_before_it_is_saved(plan: Plan) -> None:
    close(plan)
    stands = reads.past_failures(plan.org_id, days=30, now=LATER)
    assert (stands.shows, told(stands), stands.has_more) == (1, [], False)
    before = Entry.objects.count()
    tried = reads.past_failures(plan.org_id, days=30, now=LATER, source=SOURCE)
    assert told(tried) == [
        ("policy", "年终甩卖", "DY.1", True),
        ("notice", "骨折价", "DY.1", True),
    ]
    assert tried.texts == stands.texts == 5
    assert Entry.objects.count() == before
    compliance.save_pack(source=SOURCE, number=0, by=plan.by, now=LATER)
    now = reads.past_failures(plan.org_id, days=30, now=LATER)
    assert [(one[0], one[3]) for one in told(now)] == [("policy", False), ("notice", False)]
    assert {one.was_met for one in now.failing} == {False}
    assert {(one.action, one.verdict) for one in now.failing} == {
        ("block", "violation"),
        ("warn", "violation"),
    }
    rows = reads.past_rows(now)
    assert [len(row) for row in rows] == [len(reads.PAST_COLUMNS)] * 2


def test_what_was_found_then_is_told_apart(plan: Plan) -> None:
    """The same words, in a notice that was let go on with a reason."""
    compliance.save_pack(source=SOURCE, number=0, by=plan.by, now=EVENING)
    notice(plan, "再来骨折价", reason="老板同意")
    close(plan)
    look = reads.past_failures(plan.org_id, days=30, now=LATER)
    assert {one.text: one.was_met for one in look.failing} == {
        "年终甩卖，全场包邮": False,
        "今晚骨折价": False,
        "再来骨折价": True,
    }


def test_older_shows_drafts_and_neighbours_are_left_out(plan: Plan) -> None:
    other, _ = make_ready("dai", now=EVENING, number=id_number(dt.date(1990, 1, 2)))
    assert reads.past_failures(plan.org_id, days=9, now=LATER).shows == 0
    assert reads.past_failures(other.org_id, days=30, now=LATER).shows == 0
    for days in (0, 401):
        with pytest.raises(NumberOutOfRange):
            reads.past_failures(plan.org_id, days=days, now=LATER)
    with pytest.raises(PackUnfit) as refused:
        reads.past_failures(plan.org_id, days=30, now=LATER, source=pack(stance=["negation"]))
    assert "cannot excuse" in refused.value.data["problems"][0]
