"""The stock ledger of a SKU."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from kaibo.base.pages import PIECE_ROWS, Piece, piece_of
from kaibo.catalog.errors import NoSuchSku
from kaibo.catalog.models import Sku, StockMove

MOVES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StockMoveView:
    """One line of the stock ledger."""

    id: int
    kind: str
    units: int
    reason: str
    on_hand_after: int
    held_after: int
    at: dt.datetime
    actor: str


def stock_moves(org_id: int, sku_id: int) -> list[StockMoveView]:
    """The newest lines of one SKU's ledger, newest first.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    return [_move_view(row) for row in _moves(org_id, sku_id)[:MOVES_SHOWN]]


def stock_moves_after(
    org_id: int, sku_id: int, *, after: int | None, limit: int
) -> Piece[StockMoveView]:
    """One SKU's ledger newest first, the lines below ``after``.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    rows = _moves(org_id, sku_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = [_move_view(row) for row in rows[: limit + 1]]
    return piece_of(found, limit=limit, place=lambda one: one.id)


def every_stock_move(org_id: int, sku_id: int) -> Iterator[StockMoveView]:
    """One SKU's whole ledger, newest first.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    return map(_move_view, _moves(org_id, sku_id).iterator(PIECE_ROWS))


def _moves(org_id: int, sku_id: int) -> QuerySet[StockMove]:
    if not Sku.objects.filter(organisation_id=org_id, pk=sku_id).exists():
        raise NoSuchSku(id=sku_id)
    return StockMove.objects.filter(sku_id=sku_id).order_by("-id")


def _move_view(row: StockMove) -> StockMoveView:
    return StockMoveView(
        id=row.pk,
        kind=row.kind,
        units=row.units,
        reason=row.reason,
        on_hand_after=row.on_hand_after,
        held_after=row.held_after,
        at=row.at,
        actor=row.actor,
    )
