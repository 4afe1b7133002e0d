"""What clients of a room saw with their own eyes, and what a fresh client finds afterwards.

Plain values: nothing of the product is imported, nothing is read from a database. ``storm.py``
writes them down, ``auditor.py`` judges them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]

# Answers that leave open what became of the ask: the client is told to ask again.
UNKNOWN = frozenset({"try_again", "database_away", "internal_error", "unavailable"})


@dataclass(frozen=True)
class Answer:
    """One answer as its client got it; ``id`` names what was made (a claim, an order, a line)."""

    ok: bool
    code: str
    id: Any = None
    at: float = 0.0

    @property
    def is_final(self) -> bool:
        """Whether it says what became of the ask."""
        return self.ok or self.code not in UNKNOWN


@dataclass
class Ask:
    """Something a client asked for under a key of its own, and every answer, first to last.

    ``silent``: the line stayed open, and no answer came within the time a client waits.
    ``is_paid``: of an order; its buyer was shown that it is paid.
    """

    viewer_id: int
    key: str
    units: int = 1
    text: str = ""
    answers: list[Answer] = field(default_factory=list)
    silent: bool = False
    is_paid: bool = False

    @property
    def granted(self) -> list[Answer]:
        """The answers that said yes."""
        return [answer for answer in self.answers if answer.ok]

    @property
    def is_open(self) -> bool:
        """Whether its client cannot know what became of it: in flight when the line broke."""
        return not any(answer.is_final for answer in self.answers)


@dataclass
class Page:
    """The frames of one page in order, over all its connections; each begins with a welcome.

    ``stayed``: it was connected until the last notice had been seen by everybody.
    """

    name: str
    frames: list[Frame]
    stayed: bool = True


@dataclass
class Story:
    """Everything that clients asked, were told, and were shown.

    ``notices``: what the desk pinned, in order, one after another; each text is its number.
    """

    claims: list[Ask] = field(default_factory=list)
    orders: list[Ask] = field(default_factory=list)
    chat: list[Ask] = field(default_factory=list)
    notices: list[Ask] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


@dataclass
class Found:
    """What a fresh client reads through the public API.

    ``claims``: of this sale, by viewer. ``orders``: all of this link, by viewer; ``before``: the
    numbers of those that were there when the storm began. ``chat``: this storm's lines.
    """

    claims: dict[int, list[Frame]]
    orders: dict[int, list[Frame]]
    before: set[str]
    sale: Frame
    link: Frame
    chat: list[Frame]
    notice: str
