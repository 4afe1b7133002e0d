"""Patrol at once: the last place of a moderator is given once, and a duty is one."""

from functools import partial

import pytest
from django.db import connection, transaction

from kaibo.facts.patrol import DutyBegan
from kaibo.journal.reads import read
from kaibo.patrol import actions
from kaibo.patrol.actions import posts
from kaibo.patrol.errors import NoModeratorCapacity
from kaibo.patrol.models import Duty
from kaibo.patrol.tests.scene import NOW, Scene, make_scene
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.actions import ShowSpec
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


def _admitted(scene: Scene, show_id: int) -> None:
    """What the gate does of it: admit and let go live, in one transaction."""
    with transaction.atomic():
        actions.admit_show(org_id=scene.org_id, show_id=show_id, by=scene.by, now=NOW)
        planning.start_show(org_id=scene.org_id, show_id=show_id, by=scene.by, now=NOW)


def _opened_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[object]]:
    actions.set_patrol_terms(staffing="on", rooms_per_moderator=2, by=scene.by, now=NOW)
    actions.beat(by=scene.patroller(), now=NOW)
    spec = ShowSpec(title="场", host_id=scene.host_id, starts_at=NOW, planned_minutes=60)
    ids = [planning.plan_show(spec=spec, by=scene.by, now=NOW).id for _ in range(4)]
    slowed(monkeypatch, posts, "gate", seconds=0.2)
    outcomes = at_once([partial(_admitted, scene, id) for id in ids])
    return len(plans.live_shows_of(scene.org_id)), outcomes


@pytest.mark.row("LM-019")
def test_two_rooms_of_one_moderator_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    live, outcomes = _opened_at_once(make_scene(), monkeypatch)
    assert live == 2, outcomes
    assert sum(isinstance(one, NoModeratorCapacity) for one in outcomes) == 2, outcomes


def test_without_the_lock_a_third_would_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control; SQLite lets one writer in at a time anyway."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    without_locks(monkeypatch)
    live, _ = _opened_at_once(make_scene(), monkeypatch)
    assert live > 2


def test_many_pages_of_one_person_are_one_duty() -> None:
    who = make_scene().patroller()
    outcomes = at_once([partial(actions.beat, by=who, now=NOW)] * 5)
    assert outcomes == [None] * 5
    assert Duty.objects.filter(ended_at=None).count() == 1
    assert len([one for one in read(limit=10_000) if isinstance(one.fact, DutyBegan)]) == 1
