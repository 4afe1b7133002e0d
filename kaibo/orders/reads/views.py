"""Orders as their buyers see them, as frozen values; receivers are masked everywhere."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from kaibo.orders.models import Order
from kaibo.orders.rules import OrderState, PresaleState


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """One line of an order; ``amount_fen`` is after ``discount_fen``.

    A gift has no link (``link_no`` 0); its unit price is its published value. ``units_kept`` of it
    did not come back with the goods that earned them, and cost ``kept_fen`` of the refund.
    ``protected_fen`` of ``refunded_fen`` came back because the price fell.
    """

    id: int
    link_no: int
    title: str
    spec: str
    units: int
    unit_price_fen: int
    amount_fen: int
    discount_fen: int = 0
    units_refunded: int = 0
    refunded_fen: int = 0
    is_gift: bool = False
    units_kept: int = 0
    kept_fen: int = 0
    protected_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PresaleView:
    """The two parts of an order, on the terms its buyer was shown.

    ``return_days``: within how many days money that goes back is sent. ``penalty_fen``: what the
    seller's default costs beside the deposit. ``reminded_at``: when the buyer was told that the
    time for the balance is nearly over.
    """

    state: PresaleState
    deposit_fen: int
    balance_fen: int
    kind: str
    late_rule: str
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    return_days: int
    penalty_fen: int
    penalty_paid_at: dt.datetime | None
    reminded_at: dt.datetime | None
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What a buyer was told of an order: a correction, and what they answered (``""``: nothing)."""

    id: int
    link_no: int
    text_zh: str
    text_en: str
    sent_at: dt.datetime
    answer: str


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """Lines of an order that are sent together, within so many hours of the payment.

    ``ship_by_at``: until when; None before the order may be shipped. ``waits``: some of it is
    still to be sent.
    """

    number: int
    ship_within_h: int
    ship_by_at: dt.datetime | None
    line_ids: list[int]
    waits: bool


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer sees it.

    ``refund_fen`` is money sent back or on its way back, of whatever payment: of it
    ``bank_due_fen`` the provider cannot send and the shop will by bank, and ``bank_done_fen`` went
    by bank. A price that falls until ``protected_until`` is paid back.
    """

    no: str
    show_id: int
    state: OrderState
    total_fen: int
    placed_at: dt.datetime
    pay_before: dt.datetime
    paid_at: dt.datetime | None
    close_reason: str
    lines: list[OrderLineView]
    receiver_masked: str
    refund_fen: int
    group_id: int | None = None
    presale: PresaleView | None = None
    protected_until: dt.datetime | None = None
    notices: list[NoticeView] = field(default_factory=list)
    bank_due_fen: int = 0
    bank_done_fen: int = 0
    shipments: list[ShipmentView] = field(default_factory=list)


def order_view(row: Order) -> OrderView:
    """An order's row as a value."""
    back: Counter[str] = Counter()
    for refund in row.refunds.all():
        back[refund.state] += refund.amount_fen
    return OrderView(
        no=row.no,
        show_id=row.show_id,
        state=row.state,  # type: ignore[arg-type]  # held to the five words by its CHECK
        total_fen=row.total_fen,
        placed_at=row.placed_at,
        pay_before=row.pay_before,
        paid_at=row.paid_at,
        close_reason=row.close_reason,
        lines=[
            OrderLineView(
                id=line.pk,
                link_no=line.link_no,
                title=line.title,
                spec=line.spec,
                units=line.units,
                unit_price_fen=line.unit_price_fen,
                amount_fen=line.amount_fen,
                discount_fen=line.discount_fen,
                units_refunded=line.units_refunded,
                refunded_fen=line.refunded_fen,
                is_gift=line.gift_id is not None,
                units_kept=line.units_kept,
                kept_fen=line.kept_fen,
                protected_fen=line.protected_fen,
            )
            for line in sorted(row.lines.all(), key=lambda line: line.pk)
        ],
        receiver_masked=row.receiver_masked,
        refund_fen=back.total(),
        group_id=row.member.group_id if hasattr(row, "member") else None,
        presale=_presale_view(row) if hasattr(row, "presale") else None,
        protected_until=row.promise.protected_until if hasattr(row, "promise") else None,
        notices=[
            NoticeView(one.pk, one.link_no, one.text_zh, one.text_en, one.sent_at, one.answer)
            for one in sorted(row.notices.all(), key=lambda one: one.pk)
        ],
        bank_due_fen=back["bank_due"],
        bank_done_fen=back["bank_done"] + back["twice"],
        shipments=_shipments(row),
    )


def _shipments(row: Order) -> list[ShipmentView]:
    if not hasattr(row, "promise"):
        return []
    parts = sorted(row.promise.shipments.all(), key=lambda one: one.number)
    return [
        ShipmentView(
            one.number, one.ship_within_h, one.promised_at, one.line_ids, one.ship_by_at is not None
        )
        for one in parts
    ]


def _presale_view(row: Order) -> PresaleView:
    presale, shown = row.presale, row.snapshot["presale"]
    return PresaleView(
        state=presale.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        deposit_fen=presale.deposit_fen,
        balance_fen=presale.balance_fen,
        kind=presale.kind,
        late_rule=presale.late_rule,
        balance_opens_at=presale.balance_opens_at,
        balance_closes_at=presale.balance_closes_at,
        ship_by=presale.ship_by,
        return_days=presale.refund_deadline_days,
        penalty_fen=presale.penalty_fen,
        penalty_paid_at=presale.penalty_paid_at,
        reminded_at=presale.reminded_at,
        words_zh=shown["words_zh"],
        words_en=shown["words_en"],
    )
