"""Judge the chat: a real room's lines replayed through real sockets.

    python -m tests.judges.chat FILE [FILE …] [--speed N] [--most N]

Each file is a CSV with the columns ``offset_s``, ``kind``, ``user`` and ``text``; lines of kind
``danmaku`` are said by one robot viewer a user, N times as fast as they were said (pauses above
five seconds are shortened to five before that). A server of the product is started for it, on an
empty database, whose limit of messages a second is N times as high as well. Two more robots watch.

The last line of standard output is one JSON object:

- ``sent``: lines said;
- ``lost``: lines that neither both watchers saw with their own text nor their author was told of
  as hidden;
- ``reordered``: lines that a watcher saw after a later line of the same author, after a line that
  was sent when this one had already been answered, or at another place than the other watcher did;
- ``flagged``, ``flagged_share``: lines that were hidden or warned;
- ``p99_ms``: from the sending of a line to its arrival at a watcher.

Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.robots import Entrance, Robot, device, enter

PAUSE_S_MAX = 5.0
# A robot is in the room this long before its first line.
AHEAD_S = 3.0


class Unreadable(Exception):
    """The input is not what the judge can judge."""


@dataclass
class Line:
    """One line of the file, and what became of it."""

    user: str
    text: str
    at_s: float
    sent_at: float = 0.0
    answered_at: float = 0.0
    message_id: int = 0
    state: str = ""
    seen_at: list[float] = field(default_factory=list)


def lines(paths: Sequence[Path], *, most: int | None = None) -> list[Line]:
    """Every line of chat of the files, one file after the other, with long pauses shortened."""
    found: list[Line] = []
    at_s = 0.0
    for path in paths:
        before: float | None = None
        for offset_s, user, text in sorted(_rows(path), key=lambda row: row[0]):
            at_s += min(PAUSE_S_MAX, offset_s - before) if before is not None else 0.0
            before = offset_s
            found.append(Line(user=user, text=text, at_s=at_s))
            if most is not None and len(found) == most:
                return found
    return found


def _rows(path: Path) -> Iterator[tuple[float, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"offset_s", "kind", "user", "text"} - set(reader.fieldnames or ())
            if missing:
                raise Unreadable(f"{path}: no column {', '.join(sorted(missing))}")
            for row in reader:
                if row["kind"] == "danmaku":
                    yield float(row["offset_s"]), row["user"], row["text"]
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, TypeError) as error:
        raise Unreadable(f"{path}: {error}") from error


# --- the server, in a process of its own --------------------------------------------------------


@contextmanager
def server(speed: float) -> Iterator[tuple[str, str]]:
    """A server on an empty database; gives its address and the code of its room."""
    with tempfile.TemporaryDirectory(prefix="kaibo-judge-") as home:
        settings = {"KAIBO_HOME": home, "DJANGO_SETTINGS_MODULE": "kaibo.site.settings"}
        environment = {**os.environ, **settings}
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.judges.chat", "--serve", "--speed", str(speed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            ready = next((line for line in process.stdout if line.startswith("{")), "")
            if not ready:
                raise Unreadable("the server did not start")
            where = json.loads(ready)
            if "room" not in where:
                raise Unreadable(f"the server did not start: {ready}")
            yield where["url"], where["room"]
        finally:
            # The server ends when its input does.
            process.stdin.close()
            process.wait(timeout=60)
            process.stdout.close()


def serve(speed: float) -> int:
    """Run the server until standard input ends."""
    import django

    django.setup()
    from django.core.management import call_command

    from kaibo.room.rules import Limits
    from kaibo.room.tests.scene import Server, make_scene

    call_command("migrate", interactive=False, verbosity=0)
    scene = make_scene()
    limits = Limits(chat_per_s=speed, chat_burst=round(5 * speed), frames_per_s=40 * speed)
    running = Server(limits).start()
    print(json.dumps({"url": running.url, "room": scene.show.code}), flush=True)  # noqa: T201
    sys.stdin.read()
    running.stop()
    return 0


# --- the replay ---------------------------------------------------------------------------------


async def replay(base_url: str, code: str, said: list[Line], *, speed: float) -> list[Robot]:
    """Say every line at its time; returns the two watchers with what they saw."""
    watchers = [await _watch(base_url, code, number) for number in range(2)]
    by_user: dict[str, list[Line]] = {}
    for line in said:
        by_user.setdefault(line.user, []).append(line)
    began = time.monotonic() + AHEAD_S + 1
    gate = asyncio.Semaphore(20)
    progress = asyncio.create_task(_report(said))
    await asyncio.gather(
        *(
            _speak(base_url, code, user, own, began=began, speed=speed, gate=gate)
            for user, own in by_user.items()
        )
    )
    expected = sum(line.state in ("shown", "warned") for line in said)
    for watcher in watchers:
        try:
            await watcher.until(lambda w=watcher: len(w.seen.chat) >= expected, wait_s=30)  # type: ignore[misc]
        except (TimeoutError, ConnectionError) as error:
            print(f"a watcher waits in vain: {error!r}", file=sys.stderr)  # noqa: T201
        await watcher.close()
    progress.cancel()
    return watchers


async def _watch(base_url: str, code: str, number: int) -> Robot:
    entrance = await _enter(base_url, code, f"watcher-{number}")
    robot = Robot(base_url, entrance.token)
    await robot.open()
    return robot


async def _enter(base_url: str, code: str, user: str) -> Entrance:
    name = user[:20]
    return await asyncio.to_thread(
        lambda: enter(base_url, code, device=device(user), nickname=name)
    )


async def _speak(
    base_url: str,
    code: str,
    user: str,
    own: list[Line],
    *,
    began: float,
    speed: float,
    gate: asyncio.Semaphore,
) -> None:
    await asyncio.sleep(began + own[0].at_s / speed - AHEAD_S - time.monotonic())
    async with gate:
        entrance = await _enter(base_url, code, user)
        robot = Robot(base_url, entrance.token, keeps=False)
        await robot.open()
    asked = []
    for line in own:
        await asyncio.sleep(began + line.at_s / speed - time.monotonic())
        asked.append(asyncio.create_task(_say(robot, line)))
        # The task sends before anything else of this author does.
        await asyncio.sleep(0)
    await asyncio.gather(*asked)
    await robot.close()


async def _say(robot: Robot, line: Line) -> None:
    line.sent_at = time.monotonic()
    try:
        answer = await robot.ask({"t": "chat", "text": line.text}, wait_s=30)
    except (TimeoutError, ConnectionError, OSError) as error:
        line.state = f"unanswered: {error!r}"
        return
    line.answered_at = answer["_at"]
    line.state = answer["code"]
    line.message_id = (answer["data"] or {}).get("message_id", 0)


async def _report(said: list[Line]) -> None:
    while True:
        await asyncio.sleep(5)
        done = sum(bool(line.state) for line in said)
        print(f"{done}/{len(said)} lines", file=sys.stderr)  # noqa: T201


# --- the verdict --------------------------------------------------------------------------------


def verdict(said: list[Line], watchers: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Count what was lost, reordered and flagged.

    Args:
        watchers: the lines of chat each watcher saw, in order, with ``_at`` of their arrival.
    """
    by_id = {line.message_id: line for line in said if line.message_id}
    orders: list[list[int]] = []
    for chat in watchers:
        order = []
        for seen in chat:
            line = by_id.get(seen["id"])
            if line is not None and seen["text"].split() == line.text.split():
                line.seen_at.append(seen["_at"])
                order.append(seen["id"])
        orders.append(order)
    lost = [line for line in said if line.state != "hidden" and len(line.seen_at) != len(watchers)]
    for line in lost[:5]:
        print(f"lost: {line}", file=sys.stderr)  # noqa: T201
    flagged = [line for line in said if line.state in ("hidden", "warned")]
    for line in flagged[:20]:
        print(f"flagged: {line.state} {line.text}", file=sys.stderr)  # noqa: T201
    latencies = sorted((at - line.sent_at) * 1000 for line in said for at in line.seen_at)
    return {
        "sent": len(said),
        "lost": len(lost),
        "reordered": _reordered(orders, by_id),
        "flagged": len(flagged),
        "flagged_share": round(len(flagged) / len(said), 6),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)], 1) if latencies else None,
    }


