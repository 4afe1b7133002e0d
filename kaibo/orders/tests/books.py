"""An auditor of the ledger: it reads all of it and compares with what orders and payments say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kaibo.orders import actions
from kaibo.orders.models import LedgerEntry, Order, Payment
from kaibo.orders.rules.ledger import POSTINGS, Account, balances

# What stands on the accounts for one payment in each of its states: money we were told of and
# kept is with the provider and was a sale, or is owed; money that went back has left nothing.
MEANING: dict[str, dict[Account, int]] = {
    "opened": {},
    "failed": {},
    "paid": {Account.PROVIDER_RECEIVABLE: 1, Account.SALES: 1},
    "refund_due": {Account.PROVIDER_RECEIVABLE: 1, Account.REFUNDS_PAYABLE: 1},
    "refunded": {},
}


def audit() -> None:
    """Fail unless the whole ledger balances and means what the tables say."""
    found = list(LedgerEntry.objects.select_related("order", "payment").order_by("pk"))
    for entry in found:
        posting = POSTINGS[entry.why]
        assert (entry.debit, entry.credit) == (posting.debit, posting.credit), entry
        assert entry.key == f"{entry.why}:{entry.payment_id}"
        assert entry.amount_fen == entry.payment.received_fen > 0, entry
        assert entry.order_id == entry.payment.order_id
        assert entry.organisation_id == entry.order.organisation_id
    for payment in Payment.objects.all():
        mine = [row(entry) for entry in found if entry.payment_id == payment.pk]
        fen = payment.received_fen
        meant = {account: fen for account in MEANING[payment.state] if fen}
        assert balances(mine) == meant, (payment.state, mine)
    _audit_sums(balances(map(row, found)))


def _audit_sums(left: dict[Account, int]) -> None:
    due = Payment.objects.filter(state="refund_due")
    owed = sum(payment.received_fen for payment in due)
    sold = sum(order.total_fen for order in Order.objects.filter(state="paid"))
    assert left.get(Account.REFUNDS_PAYABLE, 0) == owed
    assert left.get(Account.SALES, 0) == sold
    assert left.get(Account.PROVIDER_RECEIVABLE, 0) == owed + sold
    # Nothing is kept between being received and being sold or owed.
    assert Account.BUYER_DEPOSITS not in left


def row(entry: LedgerEntry) -> tuple[Account, Account, int]:
    """An entry as rules read it."""
    return Account(entry.debit), Account(entry.credit), entry.amount_fen


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
