"""A listed host or seller opens no show, not even one that was planned before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.compliance.actions import add_listing
from kaibo.compliance.errors import OnBlacklist
from kaibo.compliance.tests.test_blacklist import SPEC
from kaibo.media.actions import issue_stream_key
from kaibo.planning import actions as planning
from kaibo.planning.reads import show
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import NUMBER, make_ready
from kaibo.roster.tests.ready import cleared

pytestmark = pytest.mark.django_db

LICENCE = "91310000MA1K35XX0X"
LATER = NOW + dt.timedelta(days=30)


@pytest.mark.row("LM-011")
@pytest.mark.parametrize("who", ["host", "operator"])
def test_the_gate_does_not_open_until_the_term_is_over(who: str) -> None:
    """Nothing is written; when the entry has ended it opens."""
    plan, desk = make_ready(now=NOW)
    changes = planning.ShowChanges(seller_licence_no=LICENCE.lower())
    planning.change_show(show_id=plan.show.id, changes=changes, by=plan.by, now=NOW)
    issue_stream_key(
        org_id=plan.org_id,
        show_id=plan.show.id,
        room_code=plan.show.code,
        by=plan.by,
        now=NOW,
    )
    number = {"id_number": NUMBER} if who == "host" else {"credit_code": LICENCE}
    spec = replace(SPEC, who=who, identifiers=number, ends_at=LATER)  # type: ignore[arg-type]
    add_listing(spec=spec, by=plan.by, now=NOW)
    with pytest.raises(OnBlacklist):
        open_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=NOW)
    assert show(plan.org_id, plan.show.id).state == "draft"
    if who == "operator":
        changes = planning.ShowChanges(theme="新主题")
        with pytest.raises(OnBlacklist):
            planning.change_show(show_id=plan.show.id, changes=changes, by=plan.by, now=NOW)
    cleared(plan.show.id, by=desk.by, now=LATER)
    opened = open_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=LATER)
    assert opened.state == "live"
