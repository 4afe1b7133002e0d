"""A confirmed grave violation is to be reported: the clock, two people, one report a finding."""

from __future__ import annotations

import datetime as dt

import pytest

from kaibo.base.actor import Actor
from kaibo.compliance.actions import dismiss_finding
from kaibo.compliance.errors import NoSuchFinding
from kaibo.compliance.rules.hits import Severity
from kaibo.compliance.tests.conftest import NOW, manager_of
from kaibo.compliance.tests.words import TEXT, say
from kaibo.facts.notices import DeadlineMissed, FilingDropped, FilingOpened, FilingSent
from kaibo.notices import actions, reads
from kaibo.notices.errors import FilingBySamePerson, FilingStateWrong, NothingToReport
from kaibo.notices.models import Filing
from kaibo.notices.tests.made import another, told
from kaibo.notices.tests.made import unreachable as noted

pytestmark = pytest.mark.django_db
SHOW = 7


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


def test_confirmed_late_and_sent(ana: Actor) -> None:
    finding_id = say(ana, "S1", show_id=SHOW, now=NOW)
    view = actions.open_filing(finding_id=finding_id, note="属实", by=ana, now=NOW)
    again = actions.open_filing(finding_id=finding_id, note="再次", by=another(ana), now=NOW)
    assert again == view
    assert (view.words, view.law, view.due_at) == (TEXT, "广告法", NOW + dt.timedelta(hours=24))
    assert view.kept_until is None
    assert actions.miss_due_notices(now=view.due_at - dt.timedelta(seconds=1)) == 0
    assert actions.miss_due_notices(now=view.due_at) == 1
    view = actions.send_filing(id=view.id, authority="市监局", receipt="收字 7 号", by=ana, now=NOW)
    assert (view.state, view.receipt) == ("filed", "收字 7 号")
    with pytest.raises(FilingStateWrong):
        actions.drop_filing(id=view.id, reason="误判", by=another(ana), now=NOW)
    assert told(FilingOpened, FilingSent, DeadlineMissed) == [
        FilingOpened(filing_id=view.id, finding_id=finding_id, due_at=NOW + dt.timedelta(hours=24)),
        DeadlineMissed(what="filing", id=view.id, state="due", due_at=NOW + dt.timedelta(hours=24)),
        FilingSent(filing_id=view.id),
    ]


@pytest.mark.parametrize("severity", ["S2", "S3"])
def test_lighter_ones_are_not_reported(ana: Actor, severity: Severity) -> None:
    finding_id = say(ana, severity, show_id=SHOW, now=NOW)
    with pytest.raises(NothingToReport):
        actions.open_filing(finding_id=finding_id, note="属实", by=ana, now=NOW)
    assert not Filing.objects.exists()


def test_dismissed_dropped_and_a_stranger_s(ana: Actor) -> None:
    dai = manager_of("dai")
    finding_id = say(ana, "S1", show_id=SHOW, now=NOW)
    with pytest.raises(NoSuchFinding):
        actions.open_filing(finding_id=finding_id, note="属实", by=dai, now=NOW)
    view = actions.open_filing(finding_id=finding_id, note="属实", by=ana, now=NOW)
    with pytest.raises(FilingBySamePerson):
        actions.drop_filing(id=view.id, reason="误判", by=ana, now=NOW)
    assert Filing.objects.get().state == "due"
    actions.drop_filing(id=view.id, reason="误判", by=another(ana), now=NOW)
    assert told(FilingDropped) == [FilingDropped(filing_id=view.id)]
    dismiss_finding(org_id=ana.org_id, finding_id=finding_id, reason="引用", by=ana, now=NOW)
    with pytest.raises(NothingToReport):
        actions.open_filing(finding_id=finding_id, note="属实", by=ana, now=NOW)


def test_the_register_holds_every_book(ana: Actor) -> None:
    finding_id = say(ana, "S1", show_id=SHOW, now=NOW)
    actions.open_filing(finding_id=finding_id, note="属实", by=ana, now=NOW)
    actions.note_unreachable(spec=noted(received_at=NOW), by=ana, now=NOW)
    rows = list(reads.register_rows(ana.org_id))
    assert [row[0] for row in rows] == ["失联通报", "监管报告"]
    assert {len(row) for row in rows} == {len(reads.REGISTER_COLUMNS)}
    assert rows[1][6] == "属实"
    assert list(reads.register_rows(manager_of("dai").org_id)) == []
