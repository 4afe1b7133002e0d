"""Commission of hosts and agencies: rates, what a paid line owes them, and what a refund undoes."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole, clean_text
from kaibo.facts.orders import CommissionMoved, CommissionPart, CommissionRateSet
from kaibo.facts.planning import ShowPlanned
from kaibo.hosts.reads import host
from kaibo.journal.actions import append
from kaibo.journal.reads import was_told
from kaibo.orders.actions.moves import enter_commission
from kaibo.orders.actions.owing import tell
from kaibo.orders.actions.units import lines_of
from kaibo.orders.errors import NoShowForRate, RateInThePast
from kaibo.orders.models import Commission, CommissionRate, Order, Payment, Refund
from kaibo.orders.reads import commissions as reads
from kaibo.orders.reads.commissions import RateView
from kaibo.orders.rules.commissions import (
    PAYEE_CHARS_MAX,
    RATE_BP_MAX,
    commission_fen,
    rates_in_force,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateWish:
    """A rate for a host (``host_id``) or an agency (``agency``), of a show or one of its links.

    Args:
        rate_bp: hundredths of a percent of what the buyer pays; 0 ends an earlier rate.
        from_at: from when on; None is now. Never in the past.
    """

    show_id: int
    rate_bp: int
    host_id: int | None = None
    agency: str = ""
    link_no: int | None = None
    from_at: dt.datetime | None = None


@transaction.atomic
def set_commission_rate(*, wish: RateWish, by: Actor, now: dt.datetime) -> RateView:
    """Set a rate; lines paid from then on owe by it, and those paid before keep theirs.

    A link's own rate goes before that of its show. That the show is the organisation's is read in
    the journal, where planning told of it.

    Raises:
        NoShowForRate, BadInput, NumberOutOfRange, NoSuchHost, RateInThePast: nothing was written.
    """
    check_whole("rate_bp", wish.rate_bp, most=RATE_BP_MAX)
    if wish.link_no is not None:
        check_whole("link_no", wish.link_no, least=1, most=10_000)
    agency = clean_text("agency", wish.agency, chars_max=PAYEE_CHARS_MAX)
    if not was_told(ShowPlanned, org_id=by.org_id, show_id=wish.show_id):
        raise NoShowForRate(show_id=wish.show_id)
    if (wish.host_id is None) == (agency == ""):
        raise BadInput(field="agency", why="host_id / agency")
    name = agency or host(by.org_id, wish.host_id or 0).stage_name[:PAYEE_CHARS_MAX]
    from_at = wish.from_at or now
    if from_at < now:
        raise RateInThePast(field="from_at")
    row = CommissionRate.objects.create(
        organisation_id=by.org_id,
        show_id=wish.show_id,
        link_no=wish.link_no,
        payee="agency" if agency else "host",
        host_id=wish.host_id,
        payee_name=name,
        rate_bp=wish.rate_bp,
        from_at=from_at,
        set_by=by.id,
        set_at=now,
    )
    fact = CommissionRateSet(
        rate_id=row.pk,
        link_no=row.link_no,
        payee="agency" if agency else "host",
        host_id=row.host_id,
        payee_name=name,
        rate_bp=row.rate_bp,
        from_at=from_at,
    )
    append(fact, at=now, org_id=by.org_id, show_id=wish.show_id, actor=by)
    return reads.rate_view(row, names={})


def accrue(order: Order, payment: Payment, *, now: dt.datetime) -> None:
    """Write down what each line of a paid order owes to whom; the caller holds its lock."""
    rows = CommissionRate.objects.filter(
        organisation_id=order.organisation_id, show_id=order.show_id, from_at__lte=now
    )
    rates = [row.terms for row in rows]
    if not rates:
        return
    made = [
        Commission(
            organisation_id=order.organisation_id,
            line=line,
            rate_id=rate.id,
            accrued_fen=fen,
            due_fen=fen,
            accrued_at=now,
        )
        for line in lines_of(order)
        if line.gift_id is None
        for rate in rates_in_force(rates, link_no=line.link_no, at=now)
        if (fen := commission_fen(line.amount_fen, rate.rate_bp))
    ]
    for row in made:
        row.save()
    _enter(order, payment, {row: row.due_fen for row in made}, now=now)


def reverse(order: Order, refund: Refund, *, now: dt.datetime) -> None:
    """Undo what a refund takes from the lines; of a line that is wholly undone nothing stays.

    The caller holds the order's lock and has written what of its lines is undone.
    """
    undone: dict[Commission, int] = {}
    rows = Commission.objects.filter(line__order=order, due_fen__gt=0)
    for row in rows.select_related("line", "rate").order_by("pk"):
        left_fen = row.line.amount_fen - row.line.refunded_fen + row.line.kept_fen
        due_fen = commission_fen(left_fen, row.rate.rate_bp)
        if due_fen < row.due_fen:
            undone[row] = row.due_fen - due_fen
            row.due_fen = due_fen
            row.save(update_fields=["due_fen"])
    _enter(order, refund.payment, undone, undone_by=refund, now=now)


def _enter(
    order: Order,
    payment: Payment,
    amounts: dict[Commission, int],
    *,
    now: dt.datetime,
    undone_by: Refund | None = None,
) -> None:
    if not amounts:
        return
    by_id = {row.pk: fen for row, fen in amounts.items()}
    enter_commission(order, payment, by_id, now=now, undone_by=undone_by)
    fact = CommissionMoved(
        order_id=order.pk,
        no=order.no,
        payment_id=payment.pk,
        refund_id=None if undone_by is None else undone_by.pk,
        parts=[
            CommissionPart(commission_id=row.pk, line_id=row.line_id, rate_id=row.rate_id, fen=fen)
            for row, fen in amounts.items()
        ],
    )
    tell(order, fact, by=SYSTEM(order.organisation_id), now=now)
