"""The wall asks as much for many rooms as for one, and waits for the lake only so long."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaibo.hosts.actions import change_host
from kaibo.patrol import actions, reads
from kaibo.patrol.errors import NothingOnAir
from kaibo.patrol.models import Look
from kaibo.patrol.reads import crowds
from kaibo.patrol.reads.crowds import Crowds
from kaibo.patrol.tests.scene import NOW, after, make_scene
from kaibo.patrol.tests.test_looks import present, sign
from kaibo.patrol.tests.test_staffing import on_air


class Lake:
    """Rooms with as many people as their number, each look of which takes its time."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds, self.asked = 0.0, seconds, list[int]()

    def figures(self, *, org_id: int, show_id: int, codes: Any) -> dict[str, int]:
        self.now += self.seconds
        self.asked.append(show_id)
        return {"online": show_id}


def test_a_crowd_is_looked_up_within_a_budget_the_longest_unasked_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lake = Lake(seconds=0.2)
    monkeypatch.setattr(crowds, "figures", lake.figures)
    known = Crowds(clock=lambda: lake.now)
    rooms = range(1, 6)
    assert known.of(7, rooms) == {1: 1, 2: 2, 3: 3, 4: 0, 5: 0}
    assert known.of(7, rooms) == {one: one for one in rooms}
    assert lake.asked == [1, 2, 3, 4, 5]
    assert known.of(8, [1]) == {1: 1}, "another organisation's room is another room"
    lake.now += 14
    known.of(7, rooms)
    assert lake.asked[6:] == [1, 2, 3], "the others wait for the next wall"


@pytest.mark.django_db
def test_the_wall_asks_as_much_for_many_rooms_as_for_one() -> None:
    scene = make_scene()
    on_air(scene, 1)
    who = present(scene)
    scene.key()
    sign(actions.next_look(by=who, now=after(1)).id, who, 2)
    sign(actions.next_look(by=who, now=after(3)).id, who, 4)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            wall = reads.wall(scene.org_id, person_id=who.id, now=after(5))
        assert {one.last.id for one in wall.rooms if one.last} == {Look.objects.latest("pk").pk}
        return len(queries)

    few = asked()
    on_air(scene, 4)
    assert asked() == few


@pytest.mark.django_db
def test_nobody_signs_for_their_own_room() -> None:
    scene = make_scene()
    on_air(scene, 1)
    who = present(scene)
    change_host(host_id=scene.host_id, changes={"person_id": who.id}, by=scene.by, now=NOW)
    with pytest.raises(NothingOnAir):
        actions.next_look(by=who, now=after(1))
    assert not Look.objects.exists()
