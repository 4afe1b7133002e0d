"""Every room has a grade a day, and a lower one may do less."""

import datetime as dt
from typing import Any

import pytest

from kaibo.audience.actions import enter, follow
from kaibo.base.times import shop_day
from kaibo.compliance import actions as compliance
from kaibo.compliance import reads as risk
from kaibo.compliance.errors import FunctionNotGranted
from kaibo.compliance.tests.words import say
from kaibo.facts.compliance import FunctionsGranted
from kaibo.facts.patrol import GradeInputs, RoomGraded, RoomRegraded, ShowTallied
from kaibo.insight import reads as insight
from kaibo.journal.reads import facts_of_show, read
from kaibo.patrol import actions, reads
from kaibo.patrol.models import Grade, Post
from kaibo.patrol.tests.scene import NOW, Scene, make_scene
from kaibo.planning import actions as planning
from kaibo.planning.actions import ShowSpec
from kaibo.preflight.actions import close_show

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_lake")]

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def another(scene: Scene, *, now: dt.datetime) -> dict[str, Any]:
    """A live show of the same host, past the gate."""
    spec = ShowSpec(title="第二场", host_id=scene.host_id, starts_at=now, planned_minutes=60)
    show = planning.plan_show(spec=spec, by=scene.by, now=now)
    planning.start_show(org_id=scene.org_id, show_id=show.id, by=scene.by, now=now)
    return {"org_id": scene.org_id, "show_id": show.id}


def graded(org_id: int) -> list[RoomGraded]:
    entries = [one for one in read(limit=10_000) if one.org_id == org_id]
    return [one.fact for one in entries if isinstance(one.fact, RoomGraded)]


@pytest.mark.row("LM-053", "R-130")
def test_a_drop_below_the_threshold_takes_the_lottery_away_and_time_gives_it_back() -> None:
    scene = make_scene()
    scene.open()
    # Four findings of S2 in different families: 32 points, and never a paused room.
    for number in range(4):
        now = NOW + number * HOUR
        say(scene.by, "S2", show_id=scene.show_id, now=now, family=f"C{number + 1}")
    close_show(**scene.show, by=scene.by, now=NOW + 3.5 * HOUR)
    tomorrow = NOW + DAY
    running = another(scene, now=tomorrow - HOUR)
    risk.check_function_on(**running, function="draw", now=tomorrow)
    assert [actions.keep_grades(now=tomorrow + n * HOUR) for n in range(2)] == [1, 0]
    row = Grade.objects.get()
    assert (row.on, row.letter, row.score, row.before, row.formula) == (
        shop_day(tomorrow), "C", 68, "", 1,
    )  # fmt: skip
    with pytest.raises(FunctionNotGranted):
        risk.check_function_on(**running, function="draw", now=tomorrow)
    with pytest.raises(FunctionNotGranted):
        risk.check_function_on(**running, function="packet", now=tomorrow)
    risk.check_function_on(**running, function="flash_sale", now=tomorrow)
    assert [one.fact for one in facts_of_show(running["show_id"], [FunctionsGranted])] == [
        FunctionsGranted(off=["draw", "packet"])
    ]
    assert [one.fact for one in facts_of_show(running["show_id"], [RoomRegraded])] == [
        RoomRegraded(letter="C", key_whys=())
    ]
    # The next show of the same host opens with it; a neighbour's is as before.
    for number in (1, 29, 30):
        actions.keep_grades(now=tomorrow + number * DAY)
    letters = list(Grade.objects.order_by("on").values_list("letter", flat=True))
    assert letters == ["C", "C", "C", "A"]
    risk.check_function_on(**running, function="draw", now=tomorrow)
    # Nothing is held against the room any more, so it is graded again with its next show.
    assert actions.keep_grades(now=tomorrow + 31 * DAY) == 0
    last = graded(scene.org_id)[-1]
    assert (last.letter, last.before, last.score) == ("A", "C", 100)
    assert actions.keep_grades(now=tomorrow + 62 * DAY) == 0
    standing = reads.room_standing(scene.org_id, scene.host_id, now=tomorrow + 62 * DAY)
    assert (standing.letter, standing.grade) == ("A", None)


