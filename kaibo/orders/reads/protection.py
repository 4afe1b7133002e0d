"""Prices that fell, and what was paid back because of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

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
    rows = PriceDrop.objects.filter(organisation_id=org_id).order_by("-pk")
    return [
        PriceDropView(
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
        for row in rows.select_related("sku__product")[:DROPS_MAX]
    ]
