"""Findings: kept once, told once, dismissed with a reason, never seen next door."""

import pytest

from kaibo.base.actor import Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import FindingClosed, NoSuchFinding, ReasonMissing
from kaibo.compliance.models import Finding
from kaibo.compliance.tests.conftest import NOW
from kaibo.facts import registry
from kaibo.facts.compliance import ComplianceHit, FindingDismissed
from kaibo.journal.models import Entry

pytestmark = pytest.mark.django_db

TEXT = "想要的加我微信，你们是最棒的家人，用最好的面膜"
SHOW_ID = 7


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
    return [registry.decode(row.tag, row.body) for row in rows]


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
