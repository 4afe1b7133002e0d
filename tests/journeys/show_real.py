"""One show on real input, from plan to report, and a recount of every headline number.

    python -m tests.journeys.show_real [--speed N] [--seconds N] [--claimants N] [--units N]

Products come from a day of real beauty listings, chat and gifts from a real live room, replayed
by robot viewers over real sockets; gifts become orders that are paid on the provider's page; the
picture is an RTMP push. Before it closes, one flash sale meets several claimants a unit. A witness
that shares no code with the product recounts everything from the answers the robots got.

The last line of standard output is one JSON object; exit status 0 only if nothing was lost,
reordered or oversold and every number agrees; 2 when the data is absent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.house import Desk, House
from tests.journeys.real_goods import import_goods, plan_show
from tests.journeys.real_room import RealRoom, read_acts
from tests.judges.recount import Recount, differences
from tests.robots import Refused


@dataclass
class Outcome:
    """What the journey found; ``wrong`` is empty when every number agrees."""

    products: int = 0
    viewers: int = 0
    chat: dict[str, Any] = field(default_factory=dict)
    orders_paid: int = 0
    claimants: int = 0
    units: int = 0
    won: int = 0
    sale_s: float = 0.0
    picture: str = "no ffmpeg"
    evidence: str = ""
    numbers: int = 0
    wrong: list[dict[str, object]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing lost, reordered or oversold; everything agrees."""
        return (
            self.chat["lost"] == self.chat["reordered"] == 0
            and self.chat["flagged_share"] < 0.01
            and self.won == min(self.units, self.claimants)
            and self.evidence == "intact"
            and not self.wrong
        )


@dataclass(frozen=True)
class Plan:
    """How much of the real room is played, and how fast."""

    data: Path
    speed: float = 10.0
    seconds: float = 600.0
    claimants: int = 5000
    units: int = 1000


def main(arguments: Sequence[str]) -> int:
    """Play the show and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--speed", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=600.0, help="of the real room")
    parser.add_argument("--claimants", type=int, default=5000)
    parser.add_argument("--units", type=int, default=1000)
    options = parser.parse_args(arguments)
    plan = Plan(**vars(options))
    if not (plan.data / "bilibili_live_rooms").exists():
        _say(f"{plan.data}: the data sets are not there")
        return 2
    with House(settings={"KAIBO_CHAT_PER_S": str(round(plan.speed))}) as house:
        outcome = asyncio.run(play(house, plan))
    print(json.dumps(asdict(outcome) | {"holds": outcome.holds}, ensure_ascii=False))  # noqa: T201
    return 0 if outcome.holds else 1


async def play(house: House, plan: Plan) -> Outcome:
    """The whole story; the house is fresh."""
    outcome = Outcome(claimants=plan.claimants, units=plan.units)
    desk = house.desk("lin")
    _say("goods from real listings")
    goods = await asyncio.to_thread(import_goods, desk, house.desk("chen"), plan.data, plan.units)
    outcome.products = len(goods)
    show = await asyncio.to_thread(plan_show, desk, goods)
    push = start_push(desk, show)
    desk.post(f"/desk/shows/{show['id']}/open")
    _say(f"on air: {house.url}/room/{show['code']}")
    room = RealRoom(house, show)
    try:
        acts = read_acts(plan.data / "bilibili_live_rooms" / "events.csv", seconds=plan.seconds)
        _say(f"{len(acts)} acts at {plan.speed}×")
        outcome.chat = await room.replay(acts, speed=plan.speed)
        _say(f"chat: {outcome.chat}")
        outcome.won, outcome.sale_s = await room.rush(claimants=plan.claimants, units=plan.units)
        _say(f"flash sale: {outcome.won} of {plan.units} won by {plan.claimants}")
        outcome.picture = await asyncio.to_thread(look_at_picture, house, show, push)
    finally:
        if push is not None:
            push.kill()
            push.wait()
    desk.post(f"/desk/shows/{show['id']}/close")
    outcome.viewers = len(room.witness.viewers)
    outcome.orders_paid = len(room.witness.paid)
    recount = room.witness.metrics()
    outcome.numbers = len(recount)
    outcome.wrong = differences(await settled_report(desk, show, room.witness), recount)
    outcome.evidence = await asyncio.to_thread(check_evidence, house, show)
    return outcome


def start_push(desk: Desk, show: dict[str, Any]) -> subprocess.Popen[bytes] | None:
    """A test picture by RTMP, as OBS would send it; None without ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        return None
    key = stream_key(desk, show)
    return subprocess.Popen(
        [
            *(ffmpeg, "-loglevel", "error", "-re", "-f", "lavfi", "-i"),
            *("testsrc2=size=320x180:rate=15", "-f", "lavfi", "-i", "sine=frequency=440"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-f", "flv", f"{key['server']}/{key['key']}"),
        ],
        stdin=subprocess.DEVNULL,
    )


def stream_key(desk: Desk, show: dict[str, Any]) -> dict[str, Any]:
    """The show's key; it follows the plan a moment later."""
    for _ in range(60):
        try:
            found: dict[str, Any] = desk.get(f"/desk/shows/{show['id']}/stream-key")
        except Refused:
            time.sleep(0.5)
        else:
            return found
    raise AssertionError("no stream key came with the plan")


def look_at_picture(
    house: House, show: dict[str, Any], push: subprocess.Popen[bytes] | None
) -> str:
    """Whether the playlist is there and grows."""
    if push is None:
        return "no ffmpeg"
    lists = []
    for _ in range(2):
        done = subprocess.run(
            ["curl", "-sf", f"{house.url}/live/{show['code']}/index.m3u8"],
            capture_output=True,
            check=False,
        )
        lists.append(done.stdout)
        time.sleep(3)
    return "live" if b"#EXTM3U" in lists[0] and lists[0] != lists[1] else "broken"


async def settled_report(
    desk: Desk, show: dict[str, Any], witness: Recount
) -> dict[str, float | int | None]:
    """The product's numbers, once the followers have told the lake of the last order."""
    ours: dict[str, float | int | None] = {}
    for _ in range(60):
        report = await asyncio.to_thread(desk.get, f"/desk/shows/{show['id']}/report")
        ours = {figure["code"]: figure["value"] for figure in report["figures"]}
        if ours["orders_created"] == len(witness.created):
            break
        await asyncio.sleep(1)
    return ours


def check_evidence(house: House, show: dict[str, Any]) -> str:
    """Export the sealed facts and check them with the command, offline."""
    for _ in range(30):
        exported = house.run("export", str(show["id"]))
        if b"planning.show_ended" in exported.stdout:
            break
        time.sleep(1)
    checked = house.run("verify", "-", "--json", stdin=exported.stdout)
    said = checked.stdout + checked.stderr + exported.stderr
    return "intact" if checked.returncode == 0 else said.decode()[:500]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
