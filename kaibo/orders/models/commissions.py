"""What hosts and agencies get of what is sold: rates as they were set, and what is due of lines."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.models.order import OrderLine
from kaibo.orders.rules.commissions import PAYEE_CHARS_MAX, PAYEES, RATE_BP_MAX, Rate


class CommissionRate(models.Model):
    """A rate of a show or of one of its links. Rows are only ever added: a change is a new one."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    # None: the whole show.
    link_no = models.PositiveIntegerField(null=True)
    payee = models.CharField(max_length=6, choices=list(PAYEES.items()))
    host = models.ForeignKey("hosts.Host", PROTECT, null=True, related_name="+")
    # Of an agency, or the host's as it was then.
    payee_name = models.CharField(max_length=PAYEE_CHARS_MAX)
    rate_bp = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    set_by = models.BigIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__lte=RATE_BP_MAX), name="orders_commission_rate"
            ),
            models.CheckConstraint(
                condition=Q(payee="host", host__isnull=False)
                | Q(payee="agency", host__isnull=True),
                name="orders_commission_payee",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "show_id"], name="orders_rates_of_show")]

    def __str__(self) -> str:
        return f"{self.payee_name} {self.rate_bp}"

    @property
    def terms(self) -> Rate:
        """The row as a value that rules can judge."""
        name = "" if self.payee == "host" else self.payee_name
        return Rate(
            id=self.pk,
            payee=(self.payee, self.host_id, name),
            link_no=self.link_no,
            rate_bp=self.rate_bp,
            from_at=self.from_at,
        )


class Commission(models.Model):
    """What one payee gets of one line; ``due_fen`` is what refunds left of ``accrued_fen``."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, PROTECT, related_name="commissions")
    rate = models.ForeignKey(CommissionRate, PROTECT, related_name="+")
    accrued_fen = models.BigIntegerField()
    due_fen = models.BigIntegerField()
    accrued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "rate"], name="orders_commission_once"),
            models.CheckConstraint(
                condition=Q(accrued_fen__gt=0, due_fen__gte=0, due_fen__lte=F("accrued_fen")),
                name="orders_commission_due",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "accrued_at"], name="orders_commissions")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.due_fen}"
