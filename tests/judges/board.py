"""Judge the board: a real room replayed through real sockets, every number recounted.

    python -m tests.judges.board FILE [FILE …] [--speed N] [--most N]

Each file is a CSV with the columns ``room_id``, ``offset_s``, ``kind``, ``user``, ``text`` and
``coin_type``. Robot viewers do what the file says on a server that is started for it: chat is
said, follows follow, shares share, free gifts are likes, paid gifts are orders that are paid on
the provider's page. A witness that shares no code with the product recounts from the answers.

The last line of standard output is one JSON object: ``metrics`` (how many were compared) and
``wrong`` (name, ours, recount). Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.house import House
from tests.journeys.real_room import KINDS, RealRoom
from tests.journeys.show_real import settled_report
from tests.judges.recount import differences

COLUMNS = {"room_id", "offset_s", "kind", "user", "text", "coin_type"}
PAUSE_S_MAX = 5.0


class Unreadable(Exception):
    """The input is not what the judge can judge."""


def read_acts(paths: Sequence[Path], *, most: int | None) -> list[dict[str, str]]:
    """Every act of the files, one room after the other, long pauses shortened."""
    acts: list[dict[str, str]] = []
    clock = 0.0
    for path in paths:
        rows = sorted(_rows(path), key=lambda row: (row["room_id"], float(row["offset_s"])))
        before: float | None = None
        for row in rows:
            at = float(row["offset_s"])
            clock += min(PAUSE_S_MAX, max(0.0, at - before)) if before is not None else 0.0
            before = at
            acts.append(row | {"offset_s": str(clock)})
            if most is not None and len(acts) == most:
                return acts
    return acts


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = COLUMNS - set(reader.fieldnames or ())
            if missing:
                raise Unreadable(f"{path}: no column {', '.join(sorted(missing))}")
            # Some rooms were recorded without a clock: their acts follow in the file's order.
            clock: dict[str, str] = {}
            acts = []
            for row in reader:
                offset = row["offset_s"] or clock.get(row["room_id"], "0")
                clock[row["room_id"]] = offset
                if row["kind"] in KINDS and row["user"] and float(offset) >= 0:
                    acts.append({**{name: row[name] or "" for name in COLUMNS}, "offset_s": offset})
            return acts
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, TypeError) as error:
        raise Unreadable(f"{path}: {error}") from error


async def judge(house: House, acts: list[dict[str, str]], *, speed: float) -> dict[str, Any]:
    """Play the acts in the demo shop's next show and compare every number."""
    desk = house.desk("lin")
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    detail = desk.get(f"/desk/shows/{show['id']}")
    show["prices"] = [item["price_fen"] for item in detail["items"]]
    desk.post(f"/desk/shows/{show['id']}/open")
    for link_no in (1, 2, 3):
        units = {"units": 300}
        desk.post(f"/desk/shows/{show['id']}/links/{link_no}/stock", units)
    room = RealRoom(house, show)
    await room.replay(acts, speed=speed)
    desk.post(f"/desk/shows/{show['id']}/close")
    recount = room.witness.metrics()
    ours = await settled_report(desk, show, room.witness)
    return {"metrics": len(recount), "wrong": differences(ours, recount)}


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.judges.board",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--speed", type=float, default=10.0)
    parser.add_argument("--most", type=int, default=None, help="at most so many acts")
    options = parser.parse_args(arguments)
    try:
        if not options.files or options.speed <= 0:
            raise Unreadable("name at least one file, and a speed above 0")
        acts = read_acts(options.files, most=options.most)
        if not acts:
            raise Unreadable("no act of a viewer in the input")
    except Unreadable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    with House(settings={"KAIBO_CHAT_PER_S": str(max(1, round(options.speed)))}) as house:
        found = asyncio.run(judge(house, acts, speed=options.speed))
    print(json.dumps(found))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
