"""The writers of compliance."""

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
from kaibo.compliance.actions.packs import save_pack, save_words, undo_pack, withdraw_pack
from kaibo.compliance.actions.profile import answer_profile
from kaibo.compliance.rules.words import WordEntry

__all__ = [
    "Scanned",
    "WordEntry",
    "answer_profile",
    "clear_words",
    "confirm_findings",
    "dismiss_finding",
    "judged",
    "note_firings",
    "record_all_findings",
    "record_findings",
    "save_pack",
    "save_words",
    "undo_pack",
    "withdraw_pack",
]
