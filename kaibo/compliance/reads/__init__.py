"""What others may know of rulebook, law, controls and findings, as frozen values."""

from kaibo.compliance.reads.book import (
    current_sources,
    law_digest,
    lexicon,
    read_added,
    rulebook,
    rulebook_of,
    rulebook_trial,
    rulebook_with,
    scan,
)
from kaibo.compliance.reads.coverage import (
    COVERAGE_COLUMNS,
    ControlView,
    controls,
    coverage,
    coverage_rows,
    duties,
    proofs,
    signals,
)
from kaibo.compliance.reads.findings import FINDINGS_MAX, FindingView, findings, rules_met
from kaibo.compliance.reads.law import ArticleView, LawView, article, articles, is_kept, law, laws
from kaibo.compliance.reads.profile import ProfileView, QuestionView, profile, standing_of
from kaibo.compliance.reads.rules import (
    RULE_COLUMNS,
    RuleView,
    citations,
    rule,
    rule_rows,
    rule_view,
)
from kaibo.compliance.rules.gate import asking, refusing
from kaibo.compliance.rules.hits import Hit, Surface, verdict_of
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.scan import Rulebook

__all__ = [
    "COVERAGE_COLUMNS",
    "FINDINGS_MAX",
    "RULE_COLUMNS",
    "ArticleView",
    "BadPack",
    "ControlView",
    "FindingView",
    "Hit",
    "LawView",
    "ProfileView",
    "QuestionView",
    "RuleView",
    "Rulebook",
    "Surface",
    "article",
    "articles",
    "asking",
    "citations",
    "controls",
    "coverage",
    "coverage_rows",
    "current_sources",
    "duties",
    "findings",
    "is_kept",
    "law",
    "law_digest",
    "laws",
    "lexicon",
    "profile",
    "proofs",
    "read_added",
    "refusing",
    "rule",
    "rule_rows",
    "rule_view",
    "rulebook",
    "rulebook_of",
    "rulebook_trial",
    "rulebook_with",
    "rules_met",
    "scan",
    "signals",
    "standing_of",
    "verdict_of",
]
