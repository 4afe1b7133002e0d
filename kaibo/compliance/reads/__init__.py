"""What others may know of the rulebook, the law and the findings, as frozen values."""

from kaibo.compliance.reads.book import lexicon, rulebook, scan
from kaibo.compliance.reads.findings import FINDINGS_MAX, FindingView, findings
from kaibo.compliance.reads.law import ArticleView, article, articles
from kaibo.compliance.reads.rules import RuleView, citations, rule
from kaibo.compliance.rules.gate import asking, refusing
from kaibo.compliance.rules.hits import Hit, verdict_of

__all__ = [
    "FINDINGS_MAX",
    "ArticleView",
    "FindingView",
    "Hit",
    "RuleView",
    "article",
    "articles",
    "asking",
    "citations",
    "findings",
    "lexicon",
    "refusing",
    "rule",
    "rulebook",
    "scan",
    "verdict_of",
]
