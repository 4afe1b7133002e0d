"""Rules as pages show them, each with the law it rests on."""

import datetime as dt
from dataclasses import dataclass

from kaibo.base.sheets import Cell
from kaibo.compliance.errors import NoSuchRule
from kaibo.compliance.reads.book import rulebook, rulebook_of
from kaibo.compliance.reads.law import ArticleView, article, is_kept
from kaibo.compliance.rules.hits import Action, Citation, Surface
from kaibo.compliance.rules.parts import GROUPS, SUBJECTS, Rule
from kaibo.compliance.rules.retention import told

RULE_COLUMNS = (
    "规则包", "规则族", "名称", "规则", "版本", "生效", "失效", "依据", "条", "款项", "主体",
    "结论", "级别", "处理", "提示", "Message", "留存内容", "保存期限",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with the law it rests on; ``articles`` is empty where it rests on no law.

    ``words``: of an added rule, the words it looks for.
    """

    rule_id: str
    family: str
    title_zh: str
    title_en: str
    layer: str
    group: str
    subject: list[str]
    pack_version: str
    in_force_from: dt.date
    in_force_to: dt.date | None
    verdict: str
    severity: str
    actions: dict[Surface, Action]
    message_zh: str
    message_en: str
    evidence: str
    kept_zh: str
    kept_en: str
    retention: str
    retention_zh: str
    retention_en: str
    law: str
    article: str
    item: str
    articles: list[ArticleView]
    words: list[str]


def rule(rule_id: str, *, org_id: int | None = None) -> RuleView:
    """One rule and its articles, as it stands for an organisation; None: as it ships.

    Raises:
        NoSuchRule: no pack has it.
    """
    book = rulebook() if org_id is None else rulebook_of(org_id)
    for found in book.rules:
        if found.id == rule_id:
            return rule_view(found)
    raise NoSuchRule(rule_id=rule_id[:60])


def citations(found: Rule) -> list[Citation]:
    """Everything a rule rests on: its own article, its pack's others, its exemptions'."""
    pack = found.pack
    routed = [c for _, c in pack.routes] if found.citation == pack.citation else []
    listed = [found.citation, *routed, *pack.also, *(e.citation for e in found.exemptions)]
    return list(dict.fromkeys(Citation(c.law, c.article) for c in listed))


def rule_view(found: Rule) -> RuleView:
    """A rule as a value."""
    pack = found.pack
    zh, en = told(found.retention)
    cited = [c for c in citations(found) if pack.layer == "law" or is_kept(c.law, c.article)]
    return RuleView(
        rule_id=found.id,
        family=pack.family,
        title_zh=pack.title.zh,
        title_en=pack.title.en,
        layer=pack.layer,
        group=pack.group,
        subject=list(pack.subject),
        pack_version=pack.version,
        in_force_from=pack.starts_on,
        in_force_to=pack.ends_on,
        verdict=found.verdict,
        severity=found.severity,
        actions=dict(found.actions),
        message_zh=found.message.zh,
        message_en=found.message.en,
        evidence=found.evidence,
        kept_zh=pack.kept.zh,
        kept_en=pack.kept.en,
        retention=found.retention,
        retention_zh=zh,
        retention_en=en,
        law=found.citation.law,
        article=found.citation.article,
        item=found.citation.item,
        articles=[article(c.law, c.article) for c in cited],
        words=[] if pack.layer == "law" else list(found.words),
    )


def rule_rows(org_id: int) -> list[list[Cell]]:
    """Every rule that applies to the organisation, for a sheet."""
    return [_row(rule_view(found)) for found in rulebook_of(org_id).rules]


def _row(view: RuleView) -> list[Cell]:
    return [
        GROUPS[view.group][0],
        view.family,
        view.title_zh,
        view.rule_id,
        view.pack_version,
        view.in_force_from,
        view.in_force_to,
        view.law,
        view.article,
        view.item,
        "、".join(SUBJECTS[one][0] for one in view.subject),
        view.verdict,
        view.severity,
        "、".join(f"{surface}:{action}" for surface, action in view.actions.items()),
        view.message_zh,
        view.message_en,
        view.kept_zh,
        view.retention_zh,
    ]
