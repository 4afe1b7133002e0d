"""An auditor of the ledger: it reads all of it and compares with what orders and payments say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kaibo.orders import actions
from kaibo.orders.models import (
    Commission,
    Group,
    LedgerEntry,
    Member,
    Order,
    OrderLine,
    Payment,
    Presale,
    Refund,
)
from kaibo.orders.rules import OWED
from kaibo.orders.rules.ledger import POSTINGS, Account, balances

SUBSIDY = {
    "platform": Account.PLATFORM_SUBSIDY,
    "host": Account.HOST_SUBSIDY,
    "partner": Account.SUPPLIER_SUBSIDY,
}

BACK = ["refund_due", "refunded"]
# What providers' statements tell.
TOLD = ("fee", "fee_back", "payout")


def meaning(payment: Payment) -> dict[Account, int]:
    """What must stand on the accounts for a payment: its money is with the provider until it went
    back; what is owed is owed, the rest was a sale, together with what others bear of it."""
    back: Counter[str] = Counter()
    for refund in payment.refunds.all():
        back[refund.state] += refund.amount_fen
    owed = back["due"] + back["bank_due"]
    kept = payment.received_fen - owed - back["done"] - back["bank_done"] - back["twice"]
    if payment.state in ("refund_due", "refunded"):
        assert kept == 0
        assert (owed == 0) or payment.state == "refund_due"
    borne: Counter[str] = Counter()
    if _was_sold(payment):
        for line in payment.order.lines.all():
            for payer, fen in line.borne.items():
                borne[payer] += fen - fen * line.units_done // line.units
    # A deposit waits for its balance, or was kept without goods.
    where = {"kept": Account.BUYER_DEPOSITS, "forfeited": Account.FORFEITED_DEPOSITS}
    meant = {
        Account.PROVIDER_RECEIVABLE: payment.received_fen - back["done"] - back["twice"],
        Account.REFUNDS_PAYABLE: owed,
        # The provider keeps what the shop sent by bank.
        Account.BANK: -back["bank_done"] - back["twice"],
        Account.REFUNDS_TWICE: back["twice"],
        where.get(payment.state, Account.SALES): kept + borne.total(),
    } | {SUBSIDY[payer]: fen for payer, fen in borne.items()}
    for account, fen in [*_penalty(payment).items(), *_told(payment), *_commission(payment)]:
        meant[account] = meant.get(account, 0) + fen
    return {account: fen for account, fen in meant.items() if fen}


def _penalty(payment: Payment) -> dict[Account, int]:
    """What a seller's default costs beside the deposit, and whether it was paid."""
    defaulted = Presale.objects.filter(order=payment.order, state="defaulted").first()
    if defaulted is None or payment.part != "deposit" or payment.state not in BACK:
        return {}
    if not LedgerEntry.objects.filter(payment=payment, why="penalty").exists():
        return {}
    fen = defaulted.penalty_fen
    assert fen == defaulted.deposit_fen
    paid = {Account.BANK: -fen}
    owed = {Account.PENALTIES_PAYABLE: fen}
    return {Account.DEPOSIT_PENALTIES: fen} | (paid if defaulted.penalty_paid_at else owed)


def _told(payment: Payment) -> list[tuple[Account, int]]:
    """What statements say that the provider took of it, and gave back."""
    rows = LedgerEntry.objects.filter(payment=payment, why__in=("fee", "fee_back"))
    fen = sum(row.amount_fen if row.why == "fee" else -row.amount_fen for row in rows)
    return [(Account.PROVIDER_FEES, fen), (Account.PROVIDER_RECEIVABLE, -fen)]


def _commission(payment: Payment) -> list[tuple[Account, int]]:
    """What the lines that it paid owe to hosts and agencies, by their rates and what is left."""
    if not LedgerEntry.objects.filter(payment=payment, why="commission").exists():
        return []
    due = 0
    rows = Commission.objects.filter(line__order=payment.order).select_related("line", "rate")
    for row in rows:
        line = row.line
        left_fen = line.amount_fen - line.refunded_fen + line.kept_fen
        assert row.accrued_fen == line.amount_fen * row.rate.rate_bp // 10_000
        assert row.due_fen == left_fen * row.rate.rate_bp // 10_000
        due += row.due_fen
    return [(Account.COMMISSION, due), (Account.COMMISSION_PAYABLE, due)]


