"""A confirmed grave violation: the hold stands and the sealed pack is built by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from kaibo.compliance.tests.words import say
from kaibo.evidence import actions, reads
from kaibo.evidence import follow as evidence
from kaibo.evidence.checking import check_pack
from kaibo.evidence.models import Export, Hold
from kaibo.evidence.tests.stage import KEY, RECORDED_AT, make_evening
from kaibo.journal.actions import follow
from kaibo.notices.actions import open_filing, send_filing


@pytest.mark.django_db
@pytest.mark.row("LM-138")
def test_a_confirmed_grave_violation_is_held_packed_and_reported(
    tmp_path: Path, settings: Settings
) -> None:
    """To be reported within the hours that are set; nothing of the show may be deleted."""
    settings.KAIBO_RECORDINGS, settings.KAIBO_REPORT_WITHIN_H = tmp_path, 6
    evening = make_evening()
    by, show_id = evening.by, evening.show_id
    while follow("evidence", evidence.on_entry):
        pass
    finding_id = say(by, "S1", show_id=show_id, now=RECORDED_AT)
    assert not Hold.objects.exists()
    view = open_filing(finding_id=finding_id, note="属实", by=by, now=RECORDED_AT)
    assert (view.due_at - RECORDED_AT).total_seconds() == 6 * 3_600
    while follow("evidence", evidence.on_entry):
        pass
    (hold,) = reads.keeping(by.org_id, show_id).standing
    assert (hold.placed_reason, hold.placed_at) == (f"监管报告 {view.id}", RECORDED_AT)
    # Told again, nothing is done twice.
    assert not actions.keep_for_filing(filing_id=view.id, show_id=show_id, by=by, now=RECORDED_AT)
    assert Hold.objects.count() == Export.objects.count() == 1
    evening.seal()
    assert actions.build_due(key=KEY, now=RECORDED_AT) == 1
    export = Export.objects.get()
    assert (export.state, export.version, export.asked_by) == ("ready", "authority", by.id)
    with reads.pack_path(export).open("rb") as pack:
        assert check_pack(pack, KEY.public_key()).wrong == ""
    sent = send_filing(
        id=view.id, authority="市场监督管理局", receipt="收字 7 号", by=by, now=RECORDED_AT
    )
    assert sent.state == "filed"
