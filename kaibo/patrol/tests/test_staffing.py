"""Moderators match the rooms: the 21st of one moderator does not open."""

import datetime as dt

import pytest

from kaibo.compliance.tests.test_controls import MERCHANT
from kaibo.facts.patrol import DutyBegan, DutyEnded, PatrolTermsSet, ShowAdmitted
from kaibo.journal.reads import last_position, read
from kaibo.patrol import actions, reads
from kaibo.patrol.errors import NoModeratorCapacity
from kaibo.patrol.models import Duty, Post
from kaibo.patrol.tests.scene import NOW, PLATFORM, Scene, after, make_scene
from kaibo.planning import actions as planning
from kaibo.planning.actions import ShowSpec
from kaibo.preflight.reads import preflight

pytestmark = pytest.mark.django_db


def on_air(scene: Scene, count: int) -> None:
    """So many other shows that are live."""
    for number in range(count):
        spec = ShowSpec(
            title=f"第{number}场", host_id=scene.host_id, starts_at=NOW, planned_minutes=60
        )
        show = planning.plan_show(spec=spec, by=scene.by, now=NOW)
        planning.start_show(org_id=scene.org_id, show_id=show.id, by=scene.by, now=NOW)


@pytest.mark.row("LM-019")
def test_the_21st_room_of_one_moderator_is_refused_until_another_comes() -> None:
    scene = make_scene(profile=PLATFORM)
    on_air(scene, 20)
    first, second = scene.patroller("one"), scene.patroller("two")
    actions.beat(by=first, now=NOW)
    start = last_position()
    with pytest.raises(NoModeratorCapacity) as refused:
        scene.open()
    assert refused.value.data == {"rooms": 21, "moderators": 1, "needed": 2}
    assert refused.value.code == "no_moderator_capacity"
    assert read(start, limit=100) == []
    states = {one.code: one.state for one in preflight(scene.org_id, scene.show_id, NOW).checks}
    assert states["moderators"] == "red"
    actions.beat(by=second, now=after(1))
    # Who is silent for a minute does not count, whether the timer was there by then or not.
    with pytest.raises(NoModeratorCapacity):
        scene.open(now=after(60))
    actions.beat(by=first, now=after(60))
    scene.open(now=after(60))
    (told,) = [one.fact for one in read(start, limit=500) if isinstance(one.fact, ShowAdmitted)]
    assert told == ShowAdmitted(letter="A", key_whys=(), rooms=21, moderators=2)
    post = Post.objects.get(show_id=scene.show_id)
    assert (post.letter, post.key_whys, post.admitted_at) == ("A", [], after(60))


@pytest.mark.row("LM-019")
def test_a_small_merchant_is_asked_only_if_it_wants() -> None:
    scene = make_scene(profile=MERCHANT)
    assert not reads.terms(scene.org_id).applies
    start = last_position()
    for _ in range(2):
        view = actions.set_patrol_terms(staffing="on", rooms_per_moderator=1, by=scene.by, now=NOW)
    assert (view.staffing, view.rooms_per_moderator, view.applies) == ("on", 1, True)
    told = [one.fact for one in read(start, limit=10)]
    assert told == [PatrolTermsSet(staffing="on", rooms_per_moderator=1)]
    with pytest.raises(NoModeratorCapacity):
        scene.open()
    actions.set_patrol_terms(staffing="off", rooms_per_moderator=1, by=scene.by, now=NOW)
    scene.open()


def test_a_duty_has_no_hole_and_ends_by_hand_or_by_silence() -> None:
    scene = make_scene()
    who, start = scene.patroller(), last_position()
    for seconds in (0, 20, 40, 219):
        actions.beat(by=who, now=after(seconds))
    assert actions.end_silent_duties(now=after(398)) == 0
    assert actions.end_silent_duties(now=after(399)) == 1
    assert actions.end_silent_duties(now=after(400)) == 0
    actions.beat(by=who, now=after(500))
    actions.beat(by=who, now=after(500 + 180))
    for _ in range(2):
        actions.leave_duty(by=who, now=after(690))
    rows = [
        (row.began_at, row.beat_at, row.ended_at, row.lapsed) for row in Duty.objects.order_by("pk")
    ]
    assert rows == [
        (after(0), after(219), after(399), True),
        (after(500), after(500), after(680), True),
        (after(680), after(680), after(690), False),
    ]
    kinds = [type(one.fact) for one in read(start, limit=20)]
    assert kinds == [DutyBegan, DutyEnded] * 3
    assert reads.moderators(scene.org_id, now=after(690)) == 0
    assert dt.timedelta(seconds=180) == after(180) - NOW
