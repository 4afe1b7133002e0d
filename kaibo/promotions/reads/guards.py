"""The guards of a show as staff see them: thresholds, trips of the breaker, changes."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.promotions.errors import NoSuchChange
from kaibo.promotions.models import Change, GuardSettings, Trip
from kaibo.promotions.rules import GuardTerms

CHANGES_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class TripView:
    """One stop of the breaker: of a link's own price, of its flash sale, or of a promotion."""

    id: int
    show_id: int
    link_no: int | None
    sale_id: int | None
    promotion_id: int | None
    title: str
    cause: str
    window_s: int
    off_fen: int
    off_fen_max: int
    tripped_at: dt.datetime
    state: str
    reason: str
    asked_by: int | None
    reset_by: int | None
    reset_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change on air; it can be confirmed until ``expires_at``, undone until ``undo_until``.

    ``title``: of the promotion; empty where it is of a link.
    """

    id: int
    show_id: int | None
    link_no: int | None
    promotion_id: int | None
    title: str
    kind: str
    terms: dict[str, Any]
    dangers: list[str]
    off_fen: int
    state: str
    asked_by: int
    asked_at: dt.datetime
    expires_at: dt.datetime
    decided_by: int | None
    made_at: dt.datetime | None
    undo_until: dt.datetime | None
    sale_id: int | None


def guard_terms(org_id: int) -> GuardTerms:
    """The thresholds of a shop: its own, else the defaults."""
    row = GuardSettings.objects.filter(organisation_id=org_id).first()
    return GuardTerms() if row is None else row.terms


def trips(org_id: int, show_id: int) -> list[TripView]:
    """Every trip of a show, newest first."""
    rows = Trip.objects.filter(organisation_id=org_id, show_id=show_id)
    rows = rows.select_related("promotion")
    return [trip_view(row) for row in rows.order_by("-pk")]


def changes(org_id: int, show_id: int) -> list[ChangeView]:
    """The changes of a show and of promotions of every show, newest first; at most 100."""
    terms = guard_terms(org_id)
    return [change_view(row, terms) for row in _changes(org_id, show_id)[:CHANGES_SHOWN]]


def every_change(org_id: int, show_id: int) -> Iterator[ChangeView]:
    """All changes of a show and of promotions of every show, newest first."""
    terms = guard_terms(org_id)
    return (change_view(row, terms) for row in _changes(org_id, show_id).iterator(PIECE_ROWS))


def _changes(org_id: int, show_id: int) -> "QuerySet[Change]":
    here = Q(show_id=show_id) | Q(show_id__isnull=True)
    rows = Change.objects.filter(here, organisation_id=org_id)
    return rows.select_related("promotion").order_by("-pk")


def change(org_id: int, id: int) -> ChangeView:
    """One change.

    Raises:
        NoSuchChange: not in the organisation.
    """
    row = Change.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchChange(id=id)
    return change_view(row, guard_terms(org_id))


def trip_view(row: Trip) -> TripView:
    """A trip's row as a value."""
    return TripView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        sale_id=row.sale_id,
        promotion_id=row.promotion_id,
        title=row.promotion.title if row.promotion else "",
        cause=row.cause,
        window_s=row.window_s,
        off_fen=row.off_fen,
        off_fen_max=row.off_fen_max,
        tripped_at=row.tripped_at,
        state=row.state,
        reason=row.reason,
        asked_by=row.asked_by,
        reset_by=row.reset_by,
        reset_at=row.reset_at,
    )


def change_view(row: Change, terms: GuardTerms) -> ChangeView:
    """A change's row as a value."""
    undo_until = None
    if row.state == "made" and row.made_at is not None and row.kind != "extension":
        undo_until = row.made_at + dt.timedelta(seconds=terms.undo_s)
    return ChangeView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        promotion_id=row.promotion_id,
        title=row.promotion.title if row.promotion else "",
        kind=row.kind,
        terms=row.terms,
        dangers=row.dangers,
        off_fen=row.off_fen,
        state=row.state,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        made_at=row.made_at,
        undo_until=undo_until,
        sale_id=row.sale_id,
    )
