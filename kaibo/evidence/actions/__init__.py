"""The writers of evidence."""

from kaibo.evidence.actions.exports import (
    LEASE,
    ask_export,
    build_due,
    build_export,
    hand_out,
    seal_recording,
)
from kaibo.evidence.actions.filings import keep_for_filing
from kaibo.evidence.actions.keeping import (
    ask_deletion,
    confirm_deletion,
    finish_deletions,
    lift_hold,
    place_hold,
    refuse_deletion,
)

__all__ = [
    "LEASE",
    "ask_deletion",
    "ask_export",
    "build_due",
    "build_export",
    "confirm_deletion",
    "finish_deletions",
    "hand_out",
    "keep_for_filing",
    "lift_hold",
    "place_hold",
    "refuse_deletion",
    "seal_recording",
]
