"""A room that only invited people see is judged, graded and patrolled as any other."""

import ast
import datetime as dt
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.compliance import actions as compliance
from kaibo.compliance import reads as risk
from kaibo.compliance.rules.hits import SEVERITIES
from kaibo.compliance.tests.words import say
from kaibo.evidence.reads import keeping
from kaibo.patrol import actions, reads
from kaibo.patrol.models import Grade, Post
from kaibo.patrol.tests.scene import NOW, PLATFORM, Scene, make_scene
from kaibo.preflight.actions import close_show
from tests.architecture.source import package_modules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_lake")]

CLOSED = dict.fromkeys(PLATFORM, False) | {"closed_rooms": True}


def _live(scene: Scene, seed: int) -> list[Any]:
    """An evening by chance; everything that was decided in it, in order."""
    chance, now, decided = Random(seed), NOW, list[Any]()
    who = scene.patroller()
    show: dict[str, Any] = scene.show
    for number in range(40):
        now += dt.timedelta(seconds=chance.randrange(5, 200))
        verb = chance.choice(["open", "say", "say", "time", "beat", "beat", "name", "key", "look"])
        try:
            match verb:
                case "open":
                    scene.open(now=now)
                case "say":
                    severity = chance.choices(SEVERITIES, [1, 4, 8, 8])[0]
                    family = chance.choice(["C1", "C2"])
                    say(scene.by, severity, show_id=scene.show_id, now=now, family=family)
                case "time":
                    compliance.step_rungs_down(now=now)
                case "beat":
                    actions.beat(by=who, now=now)
                case "name":
                    actions.name_patroller(
                        show_id=scene.show_id, person_id=who.id, by=scene.by, now=now
                    )
                case "key":
                    scene.key(now=now)
                case "look":
                    actions.next_look(by=who, now=now, seed=str(number))
        except Refusal as refusal:
            decided.append((verb, refusal.code))
        actions.watch_key_rooms(now=now)
        room = risk.room_risk(**show, now=now)
        post = Post.objects.filter(show_id=scene.show_id).first()
        decided.append((room.rung, room.score, room.viewers_max, room.selling_paused))
        decided.append((post.letter, post.key_whys, post.lost) if post else None)
        decided.append(reads.gate_of(**show, now=now).applies)
    return decided


@pytest.mark.row("LM-062")
@pytest.mark.parametrize("seed", range(2))
def test_the_same_evening_in_a_closed_room_is_decided_in_the_same_way(seed: int) -> None:
    """Rungs, caps, refusals, grades, patrol and keep-times, event for event."""
    public, closed = make_scene("ana", PLATFORM), make_scene("dai", CLOSED)
    assert [risk.profile(one.org_id).kind for one in (public, closed)] == [
        "platform", "private_domain",
    ]  # fmt: skip
    decided = _live(public, seed)
    assert decided == _live(closed, seed)
    assert len({str(one) for one in decided}) > 6
    kept = list[Any]()
    for scene in (public, closed):
        try:
            close_show(**scene.show, by=scene.by, now=NOW + dt.timedelta(hours=4))
        except Refusal as refusal:
            kept.append(refusal.code)
            continue
        actions.keep_grades(now=NOW + dt.timedelta(days=1))
        row = Grade.objects.get(host_id=scene.host_id)
        kept.append((row.inputs, row.score, row.letter, row.size))
        until = keeping(scene.org_id, scene.show_id)
        kept.append((until.until, until.code, until.codes))
    assert kept[: len(kept) // 2] == kept[len(kept) // 2 :]


@pytest.mark.row("LM-062")
def test_only_who_bears_a_duty_is_asked_of_the_profile() -> None:
    """No rule of words, ladder, grade or keep-times knows of a closed room."""
    words = {"closed_rooms", "private_domain", "visibility", "invite_only", "is_public"}
    found = {
        module.name
        for module in package_modules()
        if "/tests/" not in str(module.path) and "/demo/" not in str(module.path)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant | ast.Name | ast.Attribute) and _word(node) in words
    }
    assert found == {
        "kaibo/compliance/rules/profile.py",
        # Whether moderators must match the rooms, and whether who appears signed an agreement.
        "kaibo/patrol/rules/duty.py",
        "kaibo/preflight/rules/people.py",
        # Whether the operator of closed rooms must publish rules.
        "kaibo/preflight/rules/duties.py",
    }


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return (
        node.id
        if isinstance(node, ast.Name)
        else node.attr
        if isinstance(node, ast.Attribute)
        else ""
    )