@pytest.mark.row("LM-053")
def test_a_grade_keeps_what_it_was_made_of_and_says_it_again() -> None:
    scene = make_scene()
    scene.open()
    viewer = enter(org_id=scene.org_id, device="d" * 32, nickname="小鱼", now=NOW)
    follow(viewer_id=viewer.id, org_id=scene.org_id, now=NOW)
    found = [
        say(scene.by, severity, show_id=scene.show_id, now=NOW + n * HOUR, family=f"C{n}")  # type: ignore[arg-type]
        for n, severity in enumerate(["S3", "S4", "S4"])
    ]
    say(scene.by, "S1", show_id=scene.show_id, now=NOW, on_air=False)
    compliance.dismiss_finding(
        org_id=scene.org_id, finding_id=found[2], reason="误报", by=scene.by, now=NOW + 3 * HOUR
    )
    close_show(**scene.show, by=scene.by, now=NOW + 3.5 * HOUR)
    actions.keep_grades(now=NOW + DAY)
    kept = GradeInputs(
        findings={"S3": 1, "S4": 1}, shows=1, stopped=0, followers=1, visitors=0, orders=0,
        paid_fen=0,
    )  # fmt: skip
    (fact,) = graded(scene.org_id)
    assert (fact.inputs, fact.score, fact.letter, fact.is_large) == (kept, 96, "A", False)
    assert [one.fact for one in facts_of_show(scene.show_id, [ShowTallied])] == [
        ShowTallied(visitors=0)
    ]
    (view,) = reads.grade_history(scene.org_id, scene.host_id)
    assert [(line.what, line.amount, line.points) for line in view.score_lines] == [
        ("S3", 1, -3), ("S4", 1, -1),
    ]  # fmt: skip
    assert view.inputs["findings"] == kept.findings
    # Graded twice in a day: the first stays.
    actions.grade_room(org_id=scene.org_id, host_id=scene.host_id, now=NOW + DAY + HOUR)
    assert len(graded(scene.org_id)) == Grade.objects.count() == 1


@pytest.mark.row("LM-052", "LM-053")
def test_a_room_that_breaks_rules_again_and_again_is_a_key_room() -> None:
    scene = make_scene()
    scene.open()
    say(scene.by, "S1", show_id=scene.show_id, now=NOW)
    say(scene.by, "S1", show_id=scene.show_id, now=NOW + HOUR / 4)
    assert risk.rung_now(scene.org_id, scene.show_id).rung == "stop"
    close_show(**scene.show, by=scene.by, now=NOW + HOUR)
    running = another(scene, now=NOW + 20 * HOUR)
    actions.keep_grades(now=NOW + DAY)
    row = Grade.objects.get()
    assert (row.score, row.letter, row.inputs["stopped"]) == (100 - 40 - 25, "D", 1)
    post = Post.objects.get(show_id=running["show_id"])
    assert (post.letter, post.key_whys, post.was_key) == ("D", ["low"], True)
    with pytest.raises(FunctionNotGranted):
        risk.check_function_on(**running, function="flash_sale", now=NOW + DAY)


def test_a_show_that_cannot_be_counted_keeps_its_own_room_waiting_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana, dai = make_scene("ana"), make_scene("dai")
    for scene in (ana, dai):
        scene.open()
        close_show(**scene.show, by=scene.by, now=NOW + HOUR)
    counted = insight.figures

    def broken(*, show_id: int, **more: Any) -> Any:
        if show_id == ana.show_id:
            raise OSError("lake")
        return counted(show_id=show_id, **more)

    monkeypatch.setattr("kaibo.patrol.actions.grading.figures", broken)
    assert actions.keep_grades(now=NOW + DAY) == 1
    assert Grade.objects.get().host_id == dai.host_id
    monkeypatch.setattr("kaibo.patrol.actions.grading.figures", counted)
    assert actions.keep_grades(now=NOW + DAY + HOUR) == 1


def test_the_formula_is_published(client: Any) -> None:
    told = client.get("/api/grading").json()
    assert told["number"] == 1
    assert told["finding_costs"] == {"S1": 20, "S2": 8, "S3": 3, "S4": 1}
    assert told["reached_at"] == {"A": 90, "B": 75, "C": 60, "D": 0}
    assert told["functions_off"]["C"] == ["draw", "packet"]
