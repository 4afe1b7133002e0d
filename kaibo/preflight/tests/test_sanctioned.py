"""Who is kept off the air opens no show until the term is over; then the room is on no list."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.compliance.actions import decide_sanction, override_rung
from kaibo.compliance.errors import FunctionSanctioned, RungHeld, StoppedBySanction
from kaibo.compliance.models import RungChange, ShowHost
from kaibo.compliance.reads import check_function_on, is_selling_paused
from kaibo.compliance.tests.test_sanctions import NOTICE, SPEC
from kaibo.facts.compliance import RungChanged
from kaibo.journal.reads import facts_of_show
from kaibo.media.actions import issue_stream_key
from kaibo.planning.reads import show
from kaibo.preflight import follow
from kaibo.preflight.actions import open_show, stop_sanctioned
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


@pytest.mark.row("LM-063")
def test_a_show_on_air_is_paused_and_stopped_as_decided() -> None:
    """From the decision's start, by its cause; not that of another host; safe to repeat."""
    plan, desk = make_ready(now=NOW)
    here = {"org_id": plan.org_id, "show_id": plan.show.id}
    issue_stream_key(**here, room_code=plan.show.code, by=plan.by, now=NOW)
    cleared(plan.show.id, by=desk.by, now=NOW)
    open_show(**here, by=plan.by, now=NOW)
    against = replace(SPEC, who="host", host_id=plan.show.host_id, **NOTICE)
    decide_sanction(spec=replace(against, host_id=plan.show.host_id + 1), by=plan.by, now=NOW)
    soon = NOW + dt.timedelta(minutes=5)
    pause = decide_sanction(
        spec=replace(against, measure="pause", starts_at=soon), by=plan.by, now=NOW
    )
    assert stop_sanctioned(now=NOW) == 0
    assert [stop_sanctioned(now=soon), stop_sanctioned(now=soon)] == [1, 0]
    assert is_selling_paused(**here)
    whole = replace(SPEC, measure="timed_stop", starts_at=soon, **NOTICE)
    stop = decide_sanction(spec=whole, by=plan.by, now=soon)
    assert [stop_sanctioned(now=soon), stop_sanctioned(now=soon)] == [1, 0]
    told = [
        (one.rung, one.cause, one.reason, one.by_person)
        for one in RungChange.objects.order_by("pk")
    ]
    assert told == [
        ("pause", "decision", f"处置决定 {pause.id} · 暂停直播", None),
        ("stop", "decision", f"处置决定 {stop.id} · 限期停播", None),
    ]
    for entry in facts_of_show(plan.show.id, [RungChanged]):
        follow.on_entry(entry)
    assert show(plan.org_id, plan.show.id).state == "ended"
    assert stop_sanctioned(now=soon) == 0


@pytest.mark.row("LM-063")
def test_a_paused_show_is_held_as_long_as_the_decision_stands() -> None:
    plan, desk = make_ready(now=NOW)
    here: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id}
    open_show(**here, by=plan.by, now=NOW)
    soon, after = NOW + dt.timedelta(minutes=5), NOW + dt.timedelta(hours=1)
    spec = replace(SPEC, measure="pause", starts_at=soon, ends_at=after, **NOTICE)
    made = decide_sanction(spec=spec, by=plan.by, now=NOW)
    assert stop_sanctioned(now=soon) == 1
    lift: dict[str, Any] = {**here, "rung": "clear", "reason": "误会", "by": desk.by}
    with pytest.raises(RungHeld) as held:
        override_rung(**lift, now=soon)
    assert held.value.data["reason"] == f"处置决定 {made.id} · 暂停直播"
    assert stop_sanctioned(now=after) == 0
    assert is_selling_paused(**here), "a pause is lifted by people"
    assert override_rung(**lift, now=after).rung == "clear"
