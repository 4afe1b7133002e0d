"""The first step of the funnel: a live room's card and door count, nothing else does."""

import pytest
from django.test import Client
from django.utils import timezone

from kaibo.insight.numbers import ShowNumbers
from kaibo.planning.actions import start_show
from kaibo.room.tests.scene import make_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_lake")]

DEVICE = "d" * 24


def counted(show_id: int) -> tuple[int, int]:
    with ShowNumbers(show_id) as numbers:
        found = numbers.values(("room_impressions", "room_reach"))
    return int(found["room_impressions"] or 0), int(found["room_reach"] or 0)


def test_cards_and_doors_of_a_live_room_are_counted() -> None:
    scene = make_scene()
    client = Client()
    body = {"device": DEVICE, "codes": [scene.show.code, scene.show.code, "nosuchroom"]}

    def see() -> int:
        return client.post("/api/rooms/seen", body, content_type="application/json").status_code

    def come(device: str) -> int:
        path = f"/api/rooms/{scene.show.code}/enter"
        answer = client.post(path, {"device": device}, content_type="application/json")
        return answer.status_code

    assert (see(), come(DEVICE)) == (204, 200)
    assert counted(scene.show_id) == (0, 0)  # the show has not begun
    now = timezone.now()
    start_show(org_id=scene.org_id, show_id=scene.show_id, by=scene.by, now=now)
    assert (see(), come(DEVICE), come("e" * 24)) == (204, 200, 200)
    bad = client.post("/api/rooms/seen", {**body, "device": "x"}, content_type="application/json")
    assert bad.status_code == 422
    assert counted(scene.show_id) == (3, 2)
