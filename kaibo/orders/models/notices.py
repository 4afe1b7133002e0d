"""What buyers are told about an order they placed, and what they answer."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.models.order import Order

ANSWERS = [("", "未答"), ("keep", "保留"), ("refund", "退款")]


class OrderNotice(models.Model):
    """A correction of what was said of an order's goods, with the choice to have the money back.

    Its lock is that of the order.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    order = models.ForeignKey(Order, PROTECT, related_name="notices")
    # Of ``promises``, which stands above.
    correction_id = models.BigIntegerField()
    link_no = models.PositiveIntegerField()
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    sent_at = models.DateTimeField()
    answer = models.CharField(max_length=6, choices=ANSWERS, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "correction_id"], name="orders_notice_of_correction_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=["keep", "refund"], answered_at__isnull=False),
                name="orders_notice_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.correction_id} {self.answer}"
