"""The grade of a room by a published formula, and what each grade may do. Pure.

直播电商监督管理办法 art. 11 names what is looked at: compliance, followers and visits, the size of
trade. The weights and thresholds are the product's own; they are published with ``FORMULA``, their
number, and every grade keeps the number by which it was made.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Letter = Literal["A", "B", "C", "D"]
Function = Literal["draw", "packet", "flash_sale"]
# Why a room is a key room: large by its size, low by its grade, or named by a person.
KeyWhy = Literal["large", "low", "named"]

FORMULA: Final = 1
WINDOW_DAYS: Final = 30
SCORE_MAX: Final = 100
LETTERS: Final[tuple[Letter, ...]] = ("A", "B", "C", "D")
# A letter is reached with so many points.
REACHED_AT: Final[dict[Letter, int]] = {"A": 90, "B": 75, "C": 60, "D": 0}
# What one finding that counts on the ladder takes off, and a show that was stopped.
FINDING_COSTS: Final[dict[str, int]] = {"S1": 20, "S2": 8, "S3": 3, "S4": 1}
STOPPED_COSTS: Final = 25
# From how many on, the points of size; money in fen.
SIZE_STEPS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "followers": ((1_000, 5), (10_000, 15), (100_000, 25)),
    "visitors": ((5_000, 5), (50_000, 15), (500_000, 25)),
    "orders": ((500, 5), (5_000, 15), (50_000, 25)),
    "paid_fen": ((5_000_000, 5), (50_000_000, 15), (500_000_000, 25)),
}
LARGE_FROM: Final = 45
FUNCTIONS_OFF: Final[dict[Letter, tuple[Function, ...]]] = {
    "A": (),
    "B": (),
    "C": ("draw", "packet"),
    "D": ("draw", "packet", "flash_sale"),
}
LOOK_EVERY: Final[dict[Letter, dt.timedelta]] = {
    "A": dt.timedelta(minutes=60),
    "B": dt.timedelta(minutes=40),
    "C": dt.timedelta(minutes=20),
    "D": dt.timedelta(minutes=10),
}
LOOK_EVERY_KEY: Final = dt.timedelta(minutes=10)
# Recordings of a key room are kept so many times as long as the law asks for.
KEEP_TIMES_KEY: Final = 2


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a room did in the ``WINDOW_DAYS`` whole days before, in the shop's zone.

    ``findings``: how many by severity; ``followers`` are of the whole organisation, because a
    viewer follows it and not one host; ``paid_fen`` is less what went back.
    """

    findings: Mapping[str, int] = field(default_factory=dict)
    shows: int = 0
    stopped: int = 0
    followers: int = 0
    visitors: int = 0
    orders: int = 0
    paid_fen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum: what was counted, how much of it, and the points it moved."""

    what: str
    amount: int
    points: int


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade with its two sums: ``score`` is 100 and its lines, at least 0; ``size`` its lines."""

    letter: Letter
    score: int
    score_lines: tuple[Line, ...]
    size: int
    size_lines: tuple[Line, ...]

    @property
    def is_large(self) -> bool:
        """Whether followers, visitors and trade alone make the room a key room."""
        return self.size >= LARGE_FROM


def grade(inputs: Inputs) -> Graded:
    """The grade of a room. The same inputs give the same grade, whoever asks and whenever.

    >>> grade(Inputs(findings={"S3": 4})).letter, grade(Inputs(findings={"S1": 1, "S2": 3})).letter
    ('B', 'D')
    >>> grade(Inputs(followers=120_000, paid_fen=600_000_000)).is_large
    True
    """
    costs = tuple(_costs(inputs))
    score = max(0, SCORE_MAX + sum(line.points for line in costs))
    size = tuple(_size(inputs))
    return Graded(letter_of(score), score, costs, sum(line.points for line in size), size)


def letter_of(score: int) -> Letter:
    """The best letter that so many points reach.

    >>> letter_of(100), letter_of(89), letter_of(60), letter_of(0)
    ('A', 'B', 'C', 'D')
    """
    return next(letter for letter in LETTERS if score >= REACHED_AT[letter])


def key_whys(letter: Letter, *, is_large: bool, is_named: bool) -> tuple[KeyWhy, ...]:
    """Why a room needs a patroller of its own; none: it does not.

    >>> key_whys("D", is_large=False, is_named=True)
    ('low', 'named')
    """
    found: tuple[tuple[KeyWhy, bool], ...] = (
        ("large", is_large),
        ("low", letter == "D"),
        ("named", is_named),
    )
    return tuple(why for why, is_so in found if is_so)


def functions_off(letter: Letter) -> tuple[Function, ...]:
    """What a grade does not let a room do."""
    return FUNCTIONS_OFF[letter]


def look_every(letter: Letter, *, is_key: bool) -> dt.timedelta:
    """How long a room on air may go without somebody looking."""
    return min(LOOK_EVERY[letter], LOOK_EVERY_KEY) if is_key else LOOK_EVERY[letter]


def _costs(inputs: Inputs) -> Iterator[Line]:
    for severity, cost in FINDING_COSTS.items():
        if count := inputs.findings.get(severity, 0):
            yield Line(severity, count, -cost * count)
    if inputs.stopped:
        yield Line("stopped", inputs.stopped, -STOPPED_COSTS * inputs.stopped)


def _size(inputs: Inputs) -> Iterator[Line]:
    for what, steps in SIZE_STEPS.items():
        amount: int = getattr(inputs, what)
        points = max((points for least, points in steps if amount >= least), default=0)
        yield Line(what, amount, points)
