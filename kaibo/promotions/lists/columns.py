"""Columns that several lists of promotions have."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from kaibo.base.listing import Column

VIEWER: Final = (
    Column("观众编号 Viewer no", "row.viewer_id"),
    Column("昵称(打码) Name masked", "name"),
)


def moment(name: str) -> Callable[[Any], dt.datetime | None]:
    """A moment of a row's terms, which are kept as JSON."""

    def of(row: Any) -> dt.datetime | None:
        text = row.terms.get(name)
        return dt.datetime.fromisoformat(text) if text else None

    return of
