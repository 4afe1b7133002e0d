"""What a pack consists of, as frozen values."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.compliance.rules.hits import Action, Citation, Severity, Surface, Verdict

Layer = Literal["law", "platform", "shop"]
LAYERS: Final[tuple[Layer, ...]] = ("law", "platform", "shop")
# Whom a rule binds (直播电商监督管理办法 art. 2), zh and en.
SUBJECTS: Final[dict[str, tuple[str, str]]] = {
    "platform": ("直播电商平台经营者", "Platform operator"),
    "operator": ("直播间运营者", "Room operator"),
    "host": ("直播营销人员", "Host"),
    "agency": ("直播营销人员服务机构", "Agency"),
    "seller": ("实际经营者", "Actual seller"),
}
# The packs of the rulebook's page, zh and en.
GROUPS: Final[dict[str, tuple[str, str]]] = {
    "measure_2026": ("直播电商监督管理办法（2026）", "Measures for live commerce, 2026"),
    "measure_2021": ("网络直播营销管理办法（2021）", "Measures for live marketing, 2021"),
    "advertising": ("广告", "Advertising"),
    "price": ("价格、促销与有奖销售", "Prices, promotions and prizes"),
    "food": ("食品", "Food"),
    "ai_labels": ("人工智能标识", "AI labels"),
    "consumer": ("消费者权益", "Consumers"),
    "ecommerce": ("电子商务", "E-commerce"),
    "privacy": ("个人信息与未成年人", "Personal data and minors"),
    "tax": ("涉税", "Tax"),
    "platform": ("平台规则", "Platform rules"),
    "shop": ("本店自有词", "The shop's own words"),
}


class BadPack(ValueError):
    """A pack cannot be used; ``problems`` says where and why, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell a person."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """When a match is lawful after all, or lawful once it is proven.

    ``before``/``after``/``inside`` look at the clause left and right of the match and at the
    match, ``clause`` at the whole clause, ``text`` at everything; all that are given must be
    found, and ``unless`` must not be found in the clause.
    """

    id: str
    citation: Citation
    outcome: str
    evidence: str
    message: Message | None
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    inside: re.Pattern[str] | None
    clause: re.Pattern[str] | None
    text: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing not to say; ``patterns`` run over the folded views of a text.

    ``words``: those of them that are plain words, as they were written.
    """

    id: str
    patterns: tuple[re.Pattern[str], ...]
    anchors: frozenset[str]
    verdict: Verdict
    evidence: str
    severity: Severity
    surfaces: frozenset[Surface]
    actions: Mapping[Surface, Action]
    message: Message
    citation: Citation
    exemptions: tuple[Exemption, ...]
    retention: str
    words: tuple[str, ...]
    pack: "Pack"


@dataclass(frozen=True, slots=True)
class Pack:
    """A family of rules with its law, its days and its actions per surface.

    Attributes:
        routes: which law applies when the text names certain goods; the first that is found
            replaces the pack's own article, not one that a rule states for itself.
        layer: who made the pack: the ``law``, a ``platform`` whose contract it is, or the ``shop``.
        group: which of the packs on the rulebook's page it belongs to, for example ``food``.
        subject: whom it binds, in the words of ``SUBJECTS``.
        kept: what is kept of a hit.
        retention: for how long at least, as ``R3L``; see ``floors.years_of``.
    """

    family: str
    version: str
    title: Message
    citation: Citation
    also: tuple[Citation, ...]
    starts_on: dt.date
    ends_on: dt.date | None
    raised_to: Severity
    raised_for: frozenset[str]
    stance: frozenset[str]
    notify_viewers: bool
    routes: tuple[tuple[re.Pattern[str], Citation], ...]
    layer: Layer
    group: str
    subject: tuple[str, ...]
    kept: Message
    retention: str

    def in_force(self, on: dt.date | None) -> bool:
        """Whether the pack applies on this day (both ends included); None: not repealed."""
        if on is None:
            return self.ends_on is None
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
