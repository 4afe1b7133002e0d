"""Patrol at once: the last place of a moderator is given once, and a duty is one."""

from functools import partial

import pytest
from django.db import connection, transaction

from kaibo.compliance.reads import held_rooms
from kaibo.facts.patrol import DutyBegan
from kaibo.journal.models import Entry
from kaibo.patrol import actions
from kaibo.patrol.actions import posts
from kaibo.patrol.errors import NoModeratorCapacity
from kaibo.patrol.models import Duty
from kaibo.patrol.tests.scene import NOW, Scene, after, make_scene
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.actions import ShowSpec
from kaibo.preflight.actions import close_show
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
    # The rows themselves: a reader of the journal waits for every transaction of the server.
    began = DutyBegan.__struct_config__.tag
    assert Entry.objects.filter(tag=began).count() == 1


def _ended_while_limited(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Nobody watches a key room; the timer limits it in the moment in which its show ends."""
    scene.open()
    scene.key()
    slowed(monkeypatch, planning, "end_show", seconds=0.3)
    slowed(monkeypatch, posts, "hold_room", seconds=0.6)
    late = after(500)
    return at_once(
        [
            partial(actions.watch_key_rooms, now=late),
            partial(close_show, **scene.show, by=scene.by, now=late),
        ]
    )


@pytest.mark.row("LM-052")
def test_a_room_is_not_held_after_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    outcomes = _ended_while_limited(scene, monkeypatch)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert plans.show(scene.org_id, scene.show_id).state == "ended"
    assert held_rooms("hold") == []


def test_without_the_lock_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control; SQLite lets one writer in at a time anyway."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    without_locks(monkeypatch)
    scene = make_scene()
    _ended_while_limited(scene, monkeypatch)
    assert held_rooms("hold") == [(scene.org_id, scene.show_id)]
