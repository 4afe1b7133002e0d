"""The double-entry ledger. Rows are only ever added."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.models.order import Order
from kaibo.orders.models.payment import Payment, Refund
from kaibo.orders.rules.ledger import POSTINGS, Account

ACCOUNTS = [(account.value, account.zh) for account in Account]
_CODES = [code for code, _ in ACCOUNTS]
REASONS = [(posting.why, posting.zh) for posting in POSTINGS.values()]


class LedgerEntry(models.Model):
    """One amount, debited to one account and credited to another: a row cannot be unbalanced."""

    # The index by time begins with the organisation; nothing asks by payment alone.
    organisation = models.ForeignKey(
        "access.Organisation", PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    order = models.ForeignKey(Order, PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, PROTECT, related_name="+", db_index=False)
    # Of money that goes back.
    refund = models.ForeignKey(Refund, PROTECT, null=True, related_name="+", db_index=False)
    why = models.CharField(max_length=16, choices=REASONS)
    debit = models.CharField(max_length=24, choices=ACCOUNTS)
    credit = models.CharField(max_length=24, choices=ACCOUNTS)
    amount_fen = models.BigIntegerField()
    # What is entered once, whoever tries again: the posting and what it is about.
    key = models.CharField(max_length=60, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="orders_ledger_amount"),
            models.CheckConstraint(
                condition=Q(debit__in=_CODES, credit__in=_CODES) & ~Q(debit=F("credit")),
                name="orders_ledger_accounts",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "at", "id"], name="orders_ledger_by_time")]

    def __str__(self) -> str:
        return f"{self.key}: {self.debit} / {self.credit} {self.amount_fen}"
