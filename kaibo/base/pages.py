"""Long lists in pieces: newest first, each piece beginning where the last one ended."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT_MAX = 200
LIMIT_USUAL = 50
# What a file reads of a long list at a time.
PIECE_ROWS = 500


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


def in_pieces(rows: Iterable[T], size: int = PIECE_ROWS) -> Iterator[list[T]]:
    """All of them, some hundred at a time, for what is read once for many rows.

    >>> [len(some) for some in in_pieces(range(5), 2)]
    [2, 2, 1]
    """
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
