"""Learn a model: naive-Bayes weighted logistic regression over runs of characters and sounds.

Wang and Manning, "Baselines and Bigrams", ACL 2012. Some of what is learned from is written
again by ear, so that homophones are no disguise. The same data and seed give the same file on the
same machine; scikit-learn is only needed here, never to read.
"""

import hashlib
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kaibo.base.sounds import sounds
from kaibo.compliance.reads.models import pictographs
from kaibo.compliance.rules.grams import VERSION, Reading
from kaibo.compliance.rules.textmodel import (
    FORMAT,
    SCALE,
    UNSAID,
    Kind,
    ModelFile,
    Report,
    Source,
    logistic,
)
from kaibo.site.training.rates import counts, groups, reliability, threshold
from kaibo.site.training.samples import BadData, Sample

Say = Callable[[str], None]

HELD_BACK = 5  # one in so many texts is held back to calibrate on and to count errors
SEEN_MIN = 2  # a run that stands in fewer texts is not learned
WEIGHTS_MAX = 200_000  # the most telling ones are kept
SAMPLES_MIN = 40
_HOMOPHONES_MAX = 12  # the commonest of a sound
_BY_EAR = 0.8  # share of the characters that a text written by ear changes
_ROUNDS_MAX = 400


@dataclass(frozen=True, slots=True)
class Manner:
    """What suits a kind of text: how freely to fit, how sure to be, and what to look at."""

    freedom: float
    precision_review: float
    precision_hide: float
    outline: bool
    by_ear: bool


MANNERS: dict[Kind, Manner] = {
    "abuse": Manner(16.0, 0.92, 0.98, outline=False, by_ear=True),
    "spam": Manner(4.0, 0.96, 0.995, outline=True, by_ear=False),
}


@dataclass(frozen=True, slots=True)
class _Fitted:
    weights: dict[str, float]
    bias: float

    def score(self, grams: Iterable[str]) -> float:
        known = [self.weights[gram] for gram in grams if gram in self.weights]
        return self.bias + sum(sorted(known)) / math.sqrt(len(known) + UNSAID)


def train(
    samples: Sequence[Sample], sources: tuple[Source, ...], *, kind: Kind, seed: int, say: Say
) -> bytes:
    """The file of a model.

    A part is held back to calibrate on, to place the thresholds and to count the errors; the
    weights that are kept are then learned from everything.

    Raises:
        BadData: too few texts.
        ImportError: scikit-learn is not installed.
    """
    manner = MANNERS[kind]
    held = [s for s in samples if _part(s.text, seed) == 0]
    learned = [s for s in samples if _part(s.text, seed) != 0]
    if len(samples) < SAMPLES_MIN or any({s.label for s in p} != {0, 1} for p in (held, learned)):
        raise BadData(f"too few texts to learn from: {len(samples)}")
    syllables = tuple(sorted(set(sounds().values())))
    reading = Reading(pictographs(), syllables, outline=manner.outline)
    say(f"{len(learned)} texts to learn from, {len(held)} held back")
    first = _fit(learned, reading, manner, seed)
    scores = [first.score(reading.grams(sample.text)) for sample in held]
    truth = [sample.label for sample in held]
    slope, offset = _calibrated(scores, truth)
    sure = [logistic(slope * score + offset) for score in scores]
    review_at = threshold(sure, truth, precision=manner.precision_review, least=0.5)
    hide_at = threshold(sure, truth, precision=manner.precision_hide, least=review_at)
    say("error rates counted; learning from everything")
    last = _fit(samples, reading, manner, seed)
    report = Report(
        half=counts(sure, truth, at=0.5),
        review=counts(sure, truth, at=review_at),
        hide=counts(sure, truth, at=hide_at),
        reliability=reliability(sure, truth),
        by_length=groups(sure, truth, [_length(s.text) for s in held], at=review_at),
        by_source=groups(sure, truth, [s.source for s in held], at=review_at),
    )
    found = ModelFile(
        format=FORMAT,
        kind=kind,
        features=VERSION,
        outline=manner.outline,
        seed=seed,
        precision_review=manner.precision_review,
        precision_hide=manner.precision_hide,
        learned=len(samples),
        held_back=len(held),
        sources=sources,
        report=report,
        slope=round(slope, 6),
        offset=round(offset, 6),
        review_at=round(review_at, 6),
        hide_at=round(hide_at, 6),
        bias=round(last.bias, 6),
        syllables=syllables,
        weights=_whole(last.weights),
    )
    return msgspec.json.encode(found)


