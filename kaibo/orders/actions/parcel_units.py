"""Where the units of an order are, and until when what is left must go; under the order's lock."""

import datetime as dt
from collections.abc import Collection, Mapping

from kaibo.base.actor import Actor
from kaibo.catalog.reads import sale_terms
from kaibo.facts.orders import LineUnits as FactUnits
from kaibo.facts.orders import ShipmentPart, ShippingPromised
from kaibo.journal.actions import append
from kaibo.orders.models import Order, OrderPromise, ShipmentPromise, ShopTerms
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.parcels import check_not_shipped, shipments


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
    parts = shipments(
        {line.pk: terms[line.sku_id].ship_within_h for line in lines if line.gift_id is None},
        [line.pk for line in lines if line.gift_id is not None],
        shop.ship_within_h,
    )
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
    promise = OrderPromise.objects.create(
        order=order,
        organisation_id=org_id,
        ship_within_h=parts[0][0],
        protected_until=protected_until,
        lines={
            str(line.pk): {
                "exception_type": terms[line.sku_id].exception_type,
                "is_excluded": excluded[line.pk],
            }
            for line in lines
        },
    )
    _keep(promise, parts)
    fact = ShippingPromised(
        order_id=order.pk,
        no=order.no,
        ship_within_h=parts[0][0],
        confirmed=sorted({line.sku_id for line in lines if yes[line.pk]}),
        protected_until=protected_until,
        shipments=[
            ShipmentPart(number=number, ship_within_h=h, line_ids=ids)
            for number, (h, ids) in enumerate(parts, start=1)
        ],
    )
    append(fact, at=now, org_id=org_id, show_id=order.show_id, actor=by)


def _keep(promise: OrderPromise, parts: list[tuple[int, list[int]]]) -> None:
    ShipmentPromise.objects.bulk_create(
        ShipmentPromise(
            promise=promise,
            organisation_id=promise.organisation_id,
            number=number,
            ship_within_h=h,
            line_ids=ids,
        )
        for number, (h, ids) in enumerate(parts, start=1)
    )


def start_promise(order: Order, *, now: dt.datetime, ship_by: dt.datetime | None = None) -> None:
    """The order may be shipped from now on: its hours begin, or it has a day of its own.

    Args:
        ship_by: the day that the terms of a presale name.
    """
    promise = OrderPromise.objects.filter(order=order).first()
    if promise is None:
        return
    rows: list[OrderPromise | ShipmentPromise] = [promise, *promise.shipments.all()]
    for row in rows:
        row.promised_at = ship_by or now + dt.timedelta(hours=row.ship_within_h)
        row.ship_by_at = row.promised_at
        row.save(update_fields=["promised_at", "ship_by_at"])


def settle_promise(order: Order) -> None:
    """After units went, came or were undone: the order waits for shipment, or no longer."""
    promise = OrderPromise.objects.filter(order=order).first()
    if promise is None:
        return
    left = {id for id, line in units_of(order).items() if line.to_ship}
    waits = left if order.state == "paid" else set()
    moments = []
    for row in promise.shipments.all():
        moments.append(row.promised_at if waits & {*row.line_ids} else None)
        _wait_until(row, moments[-1])
    _wait_until(promise, min((at for at in moments if at is not None), default=None))


def _wait_until(row: OrderPromise | ShipmentPromise, at: dt.datetime | None) -> None:
    if row.ship_by_at != at:
        row.ship_by_at = at
        row.save(update_fields=["ship_by_at"])


def fact_units(order: Order, units: Mapping[int, int]) -> list[FactUnits]:
    """Units by line as facts tell them."""
    skus = dict(order.lines.values_list("pk", "sku_id"))
    return [FactUnits(line_id=id, sku_id=skus[id], units=n) for id, n in sorted(units.items())]
