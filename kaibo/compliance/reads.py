"""The rulebook, the law behind it, scans, and the findings on record."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from kaibo.base.text import Lexicon, LexiconEntry
from kaibo.compliance.errors import NoSuchArticle, NoSuchRule, NoSuchSurface
from kaibo.compliance.models import Finding
from kaibo.compliance.rules.gate import asking as asking
from kaibo.compliance.rules.gate import refusing as refusing
from kaibo.compliance.rules.hits import SURFACES, Action, Citation, Situation, Surface
from kaibo.compliance.rules.hits import Hit as Hit
from kaibo.compliance.rules.hits import verdict_of as verdict_of
from kaibo.compliance.rules.packs import BadPack, Rule, load_pack
from kaibo.compliance.rules.scan import Rulebook, scan_text

FINDINGS_MAX = 500
_LEXICON = "lexicon.yaml"
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article of law.

    ``verified``: compared with the national law database; otherwise quote only after opening
    the official text.
    """

    law: str
    article: str
    version: str
    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with the law it rests on."""

    rule_id: str
    family: str
    title_zh: str
    title_en: str
    pack_version: str
    in_force_from: dt.date
    in_force_to: dt.date | None
    verdict: str
    severity: str
    actions: dict[Surface, Action]
    message_zh: str
    message_en: str
    evidence: str
    articles: list[ArticleView]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as pages show it."""

    id: int
    show_id: int | None
    surface: str
    subject_kind: str
    subject_id: int
    text: str
    span_start: int
    span_end: int
    family: str
    rule_id: str
    law: str
    article: str
    item: str
    verdict: str
    severity: str
    action: str
    suppressed_reason: str
    state: str
    found_at: dt.datetime
    confirmed_by: int | None
    confirmed_reason: str


@cache
def rulebook() -> Rulebook:
    """Every pack that ships with the product, compiled once.

    Raises:
        BadPack: a pack is broken; says where.
    """
    packs = []
    for name, source in _packaged("packs"):
        if name != _LEXICON:
            packs.append(load_pack(name, source))
    return Rulebook(packs, lexicon=lexicon())


@cache
def lexicon() -> Lexicon:
    """The disguises of ``packs/lexicon.yaml``."""
    source = resources.files("kaibo.compliance").joinpath("packs", _LEXICON).read_text("utf-8")
    return Lexicon(_entries(yaml.safe_load(source)))


def _entries(groups: Sequence[Mapping[str, Any]]) -> Iterator[LexiconEntry]:
    for group in groups:
        guards: dict[str, Any] = {
            key: value if isinstance(value, int) else tuple(value)
            for key, value in group.items()
            if key not in ("written", "means")
        }
        try:
            yield from (LexiconEntry(str(w), group["means"], **guards) for w in group["written"])
        except (KeyError, TypeError) as error:
            raise BadPack([f"{_LEXICON}: {dict(group)}: {error}"]) from error


