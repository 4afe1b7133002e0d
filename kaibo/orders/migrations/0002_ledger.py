"""The ledger, and the entries of all money that moved before there was one."""

import json
from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# As the product wrote them when the ledger was new: why, debited, credited.
POSTINGS = {
    "receive": ("provider_receivable", "buyer_deposits"),
    "sell": ("buyer_deposits", "sales"),
    "unsell": ("sales", "buyer_deposits"),
    "owe": ("buyer_deposits", "refunds_payable"),
    "pay_back": ("refunds_payable", "provider_receivable"),
}
CHUNK = 500


def enter_past(apps: Any, schema_editor: Any) -> None:
    """Every payment that brought money gets the entries that its story would have written."""
    Entry = apps.get_model("orders", "LedgerEntry")
    Payment = apps.get_model("orders", "Payment")
    rows: list[Any] = []
    owed_at = _owed_at(apps)
    moved = Payment.objects.filter(received_fen__gt=0, state__in=["paid", "refund_due", "refunded"])
    for payment in moved.select_related("order").order_by("pk").iterator(chunk_size=CHUNK):
        for why, at in _story(payment, owed_at.get(payment.pk, payment.paid_at)):
            debit, credit = POSTINGS[why]
            rows.append(
                Entry(
                    organisation_id=payment.order.organisation_id,
                    at=at,
                    order_id=payment.order_id,
                    payment_id=payment.pk,
                    why=why,
                    debit=debit,
                    credit=credit,
                    amount_fen=payment.received_fen,
                    key=f"{why}:{payment.pk}",
                )
            )
        if len(rows) >= CHUNK:
            Entry.objects.bulk_create(rows)
            rows = []
    Entry.objects.bulk_create(rows)


def _story(payment: Any, owed_at: Any) -> Iterator[tuple[str, Any]]:
    yield "receive", payment.paid_at
    was_sold = payment.state == "paid" or payment.refund_why == "refund_asked"
    if was_sold:
        yield "sell", payment.paid_at
    if payment.state != "paid":
        if was_sold:
            yield "unsell", owed_at
        yield "owe", owed_at
    if payment.state == "refunded":
        yield "pay_back", payment.refunded_at


def _owed_at(apps: Any) -> dict[int, Any]:
    """When each refund came to be owed: only the journal knows."""
    told = apps.get_model("journal", "Entry").objects.filter(tag="orders.payment_refund_due.1")
    return {json.loads(fact.body)["payment_id"]: fact.at for fact in told.iterator()}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("journal", "0001_initial"),
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("receive", "收款"),
                            ("sell", "销售"),
                            ("unsell", "销售退回"),
                            ("owe", "应退"),
                            ("pay_back", "退款"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "debit",
                    models.CharField(
                        choices=[
                            ("provider_receivable", "应收支付渠道款"),
                            ("buyer_deposits", "预收货款"),
                            ("refunds_payable", "应付退款"),
                            ("sales", "主营业务收入"),
                            ("provider_fees", "支付手续费"),
                            ("commission", "销售佣金"),
                            ("platform_subsidy", "应收平台补贴"),
                            ("host_subsidy", "应收主播补贴"),
                            ("supplier_subsidy", "应收供应商补贴"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        choices=[
                            ("provider_receivable", "应收支付渠道款"),
                            ("buyer_deposits", "预收货款"),
                            ("refunds_payable", "应付退款"),
                            ("sales", "主营业务收入"),
                            ("provider_fees", "支付手续费"),
                            ("commission", "销售佣金"),
                            ("platform_subsidy", "应收平台补贴"),
                            ("host_subsidy", "应收主播补贴"),
                            ("supplier_subsidy", "应收供应商补贴"),
                        ],
                        max_length=24,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("key", models.CharField(max_length=60, unique=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.payment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "at", "id"], name="orders_ledger_by_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="orders_ledger_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "credit__in",
                                [
                                    "provider_receivable",
                                    "buyer_deposits",
                                    "refunds_payable",
                                    "sales",
                                    "provider_fees",
                                    "commission",
                                    "platform_subsidy",
                                    "host_subsidy",
                                    "supplier_subsidy",
                                ],
                            ),
                            (
                                "debit__in",
                                [
                                    "provider_receivable",
                                    "buyer_deposits",
                                    "refunds_payable",
                                    "sales",
                                    "provider_fees",
                                    "commission",
                                    "platform_subsidy",
                                    "host_subsidy",
                                    "supplier_subsidy",
                                ],
                            ),
                            models.Q(("debit", models.F("credit")), _negated=True),
                        ),
                        name="orders_ledger_accounts",
                    ),
                ],
            },
        ),
        migrations.RunPython(enter_past, migrations.RunPython.noop),
    ]
