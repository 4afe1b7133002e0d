"""The writers of compliance."""

from kaibo.compliance.actions.blacklist import (
    ListingSpec,
    add_listing,
    answer_appeal,
    appeal_listing,
    end_due_listings,
)
from kaibo.compliance.actions.findings import (
    Scanned,
    clear_words,
    confirm_findings,
    dismiss_finding,
    judged,
    record_all_findings,
    record_findings,
)
from kaibo.compliance.actions.firings import note_firings
from kaibo.compliance.actions.ladder import (
    confirm_lift,
    override_rung,
    refuse_lift,
    step_rungs_down,
)
from kaibo.compliance.actions.packs import save_pack, save_words, undo_pack, withdraw_pack
from kaibo.compliance.actions.profile import answer_profile
from kaibo.compliance.rules.words import WordEntry

__all__ = [
    "ListingSpec",
    "Scanned",
    "WordEntry",
    "add_listing",
    "answer_appeal",
    "answer_profile",
    "appeal_listing",
    "clear_words",
    "confirm_findings",
    "confirm_lift",
    "dismiss_finding",
    "end_due_listings",
    "judged",
    "note_firings",
    "override_rung",
    "record_all_findings",
    "record_findings",
    "refuse_lift",
    "save_pack",
    "save_words",
    "step_rungs_down",
    "undo_pack",
    "withdraw_pack",
]