def _packaged(folder: str) -> Iterator[tuple[str, str]]:
    found = resources.files("kaibo.compliance").joinpath(folder)
    for file in sorted(found.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_text("utf-8")


def scan(
    text: str,
    *,
    surface: Surface,
    now: dt.datetime | dt.date | None = None,
    allow: Sequence[str] = (),
    category: str = "",
    rehearsal: bool = False,
) -> tuple[Hit, ...]:
    """Every rule that a text touches; nothing is written.

    Hits with a ``suppressed_reason`` do not count; ``verdict_of`` gives the strongest verdict
    of those that do.

    Args:
        text: any string.
        surface: where it stands: ``script``, ``title``, ``chat`` or ``speech``.
        now: the day whose rules apply; None: all that are not repealed.
        allow: the shop's own registered contacts, which are no diversion.
        category: trade of the product being explained; some trades raise the severity.
        rehearsal: every hit is suppressed, nobody is watching.

    Raises:
        NoSuchSurface: ``surface`` is none of the four.
    """
    if surface not in SURFACES:
        raise NoSuchSurface(surface=surface)
    on = now.date() if isinstance(now, dt.datetime) else now
    situation = _situation(on, tuple(allow), category, rehearsal)
    return scan_text(text, surface=surface, packs=rulebook(), situation=situation)


@lru_cache(maxsize=256)
def _situation(
    on: dt.date | None, allow: tuple[str, ...], category: str, rehearsal: bool
) -> Situation:
    # A room's lines share one; making it anew would cost as much as searching a line.
    return Situation(on=on, allow=allow, category=category, rehearsal=rehearsal)


@cache
def _articles() -> Mapping[tuple[str, str], ArticleView]:
    found = {}
    for name, source in _packaged("law"):
        law = yaml.safe_load(source)
        assert law["law"] == name.removesuffix(".yaml"), f"{name} holds {law['law']}"
        for article, text in law["articles"].items():
            view = ArticleView(law["law"], article, law["version"], text.strip(), law["verified"])
            found[view.law, article] = view
    return found


def articles() -> list[ArticleView]:
    """Every article that is kept, by law."""
    return list(_articles().values())


def article(law: str, article: str) -> ArticleView:
    """One article; ``article`` is ``第九条`` or ``9``.

    Raises:
        NoSuchArticle: it is not kept.
    """
    number = re.fullmatch(r"第?(\d{1,3})条?", article)
    wanted = f"第{_chinese(int(number[1]))}条" if number else article
    found = _articles().get((law.strip("《》"), wanted))
    if found is None:
        raise NoSuchArticle(law=law[:60], article=article[:20])
    return found


def _chinese(number: int) -> str:
    """Article numbers as statutes write them, below 1,000.

    >>> [_chinese(n) for n in (9, 10, 17, 20, 43, 101, 110)]
    ['九', '十', '十七', '二十', '四十三', '一百零一', '一百一十']
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_NUMERALS[ones] if ones or not number else "")


def rule(rule_id: str) -> RuleView:
    """One rule and its articles.

    Raises:
        NoSuchRule: no pack has it.
    """
    for found in rulebook().rules:
        if found.id == rule_id:
            return _rule_view(found)
    raise NoSuchRule(rule_id=rule_id[:60])


def citations(found: Rule) -> list[Citation]:
    """Everything a rule rests on: its own article, its pack's others, its exemptions'."""
    pack = found.pack
    routed = [c for _, c in pack.routes] if found.citation == pack.citation else []
    listed = [found.citation, *routed, *pack.also, *(e.citation for e in found.exemptions)]
    return list(dict.fromkeys(Citation(c.law, c.article) for c in listed))


def _rule_view(found: Rule) -> RuleView:
    pack = found.pack
    return RuleView(
        rule_id=found.id,
        family=pack.family,
        title_zh=pack.title.zh,
        title_en=pack.title.en,
        pack_version=pack.version,
        in_force_from=pack.starts_on,
        in_force_to=pack.ends_on,
        verdict=found.verdict,
        severity=found.severity,
        actions=dict(found.actions),
        message_zh=found.message.zh,
        message_en=found.message.en,
        evidence=found.evidence,
        articles=[article(c.law, c.article) for c in citations(found)],
    )


def findings(
    org_id: int, show_id: int | None = None, *, state: str = "", limit: int = FINDINGS_MAX
) -> list[FindingView]:
    """Findings of an organisation, newest first; of one show when given.

    Args:
        state: ``open``, ``suppressed`` or ``dismissed``; empty for all.
        limit: at most ``FINDINGS_MAX``.
    """
    rows = Finding.objects.filter(organisation_id=org_id)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if state:
        rows = rows.filter(state=state)
    return [
        _finding_view(row) for row in rows.order_by("-found_at", "-id")[: min(limit, FINDINGS_MAX)]
    ]


def _finding_view(row: Finding) -> FindingView:
    return FindingView(
        id=row.pk,
        show_id=row.show_id,
        surface=row.surface,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        text=row.text,
        span_start=row.span_start,
        span_end=row.span_end,
        family=row.family,
        rule_id=row.rule_id,
        law=row.law,
        article=row.article,
        item=row.item,
        verdict=row.verdict,
        severity=row.severity,
        action=row.action,
        suppressed_reason=row.suppressed_reason,
        state=row.state,
        found_at=row.found_at,
        confirmed_by=row.confirmed_by,
        confirmed_reason=row.confirmed_reason,
    )
