"""Returns: asked by the buyer, judged by law or by the desk, and come to an end."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole, clean_text, clean_url
from kaibo.catalog.actions import move_stock
from kaibo.facts.orders import ReturnAsked, ReturnMoved
from kaibo.journal.actions import append
from kaibo.orders.actions.parcel_units import fact_units, settle_promise
from kaibo.orders.actions.parcels import hand_over, pack
from kaibo.orders.actions.refunds import undo_units
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import (
    NoSuchLine,
    NoSuchReturn,
    NothingToReturn,
    PhotosNeeded,
    RefundOnlyOff,
    ReturnStateWrong,
)
from kaibo.orders.models import Order, Return, ReturnLine
from kaibo.orders.models.returns import SAID_CHARS_MAX
from kaibo.orders.reads import parcels as parcel_reads
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules import check_request_key
from kaibo.orders.rules.carriers import clean_waybill, find_carrier
from kaibo.orders.rules.returns import (
    NEED_PHOTOS,
    REASON_ZH,
    REFUND_WITHIN,
    RETURN,
    Reason,
    RefusalReason,
    freight_by,
    judge_return,
    window_ends_at,
)

PHOTOS_MAX = 9
REFUNDED_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWish:
    """What a buyer asks for.

    Args:
        units: how many units of which line id.
        said, photos: in the buyer's own words, and addresses of pictures; kept in the row alone.
    """

    units: Mapping[int, int]
    reason: Reason
    request_key: str
    wants_exchange: bool = False
    said: str = ""
    photos: Sequence[str] = ()


@transaction.atomic
def ask_return(*, no: str, wish: ReturnWish, by: Actor, now: dt.datetime) -> ReturnView:
    """A buyer wants to send delivered units back; what the law decides is decided at once.

    Without a reason: accepted within seven days after the day of receipt, refused with the last
    day after that, or for goods that are excluded. With a reason the desk looks. Safe to repeat:
    the same ``request_key`` returns the first request.

    Raises:
        NoSuchOrder, NoSuchLine, NothingToReturn, BadInput: nothing was written.
    """
    check_request_key(wish.request_key)
    said, photos = _said(wish.said), _photos(wish.photos)
    check_whole("units", len(wish.units), least=1)
    order = lock_order(no, viewer_id=by.id if by.kind == "viewer" else None, org_id=by.org_id)
    found = order.returns.filter(request_key=wish.request_key).first()
    if found is not None:
        return reads.return_view(found)
    _check_units(order, wish.units)
    lines = reads.asked_lines(order, wish.units)
    row = Return(
        organisation_id=order.organisation_id,
        order=order,
        reason=wish.reason,
        wants_exchange=wish.wants_exchange,
        said=said,
        photos=photos,
        request_key=wish.request_key,
        asked_at=now,
        window_ends_at=min(window_ends_at(line.delivered_at) for line in lines),
        freight_by=freight_by(wish.reason),
    )
    row.save(force_insert=True)
    ReturnLine.objects.bulk_create(
        [ReturnLine(back=row, line_id=id, units=n) for id, n in sorted(wish.units.items())]
    )
    _tell_asked(row, wish.units, by=by, now=now)
    verdict = judge_return(lines, reason=wish.reason, now=now)
    system = SYSTEM(order.organisation_id)
    if verdict == "accept":
        _move(row, "accept", by=system, now=now, decided_at=now)
    elif verdict != "look":
        _move(row, "refuse", by=system, now=now, decided_at=now, ended_at=now, refusal=verdict)
    return reads.return_view(row)


@transaction.atomic
def accept_return(
    *, return_id: int, by: Actor, now: dt.datetime, freight: str = "", answer: str = ""
) -> ReturnView:
    """The desk lets the goods come back. Safe to repeat.

    Args:
        freight: who pays for sending back, if both agreed otherwise: "buyer" or "seller".

    Raises:
        NoSuchReturn, ReturnStateWrong, BadInput: nothing was written.
    """
    said = _said(answer)
    row = _lock(return_id, by)
    if row.state != "accepted":
        payer = freight or row.freight_by
        _move(row, "accept", by=by, now=now, decided_at=now, answer=said, freight_by=payer)
    return reads.return_view(row)


@transaction.atomic
def refuse_return(
    *,
    return_id: int,
    refusal: RefusalReason,
    answer: str,
    by: Actor,
    now: dt.datetime,
    proofs: Sequence[str] = (),
) -> ReturnView:
    """The desk refuses what was asked with a reason; that the pack was opened is none (R7 §8).

    Args:
        answer: to the buyer; for goods judged by their looks it names the category's standard.
        proofs: addresses of photographs, which those need.

    Raises:
        NoSuchReturn, ReturnStateWrong, PhotosNeeded, BadInput: nothing was written.
    """
    return _say_no(return_id, "refuse", refusal, answer, proofs, by=by, now=now)


@transaction.atomic
def withdraw_return(*, return_id: int, by: Actor, now: dt.datetime) -> ReturnView:
    """The buyer keeps the goods after all. Safe to repeat.

    Raises:
        NoSuchReturn, ReturnStateWrong: nothing was written.
    """
    row = _lock(return_id, by)
    if row.state != "withdrawn":
        _move(row, "withdraw", by=by, now=now, ended_at=now)
    return reads.return_view(row)


@transaction.atomic
def send_return(
    *, return_id: int, carrier: str, waybill: str, by: Actor, now: dt.datetime
) -> ReturnView:
    """The buyer gave the goods to a carrier. Safe to repeat with the same waybill.

    Raises:
        NoSuchReturn, ReturnStateWrong, CarrierUnknown, WaybillUnusable, WaybillOfOther: nothing
            was written.
    """
    code = find_carrier(carrier)
    number = clean_waybill(code, waybill)
    row = _lock(return_id, by)
    if (row.carrier, row.waybill) != (code, number):
        _move(row, "send", by=by, now=now, carrier=code, waybill=number)
    return reads.return_view(row)


@transaction.atomic
def receive_return(*, return_id: int, is_sellable: bool, by: Actor, now: dt.datetime) -> ReturnView:
    """The goods are back in the shop: from here the money must go within seven days (CPL 25).

    Safe to repeat.

    Args:
        is_sellable: whether they can be sold again; else they are written off with the refund.

    Raises:
        NoSuchReturn, ReturnStateWrong: nothing was written.
    """
    row = _lock(return_id, by)
    if row.state != "received":
        due_at = now + REFUND_WITHIN
        _move(
            row, "receive", by=by, now=now, received_at=now, is_sellable=is_sellable,
            refund_due_at=due_at,
        )  # fmt: skip
        settle_promise(row.order)
    return reads.return_view(row)


@transaction.atomic
def refund_return(*, return_id: int, by: Actor, now: dt.datetime) -> ReturnView:
    """What came back is paid back, to the stock or off it. Safe to repeat.

    Raises:
        NoSuchReturn, ReturnStateWrong, OrderStateWrong: nothing was written.
    """
    row = _lock(return_id, by)
    if row.state != "refunded":
        _refund(row, "refund", is_sellable=bool(row.is_sellable), by=by, now=now)
    return reads.return_view(row)


def refund_due_returns(*, now: dt.datetime) -> int:
    """Pay back what was received seven days ago and nobody decided about (CPL 25).

    Returns:
        How many, at most 100; each in its own transaction.
    """
    due = Return.objects.filter(state="received", refund_due_at__lte=now).order_by("refund_due_at")
    done = 0
    for id, org_id in list(due.values_list("pk", "organisation_id")[:REFUNDED_AT_ONCE_MAX]):
        with transaction.atomic():
            row = _lock(id, SYSTEM(org_id))
            # Somebody decided while we came here.
            if row.state == "received" and row.refund_due_at and row.refund_due_at <= now:
                by = SYSTEM(org_id)
                _refund(row, "refund", is_sellable=bool(row.is_sellable), by=by, now=now)
                done += 1
    return done


@transaction.atomic
def waive_return(*, return_id: int, by: Actor, now: dt.datetime) -> ReturnView:
    """Refund and let the buyer keep the goods: only in a shop that chose to (PRM 27).

    Raises:
        NoSuchReturn, ReturnStateWrong, RefundOnlyOff: nothing was written.
    """
    row = _lock(return_id, by)
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
    row = _lock(return_id, by)
    if row.state == "exchanged":
        return reads.return_view(row)
    # From here its units are no longer kept back from the next parcel.
    _move(row, "exchange", by=by, now=now, ended_at=now, refund_due_at=None)
    parcel = pack(row.order, _units(row), by=by, now=now)
    hand_over(parcel, code, number, by=by, now=now, shipped_at=now)
    row.new_parcel = parcel
    row.save(update_fields=["new_parcel"])
    if not row.is_sellable:
        _write_off(row, "换货：退回商品不可再售", by=by, now=now)
    settle_promise(row.order)
    return reads.return_view(row)


@transaction.atomic
def reject_return(
    *,
    return_id: int,
    refusal: RefusalReason,
    answer: str,
    proofs: Sequence[str],
    by: Actor,
    now: dt.datetime,
) -> ReturnView:
    """What came back is not what was sold, or not whole: it goes back to the buyer.

    Raises:
        NoSuchReturn, ReturnStateWrong, PhotosNeeded, BadInput: nothing was written.
    """
    return _say_no(return_id, "reject", refusal, answer, proofs, by=by, now=now)


def _check_units(order: Order, units: Mapping[int, int]) -> None:
    lines = units_of(order)
    for id, n in units.items():
        if id not in lines:
            raise NoSuchLine(id=id)
        check_whole("units", n, least=1)
        if n > lines[id].to_return:
            raise NothingToReturn(left=lines[id].to_return)


def _say_no(
    return_id: int,
    verb: str,
    refusal: RefusalReason,
    answer: str,
    proofs: Sequence[str],
    *,
    by: Actor,
    now: dt.datetime,
) -> ReturnView:
    said = clean_text("answer", answer, chars_max=SAID_CHARS_MAX, required=True)
    shown = _photos(proofs)
    # Goods in the hand are judged by their looks, whatever the reason.
    if (refusal in NEED_PHOTOS or verb == "reject") and not shown:
        raise PhotosNeeded(field="proofs")
    row = _lock(return_id, by)
    target = {"refuse": "refused", "reject": "rejected"}[verb]
    if row.state != target:
        changes = {"decided_at": now, "ended_at": now, "answer": said, "proofs": shown}
        due = {"refund_due_at": None} if verb == "reject" else {}
        _move(row, verb, by=by, now=now, refusal=refusal, **changes, **due)
        settle_promise(row.order)
    return reads.return_view(row)


def _refund(row: Return, verb: str, *, is_sellable: bool, by: Actor, now: dt.datetime) -> None:
    if not RETURN.may(row.state, verb):
        raise ReturnStateWrong(state=row.get_state_display())
    _move(row, verb, by=by, now=now, ended_at=now, refund_due_at=None)
    reason = f"{REASON_ZH[row.reason]}（退货 {row.pk}）"
    key = f"return-{row.pk}"
    undo_units(row.order, _units(row), request_key=key, reason=reason, by=by, now=now)
    if not is_sellable:
        _write_off(
            row, "退货：不可再售" if verb == "refund" else "仅退款：商品留给买家", by=by, now=now
        )
    settle_promise(row.order)


def _write_off(row: Return, reason: str, *, by: Actor, now: dt.datetime) -> None:
    """The units were counted on hand with the refund; here they leave again."""
    for line in row.lines.select_related("line").order_by("line__sku_id", "pk"):
        move_stock(
            sku_id=line.line.sku_id, delta=-line.units, reason=f"{reason} {row.order.no}", by=by,
            now=now,
        )  # fmt: skip


def _units(row: Return) -> dict[int, int]:
    return {line.line_id: line.units for line in row.lines.order_by("line_id")}


def _lock(return_id: int, by: Actor) -> Return:
    """The return under its order's lock: it has none of its own."""
    rows = Return.objects.filter(organisation_id=by.org_id)
    if by.kind == "viewer":
        rows = rows.filter(order__viewer_id=by.id)
    no = rows.filter(pk=return_id).values_list("order__no", flat=True).first()
    if no is None:
        raise NoSuchReturn(id=return_id)
    order = lock_order(no, org_id=by.org_id)
    row = Return.objects.get(pk=return_id)
    row.order = order
    return row


def _move(row: Return, verb: str, *, by: Actor, now: dt.datetime, **changes: object) -> None:
    """The one way to move a return."""
    if not RETURN.may(row.state, verb):
        raise ReturnStateWrong(state=row.get_state_display())
    row.state = RETURN.after(row.state, verb)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    order = row.order
    fact = ReturnMoved(
        return_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        state=row.state,  # type: ignore[arg-type]  # a target of the machine
        refusal=row.refusal,
        is_sellable=row.is_sellable,
        refund_due_at=row.refund_due_at,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)


def _tell_asked(row: Return, units: Mapping[int, int], *, by: Actor, now: dt.datetime) -> None:
    order = row.order
    fact = ReturnAsked(
        return_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        reason=row.reason,
        wants_exchange=row.wants_exchange,
        lines=fact_units(order, units),
        window_ends_at=row.window_ends_at,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)


def _said(text: str) -> str:
    return clean_text("said", text, chars_max=SAID_CHARS_MAX)


def _photos(addresses: Sequence[str]) -> list[str]:
    check_whole("photos", len(addresses), most=PHOTOS_MAX)
    found = [clean_url("photos", address) for address in addresses]
    return [address for address in found if address]
