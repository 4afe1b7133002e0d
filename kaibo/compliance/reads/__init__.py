"""What others may know of rulebook, law, controls and findings, as frozen values."""

from kaibo.compliance.reads.blacklist import ListingView, check_not_listed, listing, listings
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
from kaibo.compliance.reads.cards import card_book, is_placeholder
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
from kaibo.compliance.reads.findings import (
    FINDINGS_MAX,
    FindingView,
    every_finding,
    finding,
    findings,
    rules_met,
)
from kaibo.compliance.reads.ladder import (
    RoomRiskView,
    RungNow,
    check_function_on,
    held_rooms,
    is_selling_paused,
    record_of_shows,
    room_risk,
    rung_now,
    rungs_of_shows,
)
from kaibo.compliance.reads.law import ArticleView, LawView, article, articles, is_kept, law, laws
from kaibo.compliance.reads.models import about_models, models, read_by_models
from kaibo.compliance.reads.negative import shipped_negative
from kaibo.compliance.reads.offers import countdown_hit
from kaibo.compliance.reads.papers import paper_book, papers_needed
from kaibo.compliance.reads.pictures import code_hit, text_hits
from kaibo.compliance.reads.profile import ProfileView, QuestionView, profile, standing_of
from kaibo.compliance.reads.rules import (
    RULE_COLUMNS,
    RuleView,
    citations,
    rule,
    rule_rows,
    rule_view,
)
from kaibo.compliance.reads.sanctions import (
    OffAir,
    SanctionsView,
    SanctionView,
    check_may_go_on_air,
    kept_from_lists,
    kept_off_air,
    let_on_air,
    sanctions,
)
from kaibo.compliance.rules.blacklist import plain_identifier
from kaibo.compliance.rules.cards import CardField, card_needs_of, fields_lacking
from kaibo.compliance.rules.gate import asking, refusing
from kaibo.compliance.rules.hits import Hit, Surface, verdict_of
from kaibo.compliance.rules.keeping import Kept, codes_of, delete_after, lengthened
from kaibo.compliance.rules.ladder import Rung, functions_off, height, selling_paused
from kaibo.compliance.rules.negative import (
    Banned,
    Entry,
    Goods,
    NegativeList,
    banned_by,
    plain_words,
    with_own,
)
from kaibo.compliance.rules.papers import Need, PaperKind, number_fits, plain_number
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.scan import Rulebook
from kaibo.compliance.rules.textmodel import TextModel

__all__ = [
    "COVERAGE_COLUMNS",
    "FINDINGS_MAX",
    "RULE_COLUMNS",
    "ArticleView",
    "BadPack",
    "Banned",
    "CardField",
    "ControlView",
    "Entry",
    "FindingView",
    "Goods",
    "Hit",
    "Kept",
    "LawView",
    "ListingView",
    "Need",
    "NegativeList",
    "OffAir",
    "PaperKind",
    "ProfileView",
    "QuestionView",
    "RoomRiskView",
    "RuleView",
    "Rulebook",
    "Rung",
    "RungNow",
    "SanctionView",
    "SanctionsView",
    "Surface",
    "TextModel",
    "about_models",
    "article",
    "articles",
    "asking",
    "banned_by",
    "card_book",
    "card_needs_of",
    "check_function_on",
    "check_may_go_on_air",
    "check_not_listed",
    "citations",
    "code_hit",
    "codes_of",
    "controls",
    "countdown_hit",
    "coverage",
    "coverage_rows",
    "current_sources",
    "delete_after",
    "duties",
    "every_finding",
    "fields_lacking",
    "finding",
    "findings",
    "functions_off",
    "height",
    "held_rooms",
    "is_kept",
    "is_placeholder",
    "is_selling_paused",
    "kept_from_lists",
    "kept_off_air",
    "law",
    "law_digest",
    "laws",
    "lengthened",
    "let_on_air",
    "lexicon",
    "listing",
    "listings",
    "models",
    "number_fits",
    "paper_book",
    "papers_needed",
    "plain_identifier",
    "plain_number",
    "plain_words",
    "profile",
    "proofs",
    "read_added",
    "read_by_models",
    "record_of_shows",
    "refusing",
    "room_risk",
    "rule",
    "rule_rows",
    "rule_view",
    "rulebook",
    "rulebook_of",
    "rulebook_trial",
    "rulebook_with",
    "rules_met",
    "rung_now",
    "rungs_of_shows",
    "sanctions",
    "scan",
    "selling_paused",
    "shipped_negative",
    "signals",
    "standing_of",
    "text_hits",
    "verdict_of",
    "with_own",
]
