"""Rules as pages show them, each with the law it rests on."""

import datetime as dt
from dataclasses import dataclass

from kaibo.compliance.errors import NoSuchRule
from kaibo.compliance.reads.book import rulebook
from kaibo.compliance.reads.law import ArticleView, article
from kaibo.compliance.rules.hits import Action, Citation, Surface
from kaibo.compliance.rules.packs import Rule


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
