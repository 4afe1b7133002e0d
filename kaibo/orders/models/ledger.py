"""The double-entry ledger. Rows are only ever added."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.models.order import Order
from kaibo.orders.models.payment import Payment, Refund
from kaibo.orders.rules import REASON_CHARS_MAX
from kaibo.orders.rules.ledger import POSTINGS, Account

ACCOUNTS = [(account.value, account.zh) for account in Account]
_CODES = [code for code, _ in ACCOUNTS]
REASONS = [(posting.why, posting.zh) for posting in POSTINGS.values()]


class Statement(models.Model):
    """A provider's statement that somebody accepted; its bytes are known by their digest alone."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()
    lines = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()
    unread = models.PositiveIntegerField()
    # Why it was accepted although something differed.
    reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True, default="")
    accepted_by = models.BigIntegerField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "provider", "sha256"], name="orders_statement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.since} {self.until}"


class LedgerEntry(models.Model):
    """One amount, debited to one account and credited to another: a row cannot be unbalanced."""

    # The index by time begins with the organisation; nothing asks by payment alone.
    organisation = models.ForeignKey(
        "access.Organisation", PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    # A payout to the bank is of no order.
    order = models.ForeignKey(Order, PROTECT, null=True, related_name="+")
    payment = models.ForeignKey(Payment, PROTECT, null=True, related_name="+", db_index=False)
    # Of money that goes back.
    refund = models.ForeignKey(Refund, PROTECT, null=True, related_name="+", db_index=False)
    # What a provider's statement says, by the number of its line.
    statement = models.ForeignKey(Statement, PROTECT, null=True, related_name="entries")
    number = models.CharField(max_length=80, blank=True, default="", db_default="")
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
            models.CheckConstraint(
                condition=Q(order__isnull=False, payment__isnull=False)
                | Q(order__isnull=True, payment__isnull=True, statement__isnull=False),
                name="orders_ledger_about",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "at", "id"], name="orders_ledger_by_time")]

    def __str__(self) -> str:
        return f"{self.key}: {self.debit} / {self.credit} {self.amount_fen}"
