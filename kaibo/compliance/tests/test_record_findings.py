"""Findings: kept once, told once, dismissed with a reason, never seen next door."""

from dataclasses import replace

import pytest

from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import (
    FindingClosed,
    NoSuchFinding,
    ReasonMissing,
    WordsBlocked,
    WordsUnconfirmed,
)
from kaibo.compliance.models import Finding
from kaibo.compliance.tests.conftest import NOW
from kaibo.facts import registry
from kaibo.facts.compliance import ComplianceHit, FindingConfirmed, FindingDismissed
from kaibo.journal.models import Entry

pytestmark = pytest.mark.django_db

TEXT = "想要的加我微信，你们是最棒的家人，用最好的面膜"
SHOW_ID = 7
# What the ladder makes of findings is told next door.
OF_FINDINGS = (ComplianceHit, FindingConfirmed, FindingDismissed)


def record(by: Actor, text: str = TEXT, subject: str = "chat_message:12") -> list[int]:
    return actions.record_findings(
        org_id=by.org_id,
        show_id=SHOW_ID,
        surface="chat",
        subject=subject,
        text=text,
        hits=reads.scan(text, surface="chat"),
        actor=by,
        now=NOW,
    )


def told() -> list[object]:
    rows = Entry.objects.filter(tag__startswith="compliance.").order_by("id")
    facts = [registry.decode(row.tag, row.body) for row in rows]
    return [fact for fact in facts if isinstance(fact, OF_FINDINGS)]


def test_a_hit_is_a_row_and_a_fact(ana: Actor) -> None:
    text = "想要的加我微信"
    [finding_id] = record(ana, text)
    [view] = reads.findings(ana.org_id, SHOW_ID)
    assert view.id == finding_id
    assert (view.rule_id, view.verdict, view.action, view.state) == (
        "C7.add-contact", "violation", "hide", "open",
    )  # fmt: skip
    assert (view.law, view.article, view.item) == ("直播电商监督管理办法", "第三十一条", "第二款")
    assert view.text[view.span_start : view.span_end] == "加我微信"
    assert (view.subject_kind, view.subject_id, view.found_at) == ("chat_message", 12, NOW)
    [fact] = told()
    assert isinstance(fact, ComplianceHit)
    assert (fact.finding_id, fact.rule_id, fact.subject_id) == (finding_id, "C7.add-contact", 12)
    assert text not in registry.encode(fact).decode()


def test_suppressed_hits_are_kept_with_their_reason(ana: Actor) -> None:
    text = "千万别加主播微信"
    record(ana, text)
    [view] = reads.findings(ana.org_id, SHOW_ID)
    assert (view.state, view.suppressed_reason) == ("suppressed", "negation")
    assert reads.findings(ana.org_id, SHOW_ID, state="open") == []


def test_the_same_text_again_is_the_same_finding(ana: Actor) -> None:
    first = record(ana)
    assert len(first) >= 2
    assert record(ana) == []
    assert Finding.objects.count() == len(first) == len(told())
    assert len(record(ana, subject="chat_message:13")) == len(first)


@pytest.mark.parametrize("text", ["加我微信\x00", "加我微信\ud800", "加我微信😀\u202e"])
def test_any_text_can_be_kept(ana: Actor, text: str) -> None:
    assert len(record(ana, text)) == 1
    assert record(ana, text) == []
    assert reads.findings(ana.org_id)[0].text.startswith("加我微信")


def test_a_text_without_hits_writes_nothing(ana: Actor) -> None:
    assert record(ana, "主播喝口水休息一下") == []
    assert not Finding.objects.exists()
    assert told() == []


def test_a_finding_is_dismissed_once_and_with_a_reason(ana: Actor) -> None:
    [finding_id] = record(ana, "想要的加我微信")
    with pytest.raises(ReasonMissing):
        actions.dismiss_finding(
            org_id=ana.org_id, finding_id=finding_id, reason="  ", by=ana, now=NOW
        )
    assert Finding.objects.get().state == "open"
    actions.dismiss_finding(
        org_id=ana.org_id, finding_id=finding_id, reason="已登记的客服", by=ana, now=NOW
    )
    row = Finding.objects.get()
    assert (row.state, row.dismissed_reason) == ("dismissed", "已登记的客服")
    assert told()[-1] == FindingDismissed(finding_id=finding_id)
    with pytest.raises(FindingClosed):
        actions.dismiss_finding(
            org_id=ana.org_id, finding_id=finding_id, reason="再来", by=ana, now=NOW
        )
    assert len(told()) == 2


def test_a_neighbour_sees_and_settles_nothing(ana: Actor, dai: Actor) -> None:
    [finding_id] = record(ana, "想要的加我微信")
    assert reads.findings(dai.org_id) == []
    assert reads.findings(dai.org_id, SHOW_ID) == []
    with pytest.raises(NoSuchFinding):
        actions.dismiss_finding(
            org_id=dai.org_id, finding_id=finding_id, reason="x", by=dai, now=NOW
        )
    assert Finding.objects.get().state == "open"


@actions.judged
def put_out(by: Actor, *texts: str, proven: tuple[str, ...] = ()) -> None:
    """An action that writes something of its own before its words are judged."""
    record(by, "加我微信", subject="chat_message:1")
    actions.clear_words(
        texts, subject="promotion:3", org_id=by.org_id, show_id=SHOW_ID, by=by, now=NOW,
        proven=proven,
    )  # fmt: skip


def of_promotion(by: Actor) -> list[tuple[str, str, int | None, str]]:
    return sorted(
        (one.rule_id, one.state, one.confirmed_by, one.confirmed_reason)
        for one in reads.findings(by.org_id)
        if one.subject_kind == "promotion"
    )


@pytest.mark.row("LM-037")
def test_a_refusal_undoes_everything_but_what_was_found(ana: Actor) -> None:
    """All of several texts, suppressed hits too; sent again nothing doubles."""
    for _ in range(2):
        with pytest.raises(WordsBlocked) as refused:
            put_out(ana, "国家级面霜", "", "千万别加主播微信", "专柜价399")
    assert refused.value.data["rule_id"] == "C1.state-level"
    assert [(rule, state) for rule, state, *_ in of_promotion(ana)] == [
        ("C1.state-level", "open"), ("C11.base-price", "open"), ("C7.add-contact", "suppressed"),
    ]  # fmt: skip
    assert Finding.objects.filter(subject_kind="chat_message").count() == 0
    assert len(told()) == 3


@pytest.mark.row("LM-037")
def test_a_warning_wants_a_reason_from_a_person(ana: Actor) -> None:
    """The last reason stands with the finding, each is told; the system has none to give."""
    with pytest.raises(WordsUnconfirmed):
        put_out(ana, "专柜价399")
    assert of_promotion(ana) == [("C11.base-price", "open", None, "")]
    put_out(ana, "清爽不油腻")
    put_out(replace(ana, reason="小票"), "专柜价399")
    put_out(replace(ana, reason="门店照片"), "专柜价399")
    assert of_promotion(ana) == [("C11.base-price", "open", ana.id, "门店照片")]
    assert [fact.reason for fact in told() if isinstance(fact, FindingConfirmed)] == [
        "小票", "门店照片",
    ]  # fmt: skip
    put_out(ana, "最后3单", proven=("最后3单",))
    with pytest.raises(WordsUnconfirmed):
        put_out(ana, "最后3单，手慢无", proven=("最后3单",))
    put_out(SYSTEM(ana.org_id), "专柜价299")
    assert Actor("person", 1, 1, reason="小票") == Actor("person", 1, 1)
