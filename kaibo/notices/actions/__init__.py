"""The writers of notices from outside and of reports to the regulator."""

from kaibo.notices.actions.clocks import miss_due_notices
from kaibo.notices.actions.filings import drop_filing, open_filing, send_filing
from kaibo.notices.actions.infringements import (
    NoticeSpec,
    Received,
    accept_infringement,
    answer_infringement,
    deliver_statement,
    file_infringement,
    forward_infringement,
    reject_infringement,
)
from kaibo.notices.actions.settling import (
    find_unjust,
    note_suit,
    restore_due_infringements,
    settle_infringement,
    withdraw_infringement,
)
from kaibo.notices.actions.unreachables import (
    UnreachableSpec,
    limit_due_unreachables,
    note_unreachable,
    remind_unreachable,
    update_unreachable,
)

__all__ = [
    "NoticeSpec",
    "Received",
    "UnreachableSpec",
    "accept_infringement",
    "answer_infringement",
    "deliver_statement",
    "drop_filing",
    "file_infringement",
    "find_unjust",
    "forward_infringement",
    "limit_due_unreachables",
    "miss_due_notices",
    "note_suit",
    "note_unreachable",
    "open_filing",
    "reject_infringement",
    "remind_unreachable",
    "restore_due_infringements",
    "send_filing",
    "settle_infringement",
    "update_unreachable",
    "withdraw_infringement",
]
