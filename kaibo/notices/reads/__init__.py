"""What others may know of notices from outside and of reports to the regulator."""

from kaibo.notices.reads.filings import FilingView, filings
from kaibo.notices.reads.infringements import (
    HolderView,
    InfringementView,
    PublicNotice,
    infringement,
    infringements,
    notice_of_code,
    notice_on_code,
    public_notices,
)
from kaibo.notices.reads.register import REGISTER_COLUMNS, register_rows
from kaibo.notices.reads.unreachables import (
    Standing,
    UnreachableView,
    standing_of_contacts,
    unreachables,
)

__all__ = [
    "REGISTER_COLUMNS",
    "FilingView",
    "HolderView",
    "InfringementView",
    "PublicNotice",
    "Standing",
    "UnreachableView",
    "filings",
    "infringement",
    "infringements",
    "notice_of_code",
    "notice_on_code",
    "public_notices",
    "register_rows",
    "standing_of_contacts",
    "unreachables",
]
