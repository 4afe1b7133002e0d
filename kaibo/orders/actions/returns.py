"""Returns: asked by the buyer, judged by law or by the desk, and come to an end."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.carriers import clean_waybill, find_carrier
from kaibo.base.inputs import check_whole, clean_text, clean_url
from kaibo.facts.orders import ReturnAsked
from kaibo.journal.actions import append
from kaibo.orders.actions.parcel_units import fact_units, settle_promise
from kaibo.orders.actions.return_moves import lock_return, move_return
from kaibo.orders.actions.units import left_of, lock_order
from kaibo.orders.errors import (
    NoSuchLine,
    NothingToReturn,
    PhotosNeeded,
    PresaleWhole,
)
from kaibo.orders.models import Order, Presale, Return, ReturnLine
from kaibo.orders.models.returns import SAID_CHARS_MAX
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.gifts import with_gifts
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules import check_request_key
from kaibo.orders.rules.photos import PHOTOS_MAX
from kaibo.orders.rules.returns import (
    NEED_PHOTOS,
    REFUND_WITHIN,
    Reason,
    RefusalReason,
    freight_by,
    judge_return,
    window_ends_at,
)


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
    day after that, or for goods that are excluded. With a reason the desk looks. A gift that the
    rest of the order no longer earns is asked back too. Safe to repeat: the same ``request_key``
    returns the first request.

    Raises:
        NoSuchOrder, NoSuchLine, NothingToReturn, PresaleWhole, BadInput: nothing was written.
    """
    check_request_key(wish.request_key)
    said, photos = _said(wish.said), _photos(wish.photos)
    check_whole("units", len(wish.units), least=1)
    order = lock_order(no, viewer_id=by.id if by.kind == "viewer" else None, org_id=by.org_id)
    found = order.returns.filter(request_key=wish.request_key).first()
    if found is not None:
        return reads.return_view(found)
    _check_units(order, wish.units)
    # An exchange leaves the buyer as many goods as before, so its gifts stay.
    room = {id: line.to_return for id, line in units_of(order).items()}
    units = dict(wish.units) if wish.wants_exchange else with_gifts(order, wish.units, room=room)
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
        [ReturnLine(back=row, line_id=id, units=n) for id, n in sorted(units.items())]
    )
    _tell_asked(row, units, by=by, now=now)
    verdict = judge_return(lines, reason=wish.reason, now=now)
    system = SYSTEM(order.organisation_id)
    if verdict == "accept":
        move_return(row, "accept", by=system, now=now, decided_at=now)
    elif verdict != "look":
        move_return(
            row, "refuse", by=system, now=now, decided_at=now, ended_at=now, refusal=verdict
        )
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
    row = lock_return(return_id, by)
    if row.state != "accepted":
        payer = freight or row.freight_by
        move_return(row, "accept", by=by, now=now, decided_at=now, answer=said, freight_by=payer)
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
    row = lock_return(return_id, by)
    if row.state != "withdrawn":
        move_return(row, "withdraw", by=by, now=now, ended_at=now)
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
    row = lock_return(return_id, by)
    if (row.carrier, row.waybill) != (code, number):
        move_return(row, "send", by=by, now=now, carrier=code, waybill=number)
    return reads.return_view(row)


@transaction.atomic
def receive_return(
    *,
    return_id: int,
    is_sellable: bool,
    by: Actor,
    now: dt.datetime,
    gifts_missing: Mapping[int, int] | None = None,
) -> ReturnView:
    """The goods are back in the shop: from here the money must go within seven days (CPL 25).

    Safe to repeat.

    Args:
        is_sellable: whether they can be sold again; else they are written off with the refund.
        gifts_missing: gifts of it that were not in the parcel, by line id; of a return without a
            reason their published value is deducted.

    Raises:
        NoSuchReturn, ReturnStateWrong, NoSuchLine, NumberOutOfRange: nothing was written.
    """
    row = lock_return(return_id, by)
    if row.state != "received":
        _note_missing(row, gifts_missing or {})
        due_at = now + REFUND_WITHIN
        move_return(
            row, "receive", by=by, now=now, received_at=now, is_sellable=is_sellable,
            refund_due_at=due_at,
        )  # fmt: skip
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


def _note_missing(row: Return, missing: Mapping[int, int]) -> None:
    lines = {line.line_id: line for line in row.lines.select_related("line")}
    for id, n in missing.items():
        if id not in lines or lines[id].line.gift_id is None:
            raise NoSuchLine(id=id)
        check_whole("gifts_missing", n, least=1, most=lines[id].units)
        lines[id].units_missing = n
        lines[id].save(update_fields=["units_missing"])
    # A parcel has something in it.
    came = sum(line.units - line.units_missing for line in lines.values())
    check_whole("units", came, least=1)


def _check_units(order: Order, units: Mapping[int, int]) -> None:
    lines = units_of(order)
    for id, n in units.items():
        if id not in lines:
            raise NoSuchLine(id=id)
        check_whole("units", n, least=1)
        if n > lines[id].to_return:
            raise NothingToReturn(left=lines[id].to_return)
    # Its money came in two parts, and goes back as one.
    if dict(units) != left_of(order) and Presale.objects.filter(order=order).exists():
        raise PresaleWhole(field="units")


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
    row = lock_return(return_id, by)
    target = {"refuse": "refused", "reject": "rejected"}[verb]
    if row.state != target:
        changes = {"decided_at": now, "ended_at": now, "answer": said, "proofs": shown}
        due = {"refund_due_at": None} if verb == "reject" else {}
        move_return(row, verb, by=by, now=now, refusal=refusal, **changes, **due)
        settle_promise(row.order)
    return reads.return_view(row)


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