def _reordered(orders: list[list[int]], by_id: dict[int, Line]) -> int:
    wrong: set[int] = set()
    for order in orders:
        latest = 0.0
        latest_of_user: dict[str, float] = {}
        for number in order:
            line = by_id[number]
            if line.sent_at < latest_of_user.get(line.user, 0.0):
                wrong.add(number)
            if line.answered_at < latest:
                wrong.add(number)
            latest = max(latest, line.sent_at)
            latest_of_user[line.user] = line.sent_at
    common = set(orders[0]).intersection(*orders[1:])
    kept = [[number for number in order if number in common] for order in orders]
    for places in zip(*kept, strict=True):
        if len(set(places)) > 1:
            wrong.update(places)
    return len(wrong)


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.judges.chat",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--speed", type=float, default=10.0, help="times as fast (10)")
    parser.add_argument("--most", type=int, default=None, help="at most so many lines")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        return serve(options.speed)
    try:
        if not options.files or options.speed <= 0:
            raise Unreadable("name at least one file, and a speed above 0")
        said = lines(options.files, most=options.most)
        if not said:
            raise Unreadable("no line of chat in the input")
        with server(options.speed) as (base_url, code):
            watchers = asyncio.run(replay(base_url, code, said, speed=options.speed))
    except Unreadable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(verdict(said, [w.seen.chat for w in watchers])))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
