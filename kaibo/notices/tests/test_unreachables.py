"""Somebody whom an authority cannot reach: the clock, the reminder, the limit and its end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, TextMissing
from kaibo.compliance.tests.conftest import manager_of
from kaibo.facts.notices import (
    DeadlineMissed,
    UnreachableLimited,
    UnreachableNoted,
    UnreachableReminded,
    UnreachableUpdated,
)
from kaibo.hosts.actions import HostSpec, add_host
from kaibo.hosts.errors import NoSuchHost
from kaibo.notices import actions, reads
from kaibo.notices.errors import NoSuchUnreachable, UnreachableStateWrong
from kaibo.notices.models import Unreachable
from kaibo.notices.tests.made import at, told, unreachable

pytestmark = pytest.mark.django_db
# The Friday before the Spring Festival; the Saturday after it is made up for and worked.
FRIDAY = at("2026-02-13T16:00")


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


@pytest.mark.row("LM-010")
def test_a_notice_of_the_friday_before_a_holiday_week(ana: Actor) -> None:
    """Due after the holidays; overdue is told; who does not update then opens no show."""
    view = actions.note_unreachable(spec=unreachable(received_at=FRIDAY), by=ana, now=FRIDAY)
    # Working days: 14, 24, 25, 26 and 27 February.
    assert view.due_at == at("2026-02-28")
    assert "第二十二条" in view.letter
    assert actions.miss_due_notices(now=at("2026-02-27T23:59:59")) == 0
    assert actions.miss_due_notices(now=at("2026-02-28")) == 1
    assert actions.miss_due_notices(now=at("2026-03-01")) == 0
    # Nobody is limited who was not reminded.
    assert actions.limit_due_unreachables(now=at("2026-12-01")) == 0
    view = actions.remind_unreachable(id=view.id, way="短信", by=ana, now=at("2026-03-02T09:00"))
    assert (view.state, view.due_at, view.late_at) == ("reminded", at("2026-03-10"), None)
    assert actions.limit_due_unreachables(now=at("2026-03-09T23:59:59")) == 0
    assert actions.limit_due_unreachables(now=at("2026-03-10")) == 1
    assert actions.limit_due_unreachables(now=at("2026-03-11")) == 0
    assert [one.state for one in reads.standing_of_contacts(ana.org_id, [])] == ["limited"]
    with pytest.raises(UnreachableStateWrong):
        actions.remind_unreachable(id=view.id, way="短信", by=ana, now=at("2026-03-11"))
    view = actions.update_unreachable(id=view.id, how="实地核对", by=ana, now=at("2026-03-12"))
    assert (view.state, view.limited_at) == ("updated", at("2026-03-10"))
    assert reads.standing_of_contacts(ana.org_id, []) == []
    assert told(
        UnreachableNoted, UnreachableReminded, UnreachableLimited, UnreachableUpdated,
        DeadlineMissed,
    ) == [
        UnreachableNoted(
            unreachable_id=view.id, who="operator", host_id=None, received_at=FRIDAY,
            due_at=at("2026-02-28"),
        ),
        DeadlineMissed(
            what="unreachable", id=view.id, state="noticed", due_at=at("2026-02-28")
        ),
        UnreachableReminded(unreachable_id=view.id, due_at=at("2026-03-10")),
        UnreachableLimited(unreachable_id=view.id),
        UnreachableUpdated(unreachable_id=view.id),
    ]  # fmt: skip


def test_who_updates_in_time_is_never_limited(ana: Actor) -> None:
    dai = manager_of("dai")
    host = add_host(spec=HostSpec(name="林小满", stage_name="小满"), by=ana, now=FRIDAY)
    spec = unreachable(who="host", host_id=host.id, received_at=FRIDAY)
    view = actions.note_unreachable(spec=spec, by=ana, now=FRIDAY)
    assert view.name == "林小满"
    assert [one.name for one in reads.standing_of_contacts(ana.org_id, [host.id])] == ["林小满"]
    assert reads.standing_of_contacts(ana.org_id, [host.id + 1]) == []
    with pytest.raises(NoSuchUnreachable):
        actions.remind_unreachable(id=view.id, way="短信", by=dai, now=FRIDAY)
    with pytest.raises(TextMissing):
        actions.remind_unreachable(id=view.id, way=" ", by=ana, now=FRIDAY)
    actions.update_unreachable(id=view.id, how="来人核对", by=ana, now=FRIDAY)
    assert actions.limit_due_unreachables(now=at("2026-12-01")) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"who": "viewer"},
        {"host_id": 5},
        {"who": "host"},
        {"received_at": FRIDAY + dt.timedelta(seconds=1)},
        {"received_at": FRIDAY - dt.timedelta(days=367)},
        {"authority": ""},
        {"details": "\x00"},
    ],
)
def test_what_is_refused(ana: Actor, change: dict[str, object]) -> None:
    spec = unreachable(**{"received_at": FRIDAY, **change})
    with pytest.raises(BadInput):
        actions.note_unreachable(spec=spec, by=ana, now=FRIDAY)
    assert not Unreachable.objects.exists()


def test_a_host_of_nobody(ana: Actor) -> None:
    spec = unreachable(who="host", host_id=10**9, received_at=FRIDAY)
    with pytest.raises(NoSuchHost):
        actions.note_unreachable(spec=spec, by=ana, now=FRIDAY)
    view = actions.note_unreachable(spec=unreachable(received_at=FRIDAY), by=ana, now=FRIDAY)
    # The database says it again: limited only after a reminder.
    with pytest.raises(IntegrityError), transaction.atomic():
        Unreachable.objects.filter(pk=view.id).update(state="limited", due_at=None)
