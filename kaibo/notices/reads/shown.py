"""Which rows of a book the desk shows, and until when something is late."""

import datetime as dt
from collections.abc import Collection
from typing import Final, TypeVar

from django.db.models import QuerySet

from kaibo.notices.models import Filing, Infringement, Unreachable

SHOWN_MAX: Final = 500
Row = TypeVar("Row", Infringement, Unreachable, Filing)


def open_and_newest(rows: "QuerySet[Row]", open_states: Collection[str]) -> list[Row]:
    """What is not over, the longest waiting first to be kept, then the newest of the rest.

    At most ``SHOWN_MAX``, newest first: however many came since, nothing falls off the desk while
    its clock runs.
    """
    found: list[Row] = list(rows.filter(state__in=open_states).order_by("pk")[:SHOWN_MAX])
    left = SHOWN_MAX - len(found)
    found += rows.exclude(state__in=open_states).order_by("-pk")[:left]
    return sorted(found, key=lambda row: -row.pk)


def late_now(row: Infringement | Unreachable) -> dt.datetime | None:
    """When the step that is owed now was missed; None where it was not.

    The row keeps the last miss of any step, for the register.
    """
    if row.due_at is None or row.late_at is None or row.late_at < row.due_at:
        return None
    return row.late_at
