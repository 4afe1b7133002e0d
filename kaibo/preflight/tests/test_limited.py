"""Who did not update after a reminder opens no show, and may again once somebody checked."""

from __future__ import annotations

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.notices import actions
from kaibo.notices.tests.made import at, unreachable
from kaibo.planning.reads import show
from kaibo.preflight.actions import open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db


@pytest.mark.row("LM-010")
def test_a_host_out_of_reach_is_kept_off_the_air() -> None:
    plan, _ = make_ready(now=NOW)
    spec = unreachable(who="host", host_id=plan.show.host_id, received_at=at("2026-10-15T10:00"))
    noted = actions.note_unreachable(spec=spec, by=plan.by, now=at("2026-10-15T10:00"))

    def contact() -> str:
        found = preflight(plan.org_id, plan.show.id, NOW)
        return next(check.state for check in found.checks if check.code == "contact")

    assert contact() == "amber"
    reminded = at("2026-10-16T10:00")
    actions.remind_unreachable(id=noted.id, way="短信", by=plan.by, now=reminded)
    assert actions.limit_due_unreachables(now=NOW) == 1
    assert contact() == "red"
    here = {"org_id": plan.org_id, "show_id": plan.show.id}
    with pytest.raises(NotReady) as refused:
        open_show(**here, by=plan.by, now=NOW)
    assert refused.value.data["red"] == ["contact"]
    assert show(plan.org_id, plan.show.id).state == "draft"
    actions.update_unreachable(id=noted.id, how="来人核对", by=plan.by, now=NOW)
    assert contact() == "green"
    assert open_show(**here, by=plan.by, now=NOW).state == "live"
