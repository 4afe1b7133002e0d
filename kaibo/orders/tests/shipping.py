"""The shop's moves with parcels and returns, made of the product's own actions."""

import datetime as dt
from typing import Any

from kaibo.base.actor import Actor
from kaibo.orders import actions
from kaibo.orders.models import Order
from kaibo.orders.reads import OrderView
from kaibo.orders.reads.parcels import ParcelView
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions.tests.shop import NOW, Shop

DAY = dt.timedelta(days=1)


def bought(
    shop: Shop, *, units: int = 2, viewer_id: int = 1, key: str = "order-1", note: str = ""
) -> OrderView:
    """A paid order of some units of link 1."""
    wish: dict[str, Any] = {"units": units, "request_key": key, "note": note}
    wish["expected_total_fen"] = 9_900 * units
    order = place(shop, viewer_id=viewer_id, **wish)
    pay(order, viewer_id=viewer_id)
    return order


def ship(
    shop: Shop, order: OrderView, number: str = "73100000000001", *, units: int | None = None,
    now: dt.datetime = NOW,
) -> ParcelView:  # fmt: skip
    """Ship units of the only line, or all that are left, with 中通."""
    wish = None if units is None else {line_id(order): units}
    return actions.ship_order(
        no=order.no, carrier="中通", waybill=number, units=wish, by=shop.by, now=now
    )


def delivered(shop: Shop, order: OrderView, *, now: dt.datetime = NOW, **wish: Any) -> ParcelView:
    """Ship and deliver."""
    parcel = ship(shop, order, now=now, **wish)
    return actions.deliver_parcel(parcel_id=parcel.id, by=shop.by, now=now)


def line_id(order: OrderView) -> int:
    """The only line."""
    return Order.objects.get(no=order.no).lines.get().pk


def buyer(shop: Shop, viewer_id: int = 1) -> Actor:
    """Who bought."""
    return Actor("viewer", viewer_id, shop.org_id)
