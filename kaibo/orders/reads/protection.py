"""Prices that fell, and what was paid back because of them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.orders.models import PriceDrop
from kaibo.orders.rules.protection import STANDS as STANDS

DROPS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class PriceDropView:
    """A price below what protected orders paid: ``noted`` until ``due_at``, then paid back or void.

    ``is_sale``: of a flash sale. ``lines``, ``amount_fen``: paid back so far.
    """

    id: int
    title: str
    spec: str
    price_fen: int
    is_sale: bool
    since: dt.datetime
    due_at: dt.datetime
    state: str
    lines: int
    amount_fen: int


def price_drops(org_id: int) -> list[PriceDropView]:
    """The newest hundred of an organisation."""
    return [_view(row) for row in _drops(org_id)[:DROPS_MAX]]


def every_price_drop(org_id: int) -> Iterator[PriceDropView]:
    """All of an organisation, newest first."""
    return map(_view, _drops(org_id).iterator(PIECE_ROWS))


def _drops(org_id: int) -> "QuerySet[PriceDrop]":
    rows = PriceDrop.objects.filter(organisation_id=org_id).order_by("-pk")
    return rows.select_related("sku__product")


def _view(row: PriceDrop) -> PriceDropView:
    return PriceDropView(
        id=row.pk,
        title=row.sku.product.title,
        spec=row.sku.spec,
        price_fen=row.price_fen,
        is_sale=row.sale_id is not None,
        since=row.since,
        due_at=row.due_at,
        state=row.state,
        lines=row.lines,
        amount_fen=row.amount_fen,
    )
