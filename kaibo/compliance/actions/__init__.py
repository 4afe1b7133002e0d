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

__all__ = [
    "Scanned",
    "clear_words",
    "confirm_findings",
    "dismiss_finding",
    "judged",
    "record_all_findings",
    "record_findings",
]
