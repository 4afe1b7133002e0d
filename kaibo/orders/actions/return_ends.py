"""What becomes of goods that came back: money, other goods, or neither."""

import datetime as dt

import structlog
from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.carriers import clean_waybill, find_carrier
from kaibo.base.errors import Refusal
from kaibo.catalog.actions import move_stock
from kaibo.orders.actions.parcel_units import settle_promise
from kaibo.orders.actions.parcels import hand_over, pack
from kaibo.orders.actions.refunds import undo_units
from kaibo.orders.actions.return_moves import lock_return, missing_in, move_return, units_in
from kaibo.orders.errors import RefundOnlyOff, ReturnStateWrong
from kaibo.orders.models import Return
from kaibo.orders.reads import parcels as parcel_reads
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.rules.returns import REASON_ZH, RETURN, refund_key

REFUNDED_AT_ONCE_MAX = 100

_log = structlog.get_logger(__name__)


@transaction.atomic
def refund_return(*, return_id: int, by: Actor, now: dt.datetime) -> ReturnView:
    """What came back is paid back, to the stock or off it. Safe to repeat.

    Raises:
        NoSuchReturn, ReturnStateWrong, OrderStateWrong: nothing was written.
    """
    row = lock_return(return_id, by)
    if row.state != "refunded":
        _refund(row, "refund", is_sellable=bool(row.is_sellable), by=by, now=now)
    return reads.return_view(row)


def refund_due_returns(*, now: dt.datetime) -> int:
    """Pay back what was received seven days ago and nobody decided about (CPL 25).

    One that cannot be paid is left and told of; the others do not wait for it.

    Returns:
        How many, at most 100; each in its own transaction.
    """
    due = Return.objects.filter(state="received", refund_due_at__lte=now).order_by("refund_due_at")
    done = 0
    for id, org_id in list(due.values_list("pk", "organisation_id")[:REFUNDED_AT_ONCE_MAX]):
        try:
            done += _refund_if_due(id, by=SYSTEM(org_id), now=now)
        except Refusal as refusal:
            _log.warning("return_not_refunded", return_id=id, code=refusal.code)
    return done


@transaction.atomic
def waive_return(*, return_id: int, by: Actor, now: dt.datetime) -> ReturnView:
    """Refund and let the buyer keep the goods: only in a shop that chose to (PRM 27).

    Raises:
        NoSuchReturn, ReturnStateWrong, RefundOnlyOff: nothing was written.
    """
    row = lock_return(return_id, by)
    if row.state == "refunded":
        return reads.return_view(row)
    if not parcel_reads.shop_terms(by.org_id).may_refund_only:
        raise RefundOnlyOff()
    _refund(row, "waive", is_sellable=False, by=by, now=now)
    return reads.return_view(row)


@transaction.atomic
def exchange_return(
    *, return_id: int, carrier: str, waybill: str, by: Actor, now: dt.datetime
) -> ReturnView:
    """What came back is sent anew, in a new parcel. Safe to repeat.

    Units that came back whole are counted on hand again and the new ones off it.

    Raises:
        NoSuchReturn, ReturnStateWrong, StockBelowHeld: and as ``ship_parcel``; nothing was
            written.
    """
    code = find_carrier(carrier)
    number = clean_waybill(code, waybill)
    row = lock_return(return_id, by)
    if row.state == "exchanged":
        return reads.return_view(row)
    # From here its units are no longer kept back from the next parcel.
    move_return(row, "exchange", by=by, now=now, ended_at=now, refund_due_at=None)
    parcel = pack(row.order, units_in(row), by=by, now=now)
    hand_over(parcel, code, number, by=by, now=now, shipped_at=now)
    row.new_parcel = parcel
    row.save(update_fields=["new_parcel"])
    if not row.is_sellable:
        _write_off(row, units_in(row), "换货：退回商品不可再售", by=by, now=now)
    settle_promise(row.order)
    return reads.return_view(row)


@transaction.atomic
def _refund_if_due(return_id: int, *, by: Actor, now: dt.datetime) -> bool:
    row = lock_return(return_id, by)
    # Somebody may have decided while we came here.
    is_due = row.state == "received" and row.refund_due_at is not None and row.refund_due_at <= now
    if is_due:
        _refund(row, "refund", is_sellable=bool(row.is_sellable), by=by, now=now)
    return is_due


def _refund(row: Return, verb: str, *, is_sellable: bool, by: Actor, now: dt.datetime) -> None:
    if not RETURN.may(row.state, verb):
        raise ReturnStateWrong(state=row.get_state_display())
    move_return(row, verb, by=by, now=now, ended_at=now, refund_due_at=None)
    reason = f"{REASON_ZH[row.reason]}（退货 {row.pk}）"
    key = refund_key(row.pk)
    missing = missing_in(row)
    # What did not come back is deducted only from a return without a reason.
    kept = missing if row.reason == "no_reason" else {}
    undo_units(
        row.order, _less(units_in(row), kept), request_key=key, reason=reason, by=by, now=now,
        kept=kept,
    )  # fmt: skip
    lost = {} if kept else missing
    if lost and is_sellable:
        _write_off(row, lost, "退货：赠品未退回", by=by, now=now)
    if not is_sellable:
        reason = "退货：不可再售" if verb == "refund" else "仅退款：商品留给买家"
        _write_off(row, _less(units_in(row), kept), reason, by=by, now=now)
    settle_promise(row.order)


def _less(units: dict[int, int], kept: dict[int, int]) -> dict[int, int]:
    left = {id: n - kept.get(id, 0) for id, n in units.items()}
    return {id: n for id, n in left.items() if n}


def _write_off(
    row: Return, units: dict[int, int], reason: str, *, by: Actor, now: dt.datetime
) -> None:
    """The units were counted on hand with the refund; here they leave again."""
    for line in row.lines.select_related("line").order_by("line__sku_id", "pk"):
        if n := units.get(line.line_id):
            sku_id, why = line.line.sku_id, f"{reason} {row.order.no}"
            move_stock(sku_id=sku_id, delta=-n, reason=why, by=by, now=now)