def _was_sold(payment: Payment) -> bool:
    return LedgerEntry.objects.filter(payment=payment, why="sell").exists()


def audit() -> None:
    """Fail unless the whole ledger balances and means what the tables say."""
    found = list(LedgerEntry.objects.select_related("order", "payment", "refund").order_by("pk"))
    for entry in found:
        posting = POSTINGS[entry.why]
        assert (entry.debit, entry.credit) == (posting.debit, posting.credit), entry
        assert entry.amount_fen > 0, entry
        assert (entry.statement_id is not None) == (entry.why in TOLD), entry
        if entry.order is None or entry.payment is None:
            assert entry.why in ("payout", "fee"), entry
            continue
        about = f"r{entry.refund_id}" if entry.refund_id else f"{entry.payment_id}"
        if entry.why not in (*TOLD, "commission", "uncommission"):
            assert entry.key == f"{entry.why}:{about}"
        if entry.why in ("receive", "sell"):
            assert entry.amount_fen == entry.payment.received_fen, entry
        if entry.why in ("unsell", "owe", "pay_back", "bank_back", "pay_twice"):
            assert entry.refund is not None, entry
            assert entry.amount_fen == entry.refund.amount_fen, entry
        assert entry.order_id == entry.payment.order_id
        assert entry.organisation_id == entry.order.organisation_id
    for payment in Payment.objects.select_related("order"):
        mine = [row(entry) for entry in found if entry.payment_id == payment.pk]
        assert balances(mine) == meaning(payment), (payment.state, mine)
    _audit_orders()
    _audit_groups()
    _audit_presales()
    _audit_sums(balances(map(row, found)))


def _audit_line(line: OrderLine, parts: Iterable[tuple[int, int, int]]) -> None:
    """Units come back in turn; after a part for a price that fell, the rest by what is left."""
    gone_fen, gone, fallen_fen = 0, 0, 0
    for id, units, fen in parts:
        if id != line.pk or fen < 0:
            continue
        if not units:
            fallen_fen += fen
        elif fallen_fen:
            assert fen == (line.amount_fen - gone_fen) * units // (line.units - gone)
        else:
            assert gone_fen + fen == line.amount_fen * (gone + units) // line.units
        gone_fen, gone = gone_fen + fen, gone + units
    assert (line.refunded_fen, line.protected_fen) == (gone_fen, fallen_fen)
    assert gone < line.units or gone_fen == line.amount_fen


def _audit_orders() -> None:
    """An order is the sum of its lines, and its refunds are what its lines say of them."""
    for order in Order.objects.all():
        lines = list(order.lines.all())
        assert order.total_fen == sum(line.amount_fen for line in lines)
        undone: Counter[int] = Counter()
        fen: Counter[int] = Counter()
        asked = order.refunds.filter(why="refund_asked")
        for refund in asked:
            assert refund.amount_fen == sum(part for _, _, part in refund.lines)
            for id, units, part in refund.lines:
                undone[id] += units
                fen[id] += part
        for line in lines:
            went_fen = line.refunded_fen - line.kept_fen
            assert (line.units_refunded, went_fen) == (undone[line.pk], fen[line.pk])
            assert line.kept_fen <= line.units_kept * line.unit_price_fen
            if not hasattr(order, "presale"):
                parts = [part for refund in asked.order_by("pk") for part in refund.lines]
                _audit_line(line, parts)
        if order.state in ("refunding", "refunded"):
            assert all(line.units_refunded == line.units for line in lines)
            assert order.state == ("refunding" if asked.filter(state__in=OWED) else "refunded")


