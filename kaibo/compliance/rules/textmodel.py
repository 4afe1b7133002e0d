"""A trained reader of texts: what it weighs, how sure it is, what it gets wrong. Pure.

The file is JSON and holds numbers and words only; nothing in it is run. It is made by
``kaibo scan train`` and described in ``docs/mechanisms/reading.md``.
"""

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from kaibo.compliance.rules.grams import VERSION, Reading
from kaibo.compliance.rules.hits import Action, Citation, Hit, Severity

Kind = Literal["abuse", "spam"]
KINDS: Final[tuple[Kind, ...]] = ("abuse", "spam")
FORMAT: Final = "kaibo-text-model/1"
SCALE: Final = 1_000  # weights are kept as whole thousandths
FILE_BYTES_MAX: Final = 64 * 1024 * 1024
VIEW: Final = "M"  # what a finding says in place of the view in which a rule saw it
RULE_PREFIX: Final = "model:"
# Runs that every text is thought to hold besides its own: a short one is never quite sure.
UNSAID: Final = 20
_CHARS_MIN: Final = 2  # one character says nothing

FAMILY: Final[dict[Kind, str]] = {"abuse": "C21", "spam": "C7"}
CITATION: Final[dict[Kind, Citation]] = {
    "abuse": Citation("网络直播营销管理办法（试行）", "第十八条", "（六）"),
    "spam": Citation("直播电商监督管理办法", "第三十一条", "第二款"),
}
MESSAGE: Final[dict[Kind, tuple[str, str]]] = {
    "abuse": (
        "模型判断这句话像是谩骂或攻击，请文明发言。",
        "A model reads this as abuse; be civil.",
    ),
    "spam": (
        "模型判断这句话像是广告或站外引流。",
        "A model reads this as an advert or as leading off the platform.",
    ),
}


class BadModel(ValueError):
    """A file is no model that can be used; says why."""


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of texts that the model had not learned from, at one threshold."""

    caught: int
    missed: int
    wrongly: int
    passed: int

    @property
    def n(self) -> int:
        return self.caught + self.missed + self.wrongly + self.passed

    @property
    def accuracy(self) -> float:
        return (self.caught + self.passed) / self.n if self.n else 0.0

    @property
    def precision(self) -> float:
        named = self.caught + self.wrongly
        return self.caught / named if named else 0.0

    @property
    def recall(self) -> float:
        guilty = self.caught + self.missed
        return self.caught / guilty if guilty else 0.0


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts of about the same probability: how many, what was said on average, what was so."""

    n: int
    said: float
    so: float


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was learned from."""

    name: str
    sha256: str
    rows: int


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Error rates on the part that was held back, by threshold, length and source.

    ``review`` and ``hide``: at the two thresholds. ``half``: at a probability of one half.
    """

    half: Counts
    review: Counts
    hide: Counts
    reliability: tuple[Bin, ...]
    by_length: dict[str, Counts]
    by_source: dict[str, Counts]


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file, as it stands on disk."""

    format: str
    kind: Kind
    features: int
    outline: bool
    seed: int
    precision_review: float
    precision_hide: float
    learned: int
    held_back: int
    sources: tuple[Source, ...]
    report: Report
    # p = 1 / (1 + exp(-(slope * score + offset)))
    slope: float
    offset: float
    review_at: float
    hide_at: float
    bias: float
    syllables: tuple[str, ...]
    weights: dict[str, int]


class TextModel:
    """A model ready to read.

    Attributes:
        about: everything in the file.
        digest: the first twelve characters of the file's SHA-256, its version in findings.
    """

    def __init__(self, about: ModelFile, digest: str, pictographs: Mapping[str, str]) -> None:
        self.about = about
        self.digest = digest
        self._reading = Reading(pictographs, about.syllables, outline=about.outline)
        self._weight = about.weights.get

    def score(self, text: str) -> float:
        """The sum of the weights of what is known of a text, by its length; 0 leans neither way."""
        known = [w for g in self._reading.grams(text) if (w := self._weight(g)) is not None]
        return self.about.bias + sum(known) / (SCALE * math.sqrt(len(known) + UNSAID))

    def probability(self, text: str) -> float:
        """How sure the model is, 0 to 1, calibrated on texts it had not learned from."""
        if len(text) < _CHARS_MIN:
            return 0.0
        return logistic(self.about.slope * self.score(text) + self.about.offset)


def load_model(source: bytes, *, pictographs: Mapping[str, str]) -> TextModel:
    """Read a model's file.

    Raises:
        BadModel: not a model, damaged, or made for other features than these.
    """
    if len(source) > FILE_BYTES_MAX:
        raise BadModel(f"more than {FILE_BYTES_MAX} bytes")
    try:
        about = msgspec.json.decode(source, type=ModelFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadModel(str(error)) from error
    if about.format != FORMAT:
        raise BadModel(f"format {about.format!r}, expected {FORMAT!r}")
    if about.features != VERSION:
        raise BadModel(f"made for features {about.features}, these are {VERSION}; train it anew")
    numbers = (about.slope, about.offset, about.bias, about.review_at, about.hide_at)
    if not all(math.isfinite(number) for number in numbers):
        raise BadModel("a number is not finite")
    return TextModel(about, hashlib.sha256(source).hexdigest()[:12], pictographs)


def logistic(x: float) -> float:
    """1 / (1 + e⁻ˣ), for any x."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    grown = math.exp(max(x, -700.0))
    return grown / (1 + grown)


def model_hit(model: TextModel, text: str) -> Hit | None:
    """What the model makes of a line of chat; None when it lets it pass.

    Surer than ``hide_at`` hides the line, surer than ``review_at`` lets it stand and asks a person
    to look. It is one voice: no article of law says that a model is right, so it stops nothing
    that the shop itself wrote.
    """
    if not text:
        return None
    about = model.about
    sure = model.probability(text)
    if sure < about.review_at:
        return None
    action: Action = "hide" if sure >= about.hide_at else "review"
    severity: Severity = "S3"
    cited = CITATION[about.kind]
    zh, en = MESSAGE[about.kind]
    return Hit(
        family=FAMILY[about.kind],
        rule_id=f"{RULE_PREFIX}{about.kind}",
        law=cited.law,
        article=cited.article,
        item=cited.item,
        span_start=0,
        span_end=len(text),
        matched=text,
        view=VIEW,
        verdict="violation",
        severity=severity,
        action=action,
        message_zh=f"{zh}（把握 {sure:.0%}）",
        message_en=f"{en} (sure to {sure:.0%})",
        pack_version=model.digest,
    )


def as_dictionary(model: TextModel) -> dict[str, Any]:
    """Everything about a model but its weights, for people to read."""
    told: dict[str, Any] = msgspec.to_builtins(model.about)
    del told["weights"], told["syllables"]
    return told | {"digest": model.digest, "weights": len(model.about.weights)}
