"""What stands behind an order's lines: units of a link or of a claim, moved together."""

import datetime as dt
from collections.abc import Callable

from kaibo.facts.orders import OrderedLine
from kaibo.orders.errors import NoSuchOrder
from kaibo.orders.models import Order, OrderLine
from kaibo.promotions import actions as promotions


def lock_order(no: str, *, viewer_id: int | None = None, org_id: int | None = None) -> Order:
    """The order under its row lock; the first lock of everything that changes an order.

    Raises:
        NoSuchOrder: none of this number (of this viewer, of this organisation).
    """
    rows = Order.objects.select_for_update(no_key=True).filter(no=no)
    if viewer_id is not None:
        rows = rows.filter(viewer_id=viewer_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchOrder(no=no[:40])
    return row


def give_back(order: Order, *, now: dt.datetime) -> None:
    """The order ended unpaid: its units are free again."""
    _each(
        order,
        taking=lambda id: promotions.give_back_units(taking_id=id, now=now),
        claim=lambda id: promotions.release_claim(claim_id=id, now=now),
    )


def sell(order: Order, *, now: dt.datetime) -> None:
    """The order is paid: its units leave the stock."""
    _each(
        order,
        taking=lambda id: promotions.mark_units_sold(taking_id=id, now=now),
        claim=lambda id: promotions.mark_claim_paid(claim_id=id, now=now),
    )


def retake(order: Order, *, now: dt.datetime) -> None:
    """Late money: sell the same units at the same price after all.

    Raises:
        NotOnSale, SoldOut, BuyerLimit, BelowFloor: the caller rolls back to before.
    """
    _each(
        order,
        taking=lambda id: promotions.retake_units(taking_id=id, now=now),
        claim=lambda id: promotions.retake_claim(claim_id=id, now=now),
    )


def take_in(order: Order, *, now: dt.datetime) -> None:
    """The order is undone: its units come back to the stock."""
    _each(
        order,
        taking=lambda id: promotions.return_units(taking_id=id, now=now),
        claim=lambda id: promotions.return_claim(claim_id=id, now=now),
    )


def fact_lines(order: Order) -> list[OrderedLine]:
    """The lines as facts tell them."""
    return [
        OrderedLine(
            link_no=line.link_no,
            sku_id=line.sku_id,
            units=line.units,
            unit_price_fen=line.unit_price_fen,
            amount_fen=line.amount_fen,
        )
        for line in _lines(order)
    ]


def _each(order: Order, *, taking: Callable[[int], None], claim: Callable[[int], None]) -> None:
    for line in _lines(order):
        if line.taking_id is not None:
            taking(line.taking_id)
        elif line.claim_id is not None:
            claim(line.claim_id)


def _lines(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))