def _audit_groups() -> None:
    """A group's counters are its members, and these are their orders."""
    for group in Group.objects.all():
        members = list(group.members.select_related("order"))
        by_state = [member.state for member in members]
        assert (group.held, group.paid) == (by_state.count("joined"), by_state.count("paid"))
        taken = group.held + group.paid
        assert taken <= group.size
        if group.state in ("open", "full"):
            assert (group.state == "full") == (taken == group.size), group
        if group.state == "succeeded":
            assert by_state.count("paid") + by_state.count("refunded") >= group.size
        for member in members:
            _audit_member(group, member)


def _audit_member(group: Group, member: Member) -> None:
    states = {
        "joined": {"created"},
        "paid": {"paid"},
        "left": {"closed"},
        "refunded": {"refunding", "refunded"},
    }
    assert member.order.state in states[member.state], (member, member.order.state)
    if group.state == "refunded":
        assert member.order.state in ("closed", "refunded")


def _audit_presales() -> None:
    """The order, its two parts and the deposit's payment say the same."""
    deposits = {
        "placed": [],
        "lapsed": [],
        "deposited": ["kept"],
        "complete": ["paid", *BACK],
        "forfeited": ["forfeited"],
        "returned": BACK,
        "defaulted": BACK,
    }
    for presale in Presale.objects.select_related("order"):
        order = presale.order
        assert order.total_fen == presale.deposit_fen + presale.balance_fen
        good = order.payments.filter(part="deposit", received_fen=presale.deposit_fen)
        kept = good.filter(state__in=deposits[presale.state])
        assert kept.exists() or not deposits[presale.state], presale
        penalties = LedgerEntry.objects.filter(order=order, why="penalty")
        owed = [presale.penalty_fen] if presale.penalty_fen else []
        assert [*penalties.values_list("amount_fen", flat=True)] == owed
        is_open = presale.state in ("placed", "deposited")
        assert is_open == (order.state == "created"), (presale, order.state)
        if presale.state == "complete":
            assert order.state in ("paid", "refunding", "refunded")


def _audit_sums(left: dict[Account, int]) -> None:
    owed = sum(refund.amount_fen for refund in Refund.objects.filter(state__in=OWED))
    by_bank = sum(refund.amount_fen for refund in Refund.objects.filter(state="bank_done"))
    lines = OrderLine.objects.filter(order__state="paid")
    sold = sum(line.amount_fen - line.refunded_fen + line.kept_fen for line in lines)
    assert left.get(Account.REFUNDS_PAYABLE, 0) == owed
    assert left.get(Account.SALES, 0) == sold + sum(left.get(a, 0) for a in SUBSIDY.values())
    held = {
        state: sum(Payment.objects.filter(state=state).values_list("received_fen", flat=True))
        for state in ("kept", "forfeited")
    }
    told = {
        why: sum(LedgerEntry.objects.filter(why=why).values_list("amount_fen", flat=True))
        for why in TOLD
    }
    taken = told["fee"] - told["fee_back"] + told["payout"]
    there = owed + sold + by_bank + sum(held.values()) - taken
    assert left.get(Account.PROVIDER_RECEIVABLE, 0) == there
    # Nothing but deposits is kept between being received and being sold or owed.
    assert left.get(Account.BUYER_DEPOSITS, 0) == held["kept"]
    assert left.get(Account.FORFEITED_DEPOSITS, 0) == held["forfeited"]


def row(entry: LedgerEntry) -> tuple[Account, Account, int]:
    """An entry as rules read it."""
    return Account(entry.debit), Account(entry.credit), entry.amount_fen


def refunds_of(payments: Iterable[Payment]) -> list[tuple[str, str, int]]:
    """State, reason and tries of every refund of these payments, the oldest first."""
    found = Refund.objects.filter(payment__in=list(payments)).order_by("pk")
    return [(refund.state, refund.why, refund.tries) for refund in found]


@contextmanager
def audited(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within, the ledger is read anew after each action of orders, refused ones too."""
    for name in actions.__all__:
        verb = getattr(actions, name)
        if not isinstance(verb, type):
            patch.setattr(actions, name, _then_audit(verb))
    yield
    audit()


def _then_audit(verb: Any) -> Any:
    def act(*args: Any, **kwargs: Any) -> Any:
        try:
            return verb(*args, **kwargs)
        finally:
            audit()

    return act
