"""Until when the recordings of a show are kept, why, and what stands against deleting them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kaibo.compliance.reads import Kept, codes_of, delete_after, lengthened
from kaibo.evidence.models import Deletion, Hold
from kaibo.orders import reads as orders
from kaibo.patrol.reads import keep_times
from kaibo.planning import reads as plans


@dataclass(frozen=True, slots=True)
class HoldView:
    """A legal hold; it stands while ``lifted_at`` is None."""

    id: int
    show_id: int
    placed_reason: str
    placed_by: int
    placed_at: dt.datetime
    lifted_by: int | None
    lifted_at: dt.datetime | None
    lifted_reason: str


@dataclass(frozen=True, slots=True)
class DeletionView:
    """A deletion and its certificate: every segment that went, with its digest."""

    id: int
    show_id: int
    state: str
    reason: str
    asked_by: int
    asked_at: dt.datetime
    decided_by: int | None
    decided_at: dt.datetime | None
    done_at: dt.datetime | None
    certificate: dict[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """``until`` is None while an anchor has not come; ``code`` is the one that decides."""

    show_id: int
    until: dt.datetime | None
    code: str
    codes: list[str]
    open_trades: int
    holds: list[HoldView]
    deletions: list[DeletionView]

    @property
    def standing(self) -> list[HoldView]:
        """Holds that nobody lifted."""
        return [hold for hold in self.holds if hold.lifted_at is None]


def keeping(org_id: int, show_id: int) -> Keeping:
    """What is known of keeping a show's recordings.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    show = plans.show(org_id, show_id)
    trades = orders.trades_ended(org_id, show_id)
    times = keep_times(org_id, show_id)
    codes = lengthened(codes_of("recording", settings.KAIBO_KEEP), times)
    live: list[dt.datetime | None] = [show.ended_at]
    kept: Kept = delete_after(codes, {"L": live, "": live, "T": trades})
    holds = Hold.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    gone = Deletion.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    return Keeping(
        show_id=show_id,
        until=kept.until,
        code=kept.code,
        codes=list(codes),
        open_trades=trades.count(None),
        holds=[hold_view(row) for row in holds],
        deletions=[deletion_view(row) for row in gone],
    )


def hold_view(row: Hold) -> HoldView:
    """A hold's row as a value."""
    return HoldView(
        row.pk, row.show_id, row.reason, row.placed_by, row.placed_at,
        row.lifted_by, row.lifted_at, row.lifted_reason,
    )  # fmt: skip


def deletion_view(row: Deletion) -> DeletionView:
    """A deletion's row as a value."""
    return DeletionView(
        row.pk, row.show_id, row.state, row.reason, row.asked_by, row.asked_at,
        row.decided_by, row.decided_at, row.done_at, row.certificate, row.sha256,
    )  # fmt: skip
