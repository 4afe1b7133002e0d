"""Parcels: packing, shipping, and what becomes of them on the way."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.carriers import clean_waybill, find_carrier
from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX
from kaibo.facts.orders import ParcelMoved, ParcelPacked, ShopTermsSet
from kaibo.journal.actions import append
from kaibo.orders.actions.parcel_units import fact_units, settle_promise
from kaibo.orders.actions.seats import check_may_ship
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import (
    DeliveredTooEarly,
    NoSuchParcel,
    OrderStateWrong,
    ParcelStateWrong,
    WaybillTaken,
)
from kaibo.orders.models import Order, Parcel, ParcelLine, ShopTerms
from kaibo.orders.reads import parcels as reads
from kaibo.orders.reads.parcels import ParcelView, ShopTermsView
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.parcels import PARCEL, pick_units
from kaibo.orders.rules.protection import PROTECTS_DAYS_MAX
from kaibo.orders.rules.settling import SETTLE_ALONE_FEN

SHIP_WITHIN_H_MAX = 24 * 92
# How long the sandbox's carrier is on its way.
SANDBOX_TAKES = dt.timedelta(minutes=2)
DELIVERED_AT_ONCE_MAX = 200


@transaction.atomic
def set_shop_terms(
    *,
    ship_within_h: int,
    may_refund_only: bool,
    by: Actor,
    now: dt.datetime,
    protects_days: int = 0,
    settle_alone_fen_max: int = SETTLE_ALONE_FEN,
) -> ShopTermsView:
    """How the shop ships and takes back from now on; orders keep what they were promised.

    Args:
        protects_days: for so many days after a purchase a lower price is paid back; 0 is none.
        settle_alone_fen_max: up to so much one person may say that a refund was sent by bank; 0
            takes two for any.

    Raises:
        NumberOutOfRange: nothing was written.
    """
    check_whole("ship_within_h", ship_within_h, least=1, most=SHIP_WITHIN_H_MAX)
    check_whole("protects_days", protects_days, most=PROTECTS_DAYS_MAX)
    check_whole("settle_alone_fen_max", settle_alone_fen_max, most=FEN_MAX)
    row, _ = ShopTerms.objects.select_for_update(no_key=True).get_or_create(
        organisation_id=by.org_id
    )
    terms = {
        "ship_within_h": ship_within_h,
        "may_refund_only": may_refund_only,
        "protects_days": protects_days,
        "settle_alone_fen_max": settle_alone_fen_max,
    }
    if any(getattr(row, name) != value for name, value in terms.items()):
        for name, value in terms.items():
            setattr(row, name, value)
        row.save()
        fact = ShopTermsSet(
            ship_within_h=ship_within_h,
            may_refund_only=may_refund_only,
            protects_days=protects_days,
            settle_alone_fen_max=settle_alone_fen_max,
        )
        append(fact, at=now, org_id=by.org_id, actor=by)
    return reads.shop_terms(by.org_id)


@transaction.atomic
def pack_parcel(
    *, no: str, by: Actor, now: dt.datetime, units: Mapping[int, int] | None = None
) -> ParcelView:
    """Put units of a paid order together; without ``units`` (by line id) all that are left.

    Raises:
        NoSuchOrder, NoSuchLine, TooManyToShip, NothingToShip, OrderStateWrong,
            GroupNotComplete: nothing was written.
    """
    order = lock_order(no, org_id=by.org_id)
    return reads.parcel_view(pack(order, units, by=by, now=now))


@transaction.atomic
def ship_order(
    *,
    no: str,
    carrier: str,
    waybill: str,
    by: Actor,
    now: dt.datetime,
    units: Mapping[int, int] | None = None,
) -> ParcelView:
    """Pack units of a paid order and hand them over. Safe to repeat with the same waybill.

    Raises:
        CarrierUnknown, WaybillUnusable, WaybillOfOther, WaybillTaken: and as ``pack_parcel``;
            nothing was written.
    """
    code = find_carrier(carrier)
    number = clean_waybill(code, waybill)
    order = lock_order(no, org_id=by.org_id)
    found = parcel_of_waybill(order, code, number)
    if found is None:
        found = pack(order, units, by=by, now=now)
        hand_over(found, code, number, by=by, now=now, shipped_at=now)
    return reads.parcel_view(found)


@transaction.atomic
def ship_parcel(
    *, parcel_id: int, carrier: str, waybill: str, by: Actor, now: dt.datetime
) -> ParcelView:
    """Hand a packed parcel over to a carrier. Safe to repeat with the same waybill.

    Raises:
        NoSuchParcel, ParcelStateWrong, CarrierUnknown, WaybillUnusable, WaybillOfOther,
            WaybillTaken: nothing was written.
    """
    code = find_carrier(carrier)
    number = clean_waybill(code, waybill)
    parcel = _lock(parcel_id, by)
    if (parcel.carrier, parcel.waybill) != (code, number):
        hand_over(parcel, code, number, by=by, now=now, shipped_at=now)
    return reads.parcel_view(parcel)


@transaction.atomic
def unpack_parcel(*, parcel_id: int, by: Actor, now: dt.datetime) -> ParcelView:
    """Take a packed parcel apart again. Safe to repeat.

    Raises:
        NoSuchParcel, ParcelStateWrong: nothing was written.
    """
    return _end(parcel_id, "unpack", by=by, now=now)


@transaction.atomic
def lose_parcel(*, parcel_id: int, by: Actor, now: dt.datetime) -> ParcelView:
    """The carrier lost it: its units may be packed anew, or refunded. Safe to repeat.

    Raises:
        NoSuchParcel, ParcelStateWrong: nothing was written.
    """
    return _end(parcel_id, "lose", by=by, now=now)


@transaction.atomic
def bounce_parcel(*, parcel_id: int, by: Actor, now: dt.datetime) -> ParcelView:
    """It came back undelivered: its units may be packed anew, or refunded. Safe to repeat.

    Raises:
        NoSuchParcel, ParcelStateWrong: nothing was written.
    """
    return _end(parcel_id, "bounce", by=by, now=now)


@transaction.atomic
def deliver_parcel(
    *, parcel_id: int, by: Actor, now: dt.datetime, delivered_at: dt.datetime | None = None
) -> ParcelView:
    """It is with the buyer, who may say so too; the days to send back run from here.

    Safe to repeat: the first moment that was told stays.

    Args:
        delivered_at: when, if that was before now.

    Raises:
        NoSuchParcel, ParcelStateWrong, DeliveredTooEarly: nothing was written.
    """
    parcel = _lock(parcel_id, by)
    deliver(parcel, at=delivered_at or now, by=by, now=now)
    return reads.parcel_view(parcel)


def deliver_sandbox_parcels(*, now: dt.datetime) -> int:
    """The sandbox's carrier delivers what it was given two minutes ago.

    Returns:
        How many parcels, at most 200; each in its own transaction.
    """
    due = Parcel.objects.filter(
        state="shipped", carrier="sandbox", shipped_at__lte=now - SANDBOX_TAKES
    ).order_by("pk")
    done = 0
    for id, org_id in list(due.values_list("pk", "organisation_id")[:DELIVERED_AT_ONCE_MAX]):
        with transaction.atomic():
            parcel = _lock(id, SYSTEM(org_id))
            if PARCEL.may(parcel.state, "deliver"):
                deliver(parcel, at=now, by=SYSTEM(org_id), now=now)
                done += 1
    return done


def parcel_of_waybill(order: Order, carrier: str, waybill: str) -> Parcel | None:
    """The order's parcel of this number, if it has one; the caller holds the order's lock.

    Raises:
        WaybillTaken: another order's parcel has it.
    """
    rows = Parcel.objects.filter(organisation_id=order.organisation_id)
    found = rows.filter(carrier=carrier, waybill=waybill).first()
    if found is not None and found.order_id != order.pk:
        raise WaybillTaken(waybill=waybill)
    if found is not None:
        found.order = order
    return found


def hand_over(
    parcel: Parcel,
    carrier: str,
    waybill: str,
    *,
    by: Actor,
    now: dt.datetime,
    shipped_at: dt.datetime,
) -> None:
    """A packed parcel gets its number and goes; the caller holds the order's lock.

    Raises:
        ParcelStateWrong, WaybillTaken: nothing was written.
    """
    changes = {"carrier": carrier, "waybill": waybill, "shipped_at": shipped_at}
    try:
        with transaction.atomic():
            _move(parcel, "ship", at=shipped_at, by=by, now=now, **changes)
    except IntegrityError as error:
        raise WaybillTaken(waybill=waybill) from error


def deliver(parcel: Parcel, *, at: dt.datetime, by: Actor, now: dt.datetime) -> None:
    """As ``deliver_parcel``; the caller holds the order's lock."""
    if parcel.state == "delivered":
        return
    if parcel.shipped_at is not None and not parcel.shipped_at <= at <= now:
        raise DeliveredTooEarly(field="delivered_at")
    _move(parcel, "deliver", at=at, by=by, now=now, delivered_at=at)


