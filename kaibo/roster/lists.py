"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import Listing, ready_columns
from kaibo.roster.reads import SHEET_COLUMNS, roster, sheet_rows

LISTS: Final = (
    Listing(
        path="/desk/shows/{int:id}/roster",
        may="hosts.read",
        title="出镜名单",
        rows=lambda asked: sheet_rows(roster(asked.org_id, asked.id(), now=asked.now)),
        columns=ready_columns(SHEET_COLUMNS),
    ),
)
