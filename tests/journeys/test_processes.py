"""The front and its web process: each may die, the room goes on, and strangers stay strangers."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house import Desk, House
from tests.robots import Refused, Robot, call, device, enter

# Of processes and what passes between them, whatever the database.
pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.timeout(900)]

# A front that hardly ever looks for news by itself: what it shows, somebody announced.
SLEEPY_FRONT = (
    "-c",
    "import kaibo.site.cli as cli, kaibo.room.tail as tail; tail.LOOK_EVERY_S = 3600; cli.main()",
)


def wait_until(true: Callable[[], Any], *, wait_s: float = 200.0) -> None:
    """Look often until something is so."""
    ends = time.monotonic() + wait_s
    while not true():
        assert time.monotonic() < ends, "never became true"
        time.sleep(0.1)


def answers(house: House) -> bool:
    """Whether Django answers; meanwhile it is away in words."""
    try:
        call(house.url, "GET", "/rooms")
    except Refused as refused:
        if refused.body["code"] != "web_away":
            raise
        return False
    return True


def open_room(desk: Desk) -> dict[str, Any]:
    """The demo's show on air."""
    show: dict[str, Any] = next(s for s in desk.get("/desk/shows") if s["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    return show


async def test_the_room_outlives_the_web_process(house: House) -> None:
    """Killed, it is started again; sockets and chat never notice, and nothing is orphaned."""
    desk = house.desk("chen")
    show = open_room(desk)
    bo = enter(house.url, show["code"], device=device("bo"), nickname="小波")
    async with Robot(house.url, bo.token) as viewer:
        (first,) = house.web_pids
        os.kill(first, signal.SIGKILL)
        assert (await viewer.say("还在吗"))["data"]["state"] == "shown"
        wait_until(lambda: answers(house))
        (second,) = house.web_pids
        assert second != first
        desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": 2})
        assert (await viewer.event("pop"))["link_no"] == 2
        assert viewer.close_code is None
    house.kill()
    wait_until(lambda: not Path(f"/proc/{second}").exists())
    house.start()
    assert len(house.web_pids) == 1
    assert answers(house)
    house.stop()
    assert not (house.home / "run").exists() or not list((house.home / "run").iterdir())


def test_who_guesses_is_locked_out_whatever_address_he_writes(house: House) -> None:
    """Five wrong passwords under five invented addresses come from one asker."""
    refused = []
    for number in range(6):
        desk = Desk(house.url, None, headers={"X-Forwarded-For": f"10.9.9.{number}"})
        with pytest.raises(Refused) as found:
            desk.post("/session", {"username": "chen", "password": "wrong"})
        refused.append(found.value.body["code"])
    assert refused[:4] == ["sign_in_refused"] * 4
    assert refused[5] == "locked_out"


async def test_a_button_on_the_desk_wakes_the_front(tmp_path: Path) -> None:
    """The fact is committed in the web process; the front would not look for an hour."""
    with House(tmp_path / "home", front=SLEEPY_FRONT) as house:
        desk = house.desk("chen")
        show = open_room(desk)
        bo = enter(house.url, show["code"], device=device("bo"), nickname="小波")
        async with Robot(house.url, bo.token) as viewer:
            # PostgreSQL shows a fact when no older transaction is open, on all of the server: one
            # hint may come too early, and another button tells of both.
            for link_no in itertools.cycle((2, 3)):
                desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": link_no})
                with contextlib.suppress(TimeoutError):
                    assert (await viewer.event("pop", wait_s=5))["link_no"] == 2
                    break


def test_a_large_page_and_a_large_upload_pass(house: House) -> None:
    """Static files of the admin, and a sheet of 11 MB that is read to its end."""
    with urllib.request.urlopen(f"{house.url}/static/admin/css/base.css", timeout=60) as page:
        assert len(page.read()) > 10_000
    with pytest.raises(Refused) as refused:
        house.desk("lin").upload("/desk/imports", "x.csv", b"a,b\n" + b"1,2\n" * 2_800_000)
    assert refused.value.body["code"] == "sheet_too_many_rows"
