"""A key room has a person who watches it, or it is limited."""

from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.compliance import actions as compliance
from kaibo.compliance import reads as risk
from kaibo.compliance.errors import FunctionOff, RungHeld
from kaibo.compliance.rules.keeping import Kept
from kaibo.evidence.reads import keeping
from kaibo.facts import compliance as rungs
from kaibo.facts import patrol as told
from kaibo.hosts.actions import change_host
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.patrol import actions, reads
from kaibo.patrol.errors import (
    KeyReasonMissing,
    KeyRoomUnpatrolled,
    PatrollerAway,
    PatrollerUnfit,
    PatrolOver,
)
from kaibo.patrol.models import Post
from kaibo.patrol.tests.scene import NOW, Scene, after, make_scene
from kaibo.preflight.actions import close_show
from kaibo.preflight.reads import preflight

pytestmark = pytest.mark.django_db

STORY = (told.PatrollerLost, told.PatrollerBack, rungs.RungHeld, rungs.RungChanged, rungs.RungLetGo)


def watched(scene: Scene) -> Actor:
    """The show is open, a key room, and somebody watches it."""
    who = scene.patroller()
    scene.key()
    actions.name_patroller(show_id=scene.show_id, person_id=who.id, by=scene.by, now=NOW)
    actions.beat(by=who, now=NOW)
    scene.open()
    return who


def rung(scene: Scene) -> str:
    return risk.rung_now(scene.org_id, scene.show_id).rung


@pytest.mark.row("LM-052", "R-131")
def test_a_key_room_opens_only_with_its_patroller_there() -> None:
    scene = make_scene()
    who = scene.patroller()
    scene.key()
    start = last_position()

    def shut(seconds: float) -> str:
        with pytest.raises(KeyRoomUnpatrolled):
            scene.open(now=after(seconds))
        checks = preflight(scene.org_id, scene.show_id, after(seconds)).checks
        (found,) = [one for one in checks if one.code == "patroller"]
        assert found.state == "red"
        return found.detail_en

    assert shut(0) == "a key room (named by a person): nobody named"
    assert read(start, limit=10) == []
    named: dict[str, Any] = {"show_id": scene.show_id, "by": scene.by, "now": NOW}
    actions.name_patroller(**named, person_id=who.id)
    assert shut(0) == "a key room (named by a person): patrol is not on duty"
    actions.beat(by=who, now=NOW)
    shut(60)
    scene.open(now=after(59))
    post = Post.objects.get(show_id=scene.show_id)
    assert (post.patroller_id, post.key_whys, post.key_since) == (who.id, ["named"], after(59))


@pytest.mark.row("LM-052")
def test_a_silent_patroller_alerts_at_60_s_and_limits_at_180_s_until_somebody_is_back() -> None:
    scene = make_scene()
    who = watched(scene)
    for seconds, wanted in ((59, ""), (60, "alert"), (179, "alert"), (180, "limit")):
        actions.watch_key_rooms(now=after(seconds))
        assert Post.objects.get().lost == wanted, seconds
        assert rung(scene) == ("limit" if wanted == "limit" else "clear"), seconds
    with pytest.raises(FunctionOff):
        risk.check_function_on(scene.org_id, scene.show_id, "draw", now=after(180))
    # Neither time nor a person takes it down while nobody watches.
    compliance.step_rungs_down(now=after(180 + 3_600))
    assert rung(scene) == "limit"
    with pytest.raises(RungHeld):
        compliance.override_rung(
            **scene.show, rung="clear", reason="我说可以", by=scene.by, now=after(4_000)
        )
    actions.beat(by=who, now=after(4_000))
    actions.watch_key_rooms(now=after(4_001))
    assert (Post.objects.get().lost, rung(scene)) == ("", "limit")
    compliance.step_rungs_down(now=after(4_001))
    assert rung(scene) == "warning"
    story = [one.fact for one in facts_of_show(scene.show_id, STORY)]
    assert [type(one) for one in story] == [
        told.PatrollerLost, told.PatrollerLost, rungs.RungHeld, rungs.RungChanged,
        told.PatrollerBack, rungs.RungLetGo, rungs.RungChanged,
    ]  # fmt: skip
    assert story[:2] == [
        told.PatrollerLost(step="alert", beat_at=NOW),
        told.PatrollerLost(step="limit", beat_at=NOW),
    ]
    assert story[4] == told.PatrollerBack(person_id=who.id)
    moves = risk.room_risk(scene.org_id, scene.show_id, now=after(4_001)).changes
    assert [(one.rung, one.cause) for one in moves] == [("warning", "time"), ("limit", "hold")]