def pack(order: Order, units: Mapping[int, int] | None, *, by: Actor, now: dt.datetime) -> Parcel:
    """As ``pack_parcel``; the caller holds the order's lock."""
    if order.state != "paid":
        raise OrderStateWrong(no=order.no, state=order.get_state_display())
    check_may_ship(order)
    picked = pick_units(units_of(order), units)
    parcel = Parcel.objects.create(
        organisation_id=order.organisation_id, order=order, packed_at=now
    )
    ParcelLine.objects.bulk_create(
        [ParcelLine(parcel=parcel, line_id=id, units=n) for id, n in sorted(picked.items())]
    )
    fact = ParcelPacked(
        parcel_id=parcel.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        lines=fact_units(order, picked),
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
    settle_promise(order)
    return parcel


def _end(parcel_id: int, verb: str, *, by: Actor, now: dt.datetime) -> ParcelView:
    parcel = _lock(parcel_id, by)
    if parcel.state not in {move.target for move in PARCEL.moves if move.verb == verb}:
        _move(parcel, verb, at=now, by=by, now=now, ended_at=now)
        settle_promise(parcel.order)
    return reads.parcel_view(parcel)


def _lock(parcel_id: int, by: Actor) -> Parcel:
    """The parcel under its order's lock: it has none of its own."""
    rows = Parcel.objects.filter(organisation_id=by.org_id)
    if by.kind == "viewer":
        rows = rows.filter(order__viewer_id=by.id)
    found = rows.filter(pk=parcel_id).values_list("order__no", flat=True).first()
    if found is None:
        raise NoSuchParcel(id=parcel_id)
    order = lock_order(found, org_id=by.org_id)
    parcel = Parcel.objects.get(pk=parcel_id)
    parcel.order = order
    return parcel


def _move(
    parcel: Parcel,
    verb: str,
    *,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    **changes: object,
) -> None:
    """The one way to move a parcel."""
    if not PARCEL.may(parcel.state, verb):
        raise ParcelStateWrong(state=parcel.get_state_display())
    parcel.state = PARCEL.after(parcel.state, verb)
    for name, value in changes.items():
        setattr(parcel, name, value)
    parcel.save(update_fields=["state", *changes])
    order = parcel.order
    fact = ParcelMoved(
        parcel_id=parcel.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        state=parcel.state,  # type: ignore[arg-type]  # a target of the machine
        carrier=parcel.carrier,
        happened_at=at,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
