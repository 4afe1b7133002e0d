"""Packs with their custody, and what is kept until when, as frozen values."""

from kaibo.evidence.reads.exports import (
    DownloadView,
    ExportView,
    custody_rows,
    custody_sheet,
    export,
    exports,
    pack_path,
)
from kaibo.evidence.reads.keeping import (
    DeletionView,
    HoldView,
    Keeping,
    deletion_view,
    hold_view,
    keeping,
)

__all__ = [
    "DeletionView",
    "DownloadView",
    "ExportView",
    "HoldView",
    "Keeping",
    "custody_rows",
    "custody_sheet",
    "deletion_view",
    "export",
    "exports",
    "hold_view",
    "keeping",
    "pack_path",
]
