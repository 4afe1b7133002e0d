"""Which literals a pattern cannot match without.

A rule's regex runs only on texts that hold one of its anchors, all found in a single
automaton pass. Anchors are read off the regex itself, so that they cannot drift from it.
"""

from importlib import import_module
from typing import Any

# Private, and typed by nobody: by name, since a checker's view of them changes with its cache.
_constants: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")

_CLASS_MAX = 12  # a longer character class is no anchor
_CHOICES_MAX = 400
_TIMES_MAX = 1  # a repeated group still has to occur once

Choices = frozenset[str]


def anchors(pattern: str) -> Choices:
    """Literals of which every match of ``pattern`` contains at least one.

    Longer literals are preferred: they open fewer gates.

    Raises:
        ValueError: no part of the pattern is obligatory, so that it would run on every text.

    >>> sorted(anchors("(最好|顶级)的?[^,]{0,3}货"))
    ['最好', '顶级']
    """
    found = _best(list(_parser.parse(pattern)))
    if found is None:
        raise ValueError(f"no literal is obligatory in {pattern!r}")
    # 最好 is inside 最好的, so finding it is enough.
    return frozenset(a for a in found if not any(b != a and b in a for b in found))


def _best(nodes: list[Any]) -> Choices | None:
    """The most telling obligatory literals of a sequence."""
    candidates: list[Choices] = []
    run: Choices | None = None
    for node in nodes:
        exact = _exact(node)
        if exact is None:
            candidates += [run] if run else []
            run = None
            inner = _required(node)
            candidates += [inner] if inner else []
        elif run is None:
            run = exact
        elif len(run) * len(exact) <= _CHOICES_MAX:
            run = frozenset(a + b for a in run for b in exact)
        else:
            candidates.append(run)
            run = exact
    candidates += [run] if run else []
    usable = [choices for choices in candidates if all(choices)]
    return max(usable, key=_weight) if usable else None


def _weight(choices: Choices) -> tuple[int, int]:
    return min(map(len, choices)), -len(choices)


def _exact(node: Any) -> Choices | None:
    """Every text that the node can match, when these are few; None otherwise."""
    kind, value = node
    if kind is _constants.LITERAL:
        return frozenset((chr(value),))
    if kind in (_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT):
        return frozenset(("",))
    if kind is _constants.IN:
        return _class(value)
    if kind is _constants.SUBPATTERN:
        return _exact_sequence(list(value[3]))
    if kind is _constants.BRANCH:
        return _union([_exact_sequence(list(branch)) for branch in value[1]])
    if kind is _constants.MAX_REPEAT and value[:2] == (0, 1):
        inner = _exact_sequence(list(value[2]))
        return None if inner is None else inner | {""}
    return None


def _exact_sequence(nodes: list[Any]) -> Choices | None:
    result: Choices = frozenset(("",))
    for node in nodes:
        exact = _exact(node)
        if exact is None or len(result) * len(exact) > _CHOICES_MAX:
            return None
        result = frozenset(a + b for a in result for b in exact)
    return result


def _class(items: list[Any]) -> Choices | None:
    if len(items) > _CLASS_MAX or any(kind is not _constants.LITERAL for kind, _ in items):
        return None
    return frozenset(chr(value) for _, value in items)


def _union(parts: list[Choices | None]) -> Choices | None:
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def _required(node: Any) -> Choices | None:
    """Literals obligatory inside a node that has no short list of texts."""
    kind, value = node
    if kind is _constants.SUBPATTERN:
        return _best(list(value[3]))
    if kind is _constants.BRANCH:
        return _union([_best(list(branch)) for branch in value[1]])
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] >= _TIMES_MAX:
        return _best(list(value[2]))
    return None
