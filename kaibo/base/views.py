"""A reading of a text and the map from it back to what was typed."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol


class View(NamedTuple):
    """One reading of a text.

    ``starts`` and ``ends`` give, for every character here, the half-open span of original
    characters it stands for; None means the view has the original's positions.
    """

    name: str
    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span behind ``text[start:end]``; needs ``start < end <= len(text)``."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], max(self.ends[start:end])


class Finder(Protocol):
    """What ``rewrite`` needs of a pattern."""

    def search(self, text: str, /) -> re.Match[str] | None: ...

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]: ...


def rewrite(view: View, pattern: Finder, replace: Callable[[re.Match[str]], str]) -> View:
    """Replace every match; a replacement stands for the whole span that it replaced."""
    match = pattern.search(view.text)
    if match is None:
        return view
    text = view.text
    starts = view.starts if view.starts is not None else tuple(range(len(text)))
    ends = view.ends if view.ends is not None else tuple(range(1, len(text) + 1))
    new_text: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        word = replace(match)
        if word == match.group() or start == end:
            continue
        new_text += [text[done:start], word]
        new_starts += [*starts[done:start], *[starts[start]] * len(word)]
        new_ends += [*ends[done:start], *[max(ends[start:end])] * len(word)]
        done = end
    new_text.append(text[done:])
    new_starts += starts[done:]
    new_ends += ends[done:]
    return View(view.name, "".join(new_text), tuple(new_starts), tuple(new_ends))
