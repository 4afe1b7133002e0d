"""Price protection (价保): who paid more than the shop's goods sell for soon after is paid back."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from kaibo.base.actor import SYSTEM
from kaibo.facts.orders import PriceDropNoted, PriceDropSettled
from kaibo.journal.actions import append
from kaibo.orders.actions.refunds import undo_money
from kaibo.orders.actions.units import lock_order
from kaibo.orders.models import Order, OrderLine, OrderPromise, PriceDrop
from kaibo.orders.rules.protection import DROP, STANDS, difference_fen
from kaibo.promotions.actions import lower_deal
from kaibo.promotions.reads import price_stands

DROPS_AT_ONCE: Final = 20
LINES_AT_ONCE: Final = 200
REASON: Final = "价保退差价"


@transaction.atomic
def note_price_drop(
    *,
    place: int,
    org_id: int,
    sku_id: int,
    offer_id: int,
    sale_id: int | None,
    price_fen: int,
    since: dt.datetime,
    now: dt.datetime,
) -> None:
    """Note a price, if an order that is protected may have paid more. Safe to repeat.

    Args:
        place: of the journal's entry that told of the price.
        since: from when on everybody can buy at it.
    """
    promised = OrderPromise.objects.filter(organisation_id=org_id, protected_until__gte=since)
    if not promised.exists():
        return
    drop = PriceDrop(
        organisation_id=org_id,
        sku_id=sku_id,
        offer_id=offer_id,
        sale_id=sale_id,
        price_fen=price_fen,
        since=since,
        due_at=since + STANDS,
        place=place,
    )
    # An order that closed unpaid may be revived by late money.
    states = ("created", "paid", "closed")
    if PriceDrop.objects.filter(place=place).exists() or not _protected(drop, states).exists():
        return
    drop.save()
    fact = PriceDropNoted(
        drop_id=drop.pk, sku_id=sku_id, price_fen=price_fen, since=since, due_at=drop.due_at
    )
    append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))


def honour_price_drops(*, now: dt.datetime) -> int:
    """Pay back what protected orders paid above the prices that stood (LM-096).

    Each order is a transaction of its own, and what is left above the price is looked at under its
    lock: a crash, or a second worker, pays nothing twice. A link's price that was taken back within
    ``STANDS`` and that nobody bought at is void; a flash sale that began always counts.

    Returns:
        How many lines were paid back.
    """
    paid = 0
    due = PriceDrop.objects.filter(state="noted", due_at__lte=now).order_by("due_at", "pk")
    for drop in due[:DROPS_AT_ONCE]:
        if not (drop.after_line or drop.lines) and not _stood(drop):
            _settle(drop, "void", now=now)
            continue
        lines = list(_protected(drop).filter(pk__gt=drop.after_line).order_by("pk")[:LINES_AT_ONCE])
        paid += sum(_pay_back(drop, line, now=now) for line in lines)
        if len(lines) < LINES_AT_ONCE:
            _settle(drop, "honour", now=now)
        else:
            PriceDrop.objects.filter(pk=drop.pk).update(after_line=lines[-1].pk)
    return paid


def pay_back_missed(order: Order, *, now: dt.datetime) -> None:
    """Pay back what fell while an order was closed that late money revived just now.

    The caller holds the order's lock and made it paid. What is not honoured yet comes by itself.
    """
    skus = set(order.lines.values_list("sku_id", flat=True))
    drops = PriceDrop.objects.filter(
        organisation_id=order.organisation_id, sku_id__in=skus, state="honoured"
    )
    for drop in drops.filter(since__gt=order.placed_at).order_by("price_fen", "pk"):
        for line in _protected(drop).filter(order=order).order_by("pk"):
            _pay_back(drop, line, now=now)


def _protected(
    drop: PriceDrop, states: Collection[str] = ("created", "paid")
) -> "QuerySet[OrderLine]":
    """Lines of the goods that were bought before the price, at more, and are protected still."""
    return OrderLine.objects.filter(
        sku_id=drop.sku_id,
        gift=None,
        amount_fen__gt=F("refunded_fen") + (F("units") - F("units_refunded")) * drop.price_fen,
        order__organisation_id=drop.organisation_id,
        order__state__in=states,
        order__placed_at__lt=drop.since,
        order__promise__protected_until__gte=drop.since,
    ).select_related("order")


def _stood(drop: PriceDrop) -> bool:
    return drop.sale_id is not None or price_stands(
        drop.offer_id, price_fen=drop.price_fen, since=drop.since
    )


@transaction.atomic
def _pay_back(drop: PriceDrop, found: OrderLine, *, now: dt.datetime) -> bool:
    order = lock_order(found.order.no, org_id=drop.organisation_id)
    line = order.lines.get(pk=found.pk)
    units = line.units - line.units_refunded
    fen = difference_fen(line.amount_fen - line.refunded_fen, units=units, price_fen=drop.price_fen)
    if order.state != "paid" or not fen:
        return False
    undo_money(order, line, fen, request_key=f"drop-{drop.pk}-{line.pk}", reason=REASON, now=now)
    lower_deal(taking_id=line.taking_id, claim_id=line.claim_id, unit_fen=drop.price_fen)
    PriceDrop.objects.filter(pk=drop.pk).update(
        lines=F("lines") + 1, amount_fen=F("amount_fen") + fen
    )
    return True


@transaction.atomic
def _settle(drop: PriceDrop, verb: str, *, now: dt.datetime) -> None:
    row = PriceDrop.objects.select_for_update(no_key=True).get(pk=drop.pk)
    if not DROP.may(row.state, verb):
        return
    row.state = DROP.after(row.state, verb)
    row.save(update_fields=["state"])
    fact = PriceDropSettled(
        drop_id=row.pk,
        state=row.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        lines=row.lines,
        amount_fen=row.amount_fen,
    )
    org_id = row.organisation_id
    append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))
