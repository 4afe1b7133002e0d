"""Which minutes of a picture matter. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

AROUND: Final = dt.timedelta(seconds=60)
Span = tuple[dt.datetime, dt.datetime]


class Segment(Protocol):
    """A piece of a recording."""

    @property
    def file(self) -> str: ...
    @property
    def begins_at(self) -> dt.datetime: ...
    @property
    def duration_ms(self) -> int: ...


S = TypeVar("S", bound=Segment)


def spans(moments: Iterable[dt.datetime], around: dt.timedelta = AROUND) -> list[Span]:
    """The times around moments, merged where they touch, in order."""
    found: list[Span] = []
    for moment in sorted(moments):
        begin, end = moment - around, moment + around
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], end
        else:
            found.append((begin, end))
    return found


def cut(segments: Sequence[S], span: Span) -> list[list[S]]:
    """The segments that a span touches, in order, one list for each file they lie in."""
    films: list[list[S]] = []
    for one in segments:
        end = one.begins_at + dt.timedelta(milliseconds=one.duration_ms)
        if one.begins_at >= span[1] or end <= span[0]:
            continue
        if films and films[-1][-1].file == one.file:
            films[-1].append(one)
        else:
            films.append([one])
    return films
