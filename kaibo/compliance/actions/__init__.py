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
    keep_found,
    record_all_findings,
    record_findings,
)
from kaibo.compliance.actions.firings import note_firings
from kaibo.compliance.actions.holding import end_holds, grant_functions, hold_room, let_room_go
from kaibo.compliance.actions.ladder import (
    confirm_lift,
    override_rung,
    refuse_lift,
    step_rungs_down,
)
from kaibo.compliance.actions.packs import save_pack, save_words, undo_pack, withdraw_pack
from kaibo.compliance.actions.profile import answer_profile
from kaibo.compliance.actions.sanctions import (
    SanctionSpec,
    answer_sanction,
    appeal_sanction,
    confirm_sanction,
    decide_sanction,
    end_due_sanctions,
    note_on_air,
    refuse_sanction,
)
from kaibo.compliance.rules.words import WordEntry

__all__ = [
    "ListingSpec",
    "SanctionSpec",
    "Scanned",
    "WordEntry",
    "add_listing",
    "answer_appeal",
    "answer_profile",
    "answer_sanction",
    "appeal_listing",
    "appeal_sanction",
    "clear_words",
    "confirm_findings",
    "confirm_lift",
    "confirm_sanction",
    "decide_sanction",
    "dismiss_finding",
    "end_due_listings",
    "end_due_sanctions",
    "end_holds",
    "grant_functions",
    "hold_room",
    "judged",
    "keep_found",
    "let_room_go",
    "note_firings",
    "note_on_air",
    "override_rung",
    "record_all_findings",
    "record_findings",
    "refuse_lift",
    "refuse_sanction",
    "save_pack",
    "save_words",
    "step_rungs_down",
    "undo_pack",
    "withdraw_pack",
]
