"""Decisions: whole ones only, no heavier than what was found, by two, appealed, ended in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, Refusal, TextMissing
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import (
    FunctionSanctioned,
    NoSuchArticle,
    NoSuchFinding,
    NoSuchListing,
    NoSuchSanction,
    SanctionBySamePerson,
    SanctionStateWrong,
    SanctionTooHeavy,
    SanctionUnfounded,
    StoppedBySanction,
)
from kaibo.compliance.models import Sanction
from kaibo.compliance.rules.hits import SEVERITIES, Severity
from kaibo.compliance.rules.ladder import FUNCTIONS_ZH
from kaibo.compliance.rules.sanctions import FITS_FROM, MEASURES, check_fits
from kaibo.compliance.tests import test_blacklist
from kaibo.compliance.tests.conftest import NOW
from kaibo.compliance.tests.words import say
from kaibo.facts import registry
from kaibo.facts.compliance import SanctionAnswered, SanctionAppealed, SanctionDecided
from kaibo.journal.models import Entry

pytestmark = pytest.mark.django_db

SHOW_ID, HOST_ID = 7, 3
ENDS_AT = NOW + dt.timedelta(days=7)
SPEC = actions.SanctionSpec(
    who="operator",
    host_id=None,
    name="某某直播间",
    measure="timed_stop",
    finding_ids=[],
    facts="2026-11-20 直播中两次宣称食品治疗疾病",
    reason="经警示后再犯",
    law="直播电商监督管理办法",
    article="第十二条",
    appeal_to="合规部 compliance@example.com",
    starts_at=NOW,
    ends_at=ENDS_AT,
)
NOTICE: dict[str, Any] = {"authority": "某市市场监督管理局", "order_no": "〔2026〕12 号"}


def found(by: Actor, severity: Severity, **changes: Any) -> actions.SanctionSpec:
    """A decision that rests on one finding of this severity."""
    finding_id = say(by, severity, show_id=SHOW_ID, now=NOW)
    return replace(SPEC, finding_ids=[finding_id], **changes)


def decide(by: Actor, spec: actions.SanctionSpec) -> reads.SanctionView:
    return actions.decide_sanction(spec=spec, by=by, now=NOW)


def goes_on_air(by: Actor, *, now: dt.datetime, host_id: int = HOST_ID) -> bool:
    try:
        reads.check_may_go_on_air(by.org_id, [host_id], now=now)
    except StoppedBySanction:
        return False
    return True


@given(st.sampled_from(list(FITS_FROM)), st.sampled_from(SEVERITIES))
def test_no_measure_is_heavier_than_what_was_found(measure: Any, severity: Severity) -> None:
    """Refused exactly when the gravest finding is lighter than the published table asks."""
    fits = SEVERITIES.index(severity) <= SEVERITIES.index(FITS_FROM[measure])
    try:
        check_fits(measure, severity)
    except SanctionTooHeavy:
        assert not fits
    else:
        assert fits


@pytest.mark.row("LM-017")
@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        *(({field: " "}, TextMissing) for field in ("facts", "reason", "appeal_to", "name")),
        ({"law": "没有的法"}, NoSuchArticle),
        ({"article": ""}, NoSuchArticle),
        ({"finding_ids": []}, SanctionUnfounded),
        ({"finding_ids": [999]}, NoSuchFinding),
        ({"measure": "close_account"}, SanctionTooHeavy),
        ({"measure": "shout"}, BadInput),
        ({"who": "cat"}, BadInput),
        ({"host_id": HOST_ID}, BadInput),
        ({"who": "host"}, BadInput),
        ({"ends_at": NOW}, BadInput),
        ({"ends_at": NOW + dt.timedelta(days=9_999)}, BadInput),
        ({"starts_at": NOW - dt.timedelta(seconds=1)}, BadInput),
        ({"authority": "某局"}, TextMissing),
        ({**NOTICE, "measure": "blacklist"}, BadInput),
        ({**NOTICE, "measure": "blacklist", "listing_id": 99}, NoSuchListing),
        ({"listing_id": 1}, BadInput),
    ],
)
def test_an_incomplete_decision_is_refused(
    ana: Actor, wrong: dict[str, Any], refusal: type[Refusal]
) -> None:
    """Facts, reason, article, evidence that weighs enough, term, way to appeal; nothing written."""
    spec = found(ana, "S2")
    with pytest.raises(refusal):
        decide(ana, replace(spec, **wrong))
    assert not Sanction.objects.exists()


@pytest.mark.row("LM-017")
def test_a_finding_of_others_or_one_that_does_not_count_is_no_evidence(
    ana: Actor, dai: Actor
) -> None:
    """Dismissed: somebody decided that it says nothing."""
    spec = found(ana, "S2")
    with pytest.raises(NoSuchFinding):
        decide(dai, spec)
    (finding_id,) = spec.finding_ids
    actions.dismiss_finding(
        org_id=ana.org_id, finding_id=finding_id, reason="误报", by=ana, now=NOW
    )
    with pytest.raises(SanctionUnfounded):
        decide(ana, spec)


@pytest.mark.row("LM-017")
def test_another_person_answers_the_appeal_and_the_measure_goes(ana: Actor, dai: Actor) -> None:
    """The letter tells everything; who decided does not judge; lifted means at once."""
    spec = found(ana, "S2")
    made, other = decide(ana, spec), replace(ana, id=2)
    (finding_id,) = spec.finding_ids
    for words in (
        SPEC.facts, SPEC.reason, "《直播电商监督管理办法》第十二条", "限期停播", SPEC.appeal_to,
        f"命中记录 {finding_id}", "2026-11-29",
    ):  # fmt: skip
        assert words in made.letter
    assert (made.severity, made.holds, goes_on_air(ana, now=NOW)) == ("S2", True, False)
    assert goes_on_air(dai, now=NOW)
    with pytest.raises(NoSuchSanction):
        actions.appeal_sanction(sanction_id=made.id, appeal="x", by=dai, now=NOW)
    view = actions.appeal_sanction(sanction_id=made.id, appeal="不属实", by=ana, now=NOW)
    assert view.answer_by == NOW + dt.timedelta(days=15)
    here: dict[str, Any] = {"sanction_id": made.id, "is_upheld": False, "answer": "证据不足"}
    with pytest.raises(SanctionBySamePerson):
        actions.answer_sanction(**here, by=ana, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.update(answered_by=ana.id)
    assert not goes_on_air(ana, now=NOW)
    lifted = actions.answer_sanction(**here, by=other, now=NOW)
    assert (lifted.state, lifted.answered_by, lifted.holds) == ("lifted", 2, False)
    assert goes_on_air(ana, now=NOW)
    kinds = (SanctionDecided, SanctionAppealed, SanctionAnswered)
    facts = [registry.decode(row.tag, row.body) for row in Entry.objects.order_by("id")]
    assert [type(fact) for fact in facts if isinstance(fact, kinds)] == list(kinds)


@pytest.mark.row("LM-063")
def test_closing_an_account_takes_two(ana: Actor) -> None:
    """It holds from the second person on; who confirmed does not judge the appeal either."""
    second, third = replace(ana, id=2), replace(ana, id=3)
    asked = decide(ana, found(ana, "S1", measure="close_account"))
    assert (asked.state, asked.holds, goes_on_air(ana, now=NOW)) == ("asked", False, True)
    with pytest.raises(SanctionBySamePerson):
        actions.confirm_sanction(sanction_id=asked.id, by=ana, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.update(state="decided")
    with pytest.raises(SanctionStateWrong):
        actions.confirm_sanction(sanction_id=asked.id, by=second, now=ENDS_AT)
    closed = actions.confirm_sanction(sanction_id=asked.id, by=second, now=NOW)
    assert (closed.confirmed_by, closed.holds, goes_on_air(ana, now=NOW)) == (2, True, False)
    actions.appeal_sanction(sanction_id=asked.id, appeal="申诉", by=ana, now=NOW)
    here: dict[str, Any] = {"sanction_id": asked.id, "is_upheld": True, "answer": "属实"}
    with pytest.raises(SanctionBySamePerson):
        actions.answer_sanction(**here, by=second, now=NOW)
    assert actions.answer_sanction(**here, by=third, now=NOW).state == "upheld"
    again = decide(ana, found(ana, "S1", measure="close_account"))
    assert actions.refuse_sanction(sanction_id=again.id, by=second, now=NOW).state == "dropped"


@pytest.mark.row("LM-063")
def test_a_timed_stop_lifts_itself_on_time(ana: Actor) -> None:
    """From its start to its end and not a second more, worker or not; then it is ended once."""
    starts_at = NOW + dt.timedelta(hours=1)
    against = {"who": "host", "host_id": HOST_ID, "starts_at": starts_at}
    made = decide(ana, found(ana, "S2", **against))
    moments = [NOW, starts_at, ENDS_AT - dt.timedelta(seconds=1), ENDS_AT]
    assert [goes_on_air(ana, now=at) for at in moments] == [True, False, False, True]
    assert goes_on_air(ana, now=starts_at, host_id=HOST_ID + 1)
    asked = decide(ana, found(ana, "S1", measure="close_account"))
    assert actions.end_due_sanctions(now=ENDS_AT - dt.timedelta(seconds=1)) == 0
    assert actions.end_due_sanctions(now=ENDS_AT) == 2
    assert actions.end_due_sanctions(now=ENDS_AT) == 0
    book = reads.sanctions(ana.org_id, now=ENDS_AT)
    assert {one.id: one.state for one in book.sanctions} == {made.id: "ended", asked.id: "dropped"}


@pytest.mark.row("LM-063")
@pytest.mark.parametrize("measure", list(MEASURES))
def test_each_measure_that_an_authority_orders_does_what_it_says(ana: Actor, measure: str) -> None:
    """Without findings of ours; each of the eight, and nothing that another one does."""
    listing_id = None
    if measure in ("bar_reregistration", "blacklist"):
        entry = replace(test_blacklist.SPEC, ends_at=ENDS_AT)
        listing_id = actions.add_listing(spec=entry, by=ana, now=NOW).id
        late = ENDS_AT + dt.timedelta(days=1)
        wrong = replace(SPEC, measure=measure, **NOTICE, listing_id=listing_id, ends_at=late)
        with pytest.raises(BadInput):
            decide(ana, wrong)
    made = decide(ana, replace(SPEC, measure=measure, **NOTICE, listing_id=listing_id))
    assert "某市市场监督管理局 〔2026〕12 号" in made.letter
    if made.state == "asked":
        made = actions.confirm_sanction(sanction_id=made.id, by=replace(ana, id=2), now=NOW)
    assert (made.holds, made.severity, made.listing_id) == (True, "", listing_id)
    assert goes_on_air(ana, now=NOW) == (measure not in ("pause", "timed_stop", "close_account"))
    hidden = reads.kept_from_lists(now=NOW)
    assert hidden == ({(ana.org_id, None)} if measure == "limit_traffic" else frozenset())
    assert reads.kept_from_lists(now=ENDS_AT) == frozenset()
    for function in FUNCTIONS_ZH:
        reads.check_function_on(ana.org_id, SHOW_ID, function, now=ENDS_AT)
        if measure == "limit_function":
            with pytest.raises(FunctionSanctioned):
                reads.check_function_on(ana.org_id, SHOW_ID, function, now=NOW)
        else:
            reads.check_function_on(ana.org_id, SHOW_ID, function, now=NOW)


def test_a_hosts_functions_are_off_where_they_were_let_on_air(ana: Actor, dai: Actor) -> None:
    """Not in the show of another host, nor in another organisation's of the same numbers."""
    against = {"who": "host", "host_id": HOST_ID, "measure": "limit_function"}
    decide(ana, found(ana, "S3", **against))
    reads.check_function_on(ana.org_id, SHOW_ID, "draw", now=NOW)
    with transaction.atomic():
        for org_id in (ana.org_id, dai.org_id, ana.org_id):
            actions.note_on_air(org_id=org_id, show_id=SHOW_ID, host_ids=[HOST_ID, 9])
        actions.note_on_air(org_id=ana.org_id, show_id=8, host_ids=[9])
    with pytest.raises(FunctionSanctioned) as refused:
        reads.check_function_on(ana.org_id, SHOW_ID, "draw", now=NOW)
    assert "抽奖" in refused.value.message("zh-CN")
    reads.check_function_on(ana.org_id, 8, "draw", now=NOW)
    reads.check_function_on(dai.org_id, SHOW_ID, "draw", now=NOW)
