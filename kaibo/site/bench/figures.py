"""What a bench says: figures with their spread, ratios, and the bars they are held against."""

import datetime as dt
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import click

Sense = Literal["at_most", "at_least"]
Size = Literal["tiny", "quick", "full"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over the rounds of a run."""

    median: float
    minimum: float
    maximum: float
    unit: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: ``value`` against ``bar``; ``holds`` is None when it could not be judged."""

    name: str
    value: float | None
    bar: float
    sense: Sense
    holds: bool | None
    note: str = ""


@dataclass(slots=True)
class Outcome:
    """Everything one bench has to say; ``absent`` names peers this machine lacks, and why."""

    runs: int
    results: dict[str, Spread] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)

    def tell(self, name: str, values: Sequence[float], unit: str) -> None:
        """Keep one figure of every round."""
        low, high = min(values), max(values)
        self.results[name] = Spread(
            _short(statistics.median(values)), _short(low), _short(high), unit
        )

    def judge(
        self, name: str, values: Sequence[float], bar: float, *, sense: Sense, note: str = ""
    ) -> None:
        """Hold the median of every round's value against a bar; the spread becomes a result."""
        value = statistics.median(values)
        holds = value <= bar if sense == "at_most" else value >= bar
        self.tell(name, values, "ratio" if "_vs_" in name else "value")
        self.bars.append(Bar(name, _short(value), bar, sense, holds, note))

    def cannot_judge(self, name: str, bar: float, *, sense: Sense, why: str) -> None:
        """Report a bar whose peer is not here: never held, never broken."""
        self.absent[name] = why
        self.bars.append(Bar(name, None, bar, sense, None, why))

    def as_dict(self) -> dict[str, Any]:
        """The outcome as JSON values."""
        return asdict(self)


@dataclass(slots=True)
class Stopwatch:
    """CPU time of this process (all threads) and wall time of a ``with`` block."""

    cpu_s: float = 0.0
    wall_s: float = 0.0

    def __enter__(self) -> "Stopwatch":
        self.cpu_s, self.wall_s = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu_s = time.process_time() - self.cpu_s
        self.wall_s = time.perf_counter() - self.wall_s


def progress(text: str) -> None:
    """Tell whoever waits what is being measured, on standard error."""
    click.echo(f"  {text}", err=True)


def machine() -> dict[str, Any]:
    """What a figure is worth nothing without; ``load_1m`` is the machine's load right now."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def pairwise(these: Sequence[float], those: Sequence[float]) -> list[float]:
    """Ratios of two subjects, round by round: what slows one round slows both."""
    return [this / that for this, that in zip(these, those, strict=True)]


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _short(value: float) -> float:
    """Four figures: more would pretend."""
    return float(f"{value:.4g}")
