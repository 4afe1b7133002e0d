"""Where the units of an order are, and until when what is left must go; under the order's lock."""

import datetime as dt
from collections.abc import Collection, Mapping

from kaibo.base.actor import Actor
from kaibo.catalog.reads import sale_terms
from kaibo.facts.orders import LineUnits as FactUnits
from kaibo.facts.orders import ShippingPromised
from kaibo.journal.actions import append
from kaibo.orders.models import Order, OrderPromise, ShopTerms
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.parcels import check_not_shipped, ship_hours


def check_undoable(order: Order, units: Mapping[int, int]) -> None:
    """Refuse to undo the sale of units, by line id, that left the shop.

    Raises:
        UnitsShipped: nothing was written.
    """
    check_not_shipped(units_of(order), units)


def promise_shipping(
    order: Order, *, confirmed: Collection[int], is_at_shelf: bool, by: Actor, now: dt.datetime
) -> None:
    """Write down with a new order until when it is shipped and which lines may not be sent back.

    Args:
        is_at_shelf: it was bought at the price of its links or flash sales, which alone the shop
            protects: a group's, a presale's or a bid's is nobody else's.
        confirmed: links whose goods the buyer confirmed, each by a mark of its own, to be
            excluded from returns without a reason; heeded where the law asks for it.
    """
    org_id = order.organisation_id
    lines = list(order.lines.order_by("pk"))
    terms = sale_terms(org_id, {line.sku_id for line in lines})
    shop = ShopTerms.objects.filter(organisation_id=org_id).first() or ShopTerms()
    default_h = shop.ship_within_h
    hours = ship_hours((one.ship_within_h for one in terms.values()), default_h)
    is_protected = is_at_shelf and shop.protects_days > 0
    protected_until = now + dt.timedelta(days=shop.protects_days) if is_protected else None
    yes = {
        line.pk: line.link_no in confirmed and terms[line.sku_id].needs_confirmation
        for line in lines
    }
    # What the law excludes is excluded; what is so by nature, if the buyer confirmed it.
    excluded = {
        line.pk: not terms[line.sku_id].no_reason_return
        and (yes[line.pk] or not terms[line.sku_id].needs_confirmation)
        for line in lines
    }
    OrderPromise.objects.create(
        order=order,
        organisation_id=org_id,
        ship_within_h=hours,
        protected_until=protected_until,
        lines={
            str(line.pk): {
                "exception_type": terms[line.sku_id].exception_type,
                "is_excluded": excluded[line.pk],
            }
            for line in lines
        },
    )
    fact = ShippingPromised(
        order_id=order.pk,
        no=order.no,
        ship_within_h=hours,
        confirmed=sorted({line.sku_id for line in lines if yes[line.pk]}),
        protected_until=protected_until,
    )
    append(fact, at=now, org_id=org_id, show_id=order.show_id, actor=by)


def start_promise(order: Order, *, now: dt.datetime, ship_by: dt.datetime | None = None) -> None:
    """The order may be shipped from now on: its hours begin, or it has a day of its own.

    Args:
        ship_by: the day that the terms of a presale name.
    """
    promise = OrderPromise.objects.filter(order=order).first()
    if promise is not None:
        promise.promised_at = ship_by or now + dt.timedelta(hours=promise.ship_within_h)
        promise.ship_by_at = promise.promised_at
        promise.save(update_fields=["promised_at", "ship_by_at"])


def settle_promise(order: Order) -> None:
    """After units went, came or were undone: the order waits for shipment, or no longer."""
    promise = OrderPromise.objects.filter(order=order).first()
    if promise is None:
        return
    waits = order.state == "paid" and any(line.to_ship for line in units_of(order).values())
    ship_by_at = promise.promised_at if waits else None
    if ship_by_at != promise.ship_by_at:
        promise.ship_by_at = ship_by_at
        promise.save(update_fields=["ship_by_at"])


def fact_units(order: Order, units: Mapping[int, int]) -> list[FactUnits]:
    """Units by line as facts tell them."""
    skus = dict(order.lines.values_list("pk", "sku_id"))
    return [FactUnits(line_id=id, sku_id=skus[id], units=n) for id, n in sorted(units.items())]