def _part(text: str, seed: int) -> int:
    digest = hashlib.sha256(f"{seed}\n{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4]) % HELD_BACK


def _length(text: str) -> str:
    for most in (10, 30, 80):
        if len(text) <= most:
            return f"≤{most}"
    return ">80"


def _whole(weights: dict[str, float]) -> dict[str, int]:
    rounded = {gram: round(weight * SCALE) for gram, weight in weights.items()}
    return {gram: rounded[gram] for gram in sorted(rounded) if rounded[gram]}


def _fit(samples: Sequence[Sample], reading: Reading, manner: Manner, seed: int) -> _Fitted:
    """Weights that say 1 for the one label and 0 for the other."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    texts = [sample.text for sample in samples]
    read = [reading.grams(text) for text in texts]
    seen = Counter(gram for grams in read for gram in grams)
    places = {gram: n for n, gram in enumerate(sorted(g for g, n in seen.items() if n >= SEEN_MIN))}
    labels = [sample.label for sample in samples]
    if manner.by_ear:
        read += [reading.grams(text) for text in _by_ear(texts, seed)]
        labels += labels
    columns: list[int] = []
    ends = [0]
    for grams in read:
        columns += sorted(places[gram] for gram in grams if gram in places)
        ends.append(len(columns))
    lengths = np.diff(ends)
    values = np.repeat(1 / np.sqrt(lengths + UNSAID), lengths)
    table: Any = csr_matrix((values, columns, ends), shape=(len(read), len(places)))
    truth = np.array(labels)
    told = np.asarray(table[truth == 1].sum(axis=0)).ravel() + 1
    silent = np.asarray(table[truth == 0].sum(axis=0)).ravel() + 1
    ratio = np.log((told / told.sum()) / (silent / silent.sum()))
    regression = LogisticRegression(C=manner.freedom, max_iter=_ROUNDS_MAX)
    regression.fit(table.multiply(ratio).tocsr(), truth)
    weights = regression.coef_[0] * ratio
    telling = np.abs(weights) * np.sqrt(told + silent)
    kept = np.argsort(-telling, kind="stable")[:WEIGHTS_MAX]
    names = list(places)
    return _Fitted(
        {names[n]: float(weights[n]) for n in kept.tolist()}, float(regression.intercept_[0])
    )


def _by_ear(texts: Sequence[str], seed: int) -> list[str]:
    """The texts with most of their characters replaced by common ones of the same sound."""
    heard = sounds()
    alike: dict[str, list[str]] = defaultdict(list)
    for ch, seen in sorted(Counter("".join(texts)).items(), key=lambda pair: (-pair[1], pair[0])):
        if ch in heard and seen >= SEEN_MIN and len(alike[heard[ch]]) < _HOMOPHONES_MAX:
            alike[heard[ch]].append(ch)
    dice = random.Random(seed)

    def other(ch: str) -> str:
        choices = alike.get(heard.get(ch, ""))
        return dice.choice(choices) if choices and dice.random() < _BY_EAR else ch

    return ["".join(map(other, text)) for text in texts]


def _calibrated(scores: Sequence[float], truth: Sequence[int]) -> tuple[float, float]:
    """Platt's slope and offset: which probability a score stands for."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6, max_iter=_ROUNDS_MAX)
    line.fit(np.array(scores).reshape(-1, 1), np.array(truth))
    return float(line.coef_[0][0]), float(line.intercept_[0])
