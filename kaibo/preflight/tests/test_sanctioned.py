"""Who is kept off the air opens no show until the term is over; then the room is on no list."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.compliance.actions import decide_sanction
from kaibo.compliance.errors import FunctionSanctioned, StoppedBySanction
from kaibo.compliance.models import ShowHost
from kaibo.compliance.reads import check_function_on
from kaibo.compliance.tests.test_sanctions import NOTICE, SPEC
from kaibo.media.actions import issue_stream_key
from kaibo.planning.reads import show
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready
from kaibo.room.reads import rooms
from kaibo.roster.tests.ready import cleared

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=30)


@pytest.mark.row("LM-063")
def test_the_gate_opens_when_the_timed_stop_is_over() -> None:
    """Nothing is written before; afterwards what is ordered against the host holds in the show."""
    plan, desk = make_ready(now=NOW)
    here = {"org_id": plan.org_id, "show_id": plan.show.id}
    issue_stream_key(**here, room_code=plan.show.code, by=plan.by, now=NOW)
    against = replace(SPEC, who="host", host_id=plan.show.host_id, **NOTICE)
    stop = replace(against, starts_at=NOW, ends_at=LATER)
    decide_sanction(spec=stop, by=plan.by, now=NOW)
    with pytest.raises(StoppedBySanction):
        open_show(**here, by=plan.by, now=NOW)
    assert show(plan.org_id, plan.show.id).state == "draft"
    assert not ShowHost.objects.exists()
    cleared(plan.show.id, by=desk.by, now=LATER)
    assert open_show(**here, by=plan.by, now=LATER).state == "live"

    assert [room.code for room in rooms(now=LATER)] == [plan.show.code]
    after = LATER + dt.timedelta(days=1)
    against = replace(against, starts_at=LATER, ends_at=after)
    for measure in ("limit_traffic", "limit_function"):
        decide_sanction(spec=replace(against, measure=measure), by=plan.by, now=LATER)
    assert rooms(now=LATER) == []
    with pytest.raises(FunctionSanctioned):
        check_function_on(plan.org_id, plan.show.id, "flash_sale", now=LATER)
    assert len(rooms(now=after)) == 1
