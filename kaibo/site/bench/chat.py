"""A storm of chat through the room's own path, judged and not judged, to everybody's screens.

Sockets → desk of the chat → one transaction a batch → frames. A sender waits for answers when
too many are open, so the rate is what the server can do, up to the rate that is asked for.
"""

import itertools
import json
import os
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kaibo.room.models import ChatMessage
from kaibo.site.bench import servers
from kaibo.site.bench.figures import Outcome, Say, pairwise
from kaibo.site.bench.readers import Dialect, Log, Readers, allow_sockets
from kaibo.site.bench.scan import make_lines
from kaibo.site.bench.scene import Scene
from kaibo.site.bench.servers import Bench

MODERATION_BAR = 0.25
GREETING = b'{"t":"snapshot"'
# Lines sent and not yet answered: enough for full batches, less than the room's inbox.
OPEN_MAX = 4_000
ANSWER_S = 30.0
# The pace of a viewer is lifted: 2,000 of them say what 20,000 would.
LIMITS = {"chat_per_s": 1e6, "chat_burst": 1_000_000, "frames_per_s": 1e6, "frames_burst": 10**6}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Readers, lines a second that are asked for, seconds of each way, and rounds."""

    readers: int
    per_s: float
    for_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(readers=4, per_s=200.0, for_s=0.5, rounds=1),
    "quick": Sizes(readers=500, per_s=20_000.0, for_s=3.0, rounds=2),
    "full": Sizes(readers=2_000, per_s=20_000.0, for_s=10.0, rounds=3),
}


@dataclass(slots=True)
class _Storm:
    """What became of the lines of one storm."""

    cpu_us: float
    per_s: float
    lost: int
    shown_share: float


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure the server's CPU a line, with and without moderation; count what was kept."""
    allow_sockets(sizes.readers)
    scene = Scene(on_hand=1_000)
    say(f"chat: {sizes.readers} viewers enter")
    hellos = scene.hellos(sizes.readers)
    outcome = Outcome(runs=sizes.rounds)
    core, readers_core = servers.cores()
    if readers_core is not None:
        os.sched_setaffinity(0, {readers_core})
    storms: dict[str, list[_Storm]] = {"moderated": [], "unmoderated": []}
    with tempfile.TemporaryDirectory(dir=settings.KAIBO_HOME) as home:
        bench = Bench(Path(home), core)
        for number in range(1, sizes.rounds + 1):
            for way, found in storms.items():
                say(f"chat {number}/{sizes.rounds}: {way}")
                found.append(_storm(bench, scene, hellos, sizes, moderated=way == "moderated"))
    for way, found in storms.items():
        outcome.tell(f"chat.{way}.cpu", [storm.cpu_us for storm in found], "µs/line")
        outcome.tell(f"chat.{way}.answered", [storm.per_s for storm in found], "lines/s")
        outcome.tell(f"chat.{way}.on_screens", [storm.shown_share for storm in found], "share")
    with_us = [storm.cpu_us for storm in storms["moderated"]]
    without_us = [storm.cpu_us for storm in storms["unmoderated"]]
    outcome.judge(
        "chat.moderation_share",
        [1 - ratio for ratio in pairwise(without_us, with_us)],
        MODERATION_BAR,
        sense="at_most",
        note="of the CPU a line costs, kept and fanned out",
    )
    outcome.judge(
        "chat.lost",
        [float(storm.lost) for found in storms.values() for storm in found],
        0.0,
        sense="at_most",
        note="lines answered but not kept, or sent and never answered",
    )
    outcome.judge(
        "chat.answered_per_s",
        [storm.per_s for storm in storms["moderated"]],
        sizes.per_s * 0.98,
        sense="at_least",
        note="moderated, of the rate asked for; one process, one core",
    )
    return outcome


def _storm(
    bench: Bench, scene: Scene, hellos: list[bytes], sizes: Sizes, *, moderated: bool
) -> _Storm:
    told = {
        "org_id": scene.org_id,
        "show_ids": [scene.show_id],
        "limits": LIMITS,
        "moderated": moderated,
    }
    dialect = Dialect(hellos=hellos, greeting=GREETING)
    kept = ChatMessage.objects.count()
    with servers.ours(bench, module="room_server", dialect=dialect, told=told) as server:
        readers = Readers(server.port, dialect)
        readers.open(range(sizes.readers))
        answers = _Answers(readers)
        began, cpu = time.monotonic(), server.cpu_s()
        sent = answers.send(_texts(), per_s=sizes.per_s, for_s=sizes.for_s)
        spent, wall = server.cpu_s() - cpu, time.monotonic() - began
        readers.close()
    kept = ChatMessage.objects.count() - kept
    # Nobody else writes here, so what was answered and what was kept must be the same lines.
    lost = sent - answers.refused - min(kept, answers.accepted)
    return _Storm(spent / sent * 1e6, answers.accepted / wall, lost, answers.seen / sent)


class _Answers:
    """Sends lines from all readers in turn and counts the answers; one reader's screen is read."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._screen = readers.fds[0]
        readers.on_text = self._heard
        readers.log = Log()
        self.accepted = 0
        self.refused = 0
        self.seen = 0

    def send(self, texts: "itertools.cycle[str]", *, per_s: float, for_s: float) -> int:
        """Send at this rate, or as fast as is answered; returns how many were sent."""
        fds = itertools.cycle(self._readers.fds)
        began, sent = time.monotonic(), 0
        while (now := time.monotonic() - began) < for_s:
            due = min(int(now * per_s) + 1, self._answered + OPEN_MAX)
            for _ in range(sent, due):
                line = {"t": "chat", "ref": str(sent), "text": next(texts)}
                self._readers.write(next(fds), json.dumps(line).encode())
            sent = max(sent, due)
            self._readers.pump(0.001)
        deadline = time.monotonic() + ANSWER_S
        while self._answered < sent and time.monotonic() < deadline:
            self._readers.pump(0.001)
        return sent

    @property
    def _answered(self) -> int:
        return self.accepted + self.refused

    def _heard(self, fd: int, text: bytes) -> None:
        if text.startswith(b'{"t":"answer"'):
            if b'"of":"chat"' in text:
                self.accepted += 1
            else:
                self.refused += 1
        elif fd == self._screen:
            self.seen += text.count(b'"kind":"viewer"')


def _texts() -> "itertools.cycle[str]":
    lines = [text for texts in make_lines(2_000).values() for text in texts]
    random.Random(5).shuffle(lines)
    return itertools.cycle(lines)
