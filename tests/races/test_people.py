"""People at once: one record for one person, and no show opens with somebody who was not judged."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.facts.preflight import PreflightPassed
from kaibo.hosts import actions as hosts
from kaibo.hosts.actions import HostSpec
from kaibo.hosts.errors import IdentityTaken
from kaibo.hosts.models import Host
from kaibo.hosts.reads import HostView
from kaibo.hosts.tests.people import affiliated, id_number
from kaibo.journal.reads import facts_of_show
from kaibo.planning import reads as plans
from kaibo.preflight.actions import open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.tests.ready import make_ready
from kaibo.roster import actions, reads
from kaibo.roster.models import Submission
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

GUEST = id_number(dt.date(1990, 7, 1))


def test_one_document_written_down_by_many_is_one_record() -> None:
    plan, desk = make_ready(now=NOW)
    spec = HostSpec(name="青", stage_name="青", id_number=GUEST)
    add = partial(hosts.add_host, spec=spec, by=desk.by, now=NOW)
    outcomes = at_once([add] * 6)
    made = [one for one in outcomes if isinstance(one, HostView)]
    refused = [one for one in outcomes if isinstance(one, IdentityTaken)]
    assert (len(made), len(refused)) == (1, 5), outcomes
    assert {one.data["id"] for one in refused} == {made[0].id}
    assert Host.objects.filter(organisation_id=plan.org_id).count() == 2


def test_every_sending_has_a_number_of_its_own() -> None:
    plan, desk = make_ready(now=NOW)
    show: dict[str, Any] = {"show_id": plan.show.id, "by": desk.by, "now": NOW}
    send = partial(actions.send_roster, **show, sent_to="平台", receipt="")
    assert not [one for one in at_once([send] * 5) if isinstance(one, Exception)]
    numbers = Submission.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("turn", range(3))
def test_a_guest_named_while_the_show_opens_is_judged_or_came_after(turn: int) -> None:
    """Either the gate saw the guest and stayed shut, or it opened with who was sent."""
    plan, desk = make_ready(now=NOW)
    show: dict[str, Any] = {"show_id": plan.show.id, "by": desk.by, "now": NOW}
    guest = hosts.add_host(spec=HostSpec(name="青", stage_name="青"), by=desk.by, now=NOW).id
    affiliated(guest, by=desk.by, now=NOW)
    opened, named = at_once(
        [
            partial(open_show, org_id=plan.org_id, **show),
            partial(actions.set_guests, **show, guests=[(guest, "guest")]),
        ]
    )
    assert not isinstance(named, Exception), named
    sent = reads.roster(plan.org_id, plan.show.id, now=NOW).sent[0]
    if isinstance(opened, NotReady):
        assert plans.show(plan.org_id, plan.show.id).state == "draft"
        return
    (passed,) = facts_of_show(plan.show.id, [PreflightPassed])
    assert isinstance(passed.fact, PreflightPassed)
    assert passed.fact.roster_digest == sent.digest
    assert [one.host_id for one in passed.fact.people] == [plan.show.host_id]