@pytest.mark.row("LM-052")
def test_recordings_of_a_key_room_are_kept_twice_as_long() -> None:
    scene, other = make_scene("ana"), make_scene("dai")
    watched(scene)
    other.open()
    for one in (scene, other):
        close_show(**one.show, by=one.by, now=after(600))
    # The lawful "no longer a key room" after the show takes nothing back.
    actions.unname_key_room(host_id=scene.host_id, reason="误设", by=scene.by, now=after(700))
    longer, plain = (keeping(one.org_id, one.show_id) for one in (scene, other))
    assert isinstance(longer.until, type(NOW))
    assert (longer.code, longer.until.year) == ("R6L", 2032)
    assert isinstance(plain.until, type(NOW))
    assert Kept(plain.until, plain.code).code == "R3L"
    assert plain.until.year == 2029


def test_a_running_room_becomes_a_key_room_and_is_handed_over() -> None:
    scene = make_scene()
    scene.open()
    one, two = scene.patroller("one"), scene.patroller("two")
    scene.key(now=after(100))
    scene.key(now=after(101))
    actions.watch_key_rooms(now=after(159))
    assert Post.objects.get().lost == ""
    actions.watch_key_rooms(now=after(500))
    assert Post.objects.get().lost == "limit"
    named: dict[str, Any] = {"show_id": scene.show_id, "by": scene.by}
    with pytest.raises(PatrollerAway):
        actions.name_patroller(**named, person_id=one.id, now=after(500))
    actions.beat(by=two, now=after(500))
    gate = actions.name_patroller(**named, person_id=two.id, now=after(501))
    assert (gate.patroller_id, gate.is_patrolled, Post.objects.get().lost) == (two.id, True, "")
    actions.unname_key_room(host_id=scene.host_id, reason="误设", by=scene.by, now=after(502))
    actions.watch_key_rooms(now=after(9_999))
    assert (Post.objects.get().lost, Post.objects.get().key_since) == ("", None)
    close_show(**scene.show, by=scene.by, now=after(10_000))
    with pytest.raises(PatrolOver):
        actions.name_patroller(**named, person_id=two.id, now=after(10_001))


def test_who_may_not_patrol_and_what_needs_a_reason() -> None:
    scene, dai = make_scene("ana"), make_scene("dai")
    start = last_position()
    hosting = scene.patroller("hosting")
    change_host(host_id=scene.host_id, changes={"person_id": hosting.id}, by=scene.by, now=NOW)
    unfit = (dai.by.id, hosting.id, scene.patroller("tech", "technical").id, 10**9)
    start = last_position()
    for person_id in unfit:
        with pytest.raises(PatrollerUnfit):
            actions.name_patroller(show_id=scene.show_id, person_id=person_id, by=scene.by, now=NOW)
    for verb in (actions.name_key_room, actions.unname_key_room):
        with pytest.raises(KeyReasonMissing):
            verb(host_id=scene.host_id, reason="  ", by=scene.by, now=NOW)
    assert read(start, limit=10) == []
    assert not Post.objects.exists()
    assert reads.room_standing(scene.org_id, scene.host_id, now=NOW).key_whys == ()
