"""What happens in a storm and when, drawn from a seed before it begins: it replays the same."""

from __future__ import annotations

import math
import os
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LASTS_S = 1.6
BUYERS = 14
UNITS = 16

# How many of fifty seeds each kind of fault gets; ``make faults SEEDS=…`` stretches them all.
SHARES = {
    "sigkill-sqlite": 6,
    "sigkill-postgresql": 6,
    "postgresql": 10,
    "redis": 10,
    "gateway": 4,
    "disk": 4,
    "clock": 6,
    "hostile": 4,
}


def seeds(kind: str) -> Iterator[int]:
    """The seeds of one kind of fault: its share of fifty, of ``SEEDS``, or ``SEED`` alone."""
    if alone := os.environ.get("SEED"):
        yield int(alone)
        return
    wanted = int(os.environ.get("SEEDS") or sum(SHARES.values()))
    yield from range(math.ceil(SHARES[kind] * wanted / sum(SHARES.values())))


@contextmanager
def replayable(kind: str, seed: int) -> Iterator[random.Random]:
    """Chance for one seed; whatever goes wrong inside names the seed."""
    try:
        # A string seeds the same way in every process and version.
        yield random.Random(f"{kind}-{seed}")
    except BaseException as error:
        error.add_note(f"to replay: make faults KIND={kind.split('-')[0]} SEED={seed}  ({kind})")
        raise


@dataclass(frozen=True)
class Act:
    """Something one buyer does at a moment of the storm, in seconds from its begin."""

    at: float
    buyer: int
    what: str
    key: str
    units: int = 1


@dataclass(frozen=True)
class Plan:
    """One storm: what buyers do, when a page loses its line, when the fault comes."""

    acts: list[Act]
    drop_at: float
    fault_at: float


def draw(chance: random.Random) -> Plan:
    """Claims, chat, orders off the shelf and of claims, a lost line, and the instant of the fault.

    Twice as many units are asked for as there are; a buyer may hold two.
    """

    def act(what: str, buyer: int) -> Act:
        key = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        units = chance.choice((1, 1, 1, 2)) if what == "claim" else 1
        return Act(chance.uniform(0.0, LASTS_S), buyer, what, key, units)

    acts = [act("claim", buyer) for buyer in range(BUYERS) for _ in range(2)]
    acts += [act("say", buyer) for buyer in range(BUYERS) for _ in range(3)]
    acts += [act("buy", chance.randrange(BUYERS)) for _ in range(6)]
    return Plan(
        acts=sorted(acts, key=lambda one: one.at),
        drop_at=chance.uniform(0.2, LASTS_S),
        fault_at=chance.uniform(0.05, LASTS_S),
    )
