"""Orders of many lines, and every refund a row of its own; those that were get theirs."""

import json
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

CHUNK = 500
BOOKS = ("unsell", "owe", "pay_back")


def refunds_become_rows(apps: Any, schema_editor: Any) -> None:
    """Each payment whose money went or goes back gets its one refund, under the attempt's number."""
    Payment, Refund = apps.get_model("orders", "Payment"), apps.get_model("orders", "Refund")
    owed_at = _owed_at(apps)
    back = Payment.objects.filter(state__in=["refund_due", "refunded"]).select_related("order")
    for payment in back.order_by("pk").iterator(chunk_size=CHUNK):
        lines = _undone(apps, payment) if payment.refund_why == "refund_asked" else []
        refund = Refund.objects.create(
            order_id=payment.order_id,
            payment_id=payment.pk,
            token=payment.attempt_token,
            state="due" if payment.state == "refund_due" else "done",
            amount_fen=payment.received_fen,
            why=payment.refund_why,
            reason=payment.order.refund_reason if lines else "",
            lines=lines,
            tries=payment.refund_tries,
            next_at=payment.refund_next_at,
            owed_at=owed_at.get(payment.pk, payment.paid_at),
            refunded_at=payment.refunded_at,
        )
        for entry in _entries(apps).filter(payment_id=payment.pk, why__in=BOOKS):
            entry.refund_id, entry.key = refund.pk, f"{entry.why}:r{refund.pk}"
            entry.save(update_fields=["refund_id", "key"])
    Sandbox = apps.get_model("orders", "SandboxPayment")
    for paid in Sandbox.objects.filter(state="refunded").iterator(chunk_size=CHUNK):
        paid.refunds.create(token=paid.token, amount_fen=paid.amount_fen)


def refunds_become_columns(apps: Any, schema_editor: Any) -> None:
    """The way back; where part of a payment was refunded there is none."""
    Payment, Refund = apps.get_model("orders", "Payment"), apps.get_model("orders", "Refund")
    for refund in Refund.objects.select_related("payment").order_by("pk"):
        if refund.amount_fen != refund.payment.received_fen:
            raise RuntimeError(f"payment {refund.payment_id} was refunded in part")
        Payment.objects.filter(pk=refund.payment_id).update(
            refund_why=refund.why,
            refund_tries=refund.tries,
            refund_next_at=refund.next_at,
            refunded_at=refund.refunded_at,
        )
        for entry in _entries(apps).filter(refund_id=refund.pk):
            entry.refund_id, entry.key = None, f"{entry.why}:{entry.payment_id}"
            entry.save(update_fields=["refund_id", "key"])


def _undone(apps: Any, payment: Any) -> list[list[int]]:
    """All lines of the order were undone together."""
    undone = []
    for line in apps.get_model("orders", "OrderLine").objects.filter(order_id=payment.order_id):
        line.units_refunded, line.refunded_fen = line.units, line.amount_fen
        line.save(update_fields=["units_refunded", "refunded_fen"])
        undone.append([line.pk, line.units, line.amount_fen])
    return undone


def _entries(apps: Any) -> Any:
    return apps.get_model("orders", "LedgerEntry").objects


def _owed_at(apps: Any) -> dict[int, Any]:
    """When each refund came to be owed: only the journal knows."""
    told = apps.get_model("journal", "Entry").objects.filter(tag="orders.payment_refund_due.1")
    return {json.loads(fact.body)["payment_id"]: fact.at for fact in told.iterator()}


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("orders", "0003_platform_orders"),
        ("promotions", "0004_partial_returns"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="orderline",
            name="orders_line_adds_up",
        ),
        migrations.RemoveIndex(
            model_name="payment",
            name="orders_refund_next",
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=40, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "已申请"), ("due", "待退款"), ("done", "已退款")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("why", models.CharField(max_length=16)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("request_key", models.CharField(max_length=64, null=True)),
                ("lines", models.JSONField(default=list)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("owed_at", models.DateTimeField()),
                ("refunded_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["next_at"],
                        name="orders_refund_next",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "due", "done"])),
                        name="orders_refund_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="orders_refund_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=40, unique=True)),
                ("amount_fen", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="order",
            name="use_ids",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="orderline",
            name="borne",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="refunded_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="units_refunded",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="why",
            field=models.CharField(
                choices=[
                    ("receive", "收款"),
                    ("sell", "销售"),
                    ("unsell", "销售退回"),
                    ("owe", "应退"),
                    ("pay_back", "退款"),
                    ("platform_share", "平台承担优惠"),
                    ("host_share", "主播承担优惠"),
                    ("partner_share", "供应商承担优惠"),
                    ("platform_unshare", "平台承担冲回"),
                    ("host_unshare", "主播承担冲回"),
                    ("partner_unshare", "供应商承担冲回"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("units"), "*", models.F("unit_price_fen")
                            ),
                            "-",
                            models.F("discount_fen"),
                        ),
                    ),
                    ("amount_fen__gte", 0),
                    ("discount_fen__gte", 0),
                    ("units__gte", 1),
                ),
                name="orders_line_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_fen__gte", 0),
                    ("refunded_fen__lte", models.F("amount_fen")),
                    ("units_refunded__lte", models.F("units")),
                ),
                name="orders_line_refunded_once",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="orders.payment",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="refund",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.refund",
            ),
        ),
        migrations.AddField(
            model_name="sandboxrefund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="orders.sandboxpayment",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                fields=("order", "request_key"), name="orders_refund_key_once"
            ),
        ),
        migrations.RunPython(refunds_become_rows, refunds_become_columns),
        migrations.RemoveField(
            model_name="payment",
            name="refund_next_at",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="refund_tries",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="refund_why",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="refunded_at",
        ),
    ]
