"""Error rates of what a model said of texts whose answer is known. Pure."""

from collections.abc import Sequence

from kaibo.compliance.rules.textmodel import Bin, Counts

BINS = 10


def counts(sure: Sequence[float], truth: Sequence[int], *, at: float) -> Counts:
    """Right and wrong when everything from a probability on is named.

    >>> counts([0.9, 0.2, 0.8, 0.1], [1, 1, 0, 0], at=0.5)
    Counts(caught=1, missed=1, wrongly=1, passed=1)
    """
    pairs = [(p >= at, bool(t)) for p, t in zip(sure, truth, strict=True)]
    return Counts(
        caught=pairs.count((True, True)),
        missed=pairs.count((False, True)),
        wrongly=pairs.count((True, False)),
        passed=pairs.count((False, False)),
    )


def threshold(
    sure: Sequence[float], truth: Sequence[int], *, precision: float, least: float
) -> float:
    """The lowest probability from which on the named are right at least this often.

    Never below ``least``, and above 1, so that nothing is named, when no place will do.

    >>> threshold([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1], precision=0.75, least=0.5)
    0.6
    >>> threshold([0.9, 0.8], [0, 0], precision=0.5, least=0.5)
    1.01
    """
    best = 1.01
    right = 0
    ordered = sorted(zip(sure, truth, strict=True), reverse=True)
    for n, (p, t) in enumerate(ordered, start=1):
        right += t
        is_last_of_its_kind = n == len(ordered) or ordered[n][0] < p
        if p >= least and is_last_of_its_kind and right / n >= precision:
            best = p
    return best


def reliability(sure: Sequence[float], truth: Sequence[int]) -> tuple[Bin, ...]:
    """By tenths of probability: how many texts, what was said on average, what was so."""
    tenths: list[list[tuple[float, int]]] = [[] for _ in range(BINS)]
    for p, t in zip(sure, truth, strict=True):
        tenths[min(int(p * BINS), BINS - 1)].append((p, t))
    return tuple(
        Bin(
            len(part),
            round(sum(p for p, _ in part) / len(part), 4),
            round(sum(t for _, t in part) / len(part), 4),
        )
        if part
        else Bin(0, 0.0, 0.0)
        for part in tenths
    )


def groups(
    sure: Sequence[float], truth: Sequence[int], names: Sequence[str], *, at: float
) -> dict[str, Counts]:
    """The same counts by group."""
    return {
        name: counts(
            [p for p, n in zip(sure, names, strict=True) if n == name],
            [t for t, n in zip(truth, names, strict=True) if n == name],
            at=at,
        )
        for name in sorted(set(names))
    }
