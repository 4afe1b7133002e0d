"""Long lists in pieces: newest first, each piece beginning where the last one ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT_MAX = 200
LIMIT_USUAL = 50


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """Some of a list; ``next`` is what to ask ``after``, None at the end."""

    items: list[T]
    next: int | None


def piece_of(rows: Sequence[T], *, limit: int, place: Callable[[T], int]) -> Piece[T]:
    """The first ``limit`` of the rows; the caller asked for one more, to know if it ends.

    >>> piece_of([9, 7, 4], limit=2, place=int)
    Piece(items=[9, 7], next=7)
    >>> piece_of([4], limit=2, place=int)
    Piece(items=[4], next=None)
    """
    kept = list(rows[:limit])
    return Piece(kept, place(kept[-1]) if len(rows) > limit else None)
