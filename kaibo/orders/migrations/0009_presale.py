"""Orders paid in two parts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("orders", "0008_groups"),
        ("promotions", "0008_presale"),
    ]

    operations = [
        migrations.CreateModel(
            name="Presale",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("placed", "待付定金"),
                            ("deposited", "待付尾款"),
                            ("complete", "已付尾款"),
                            ("lapsed", "未付定金"),
                            ("forfeited", "定金不退"),
                            ("returned", "定金退回"),
                            ("defaulted", "卖家违约"),
                        ],
                        default="placed",
                        max_length=10,
                    ),
                ),
                ("deposit_fen", models.BigIntegerField()),
                ("balance_fen", models.BigIntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("late_rule", models.CharField(max_length=8)),
                ("balance_opens_at", models.DateTimeField()),
                ("balance_closes_at", models.DateTimeField()),
                ("ship_by", models.DateTimeField()),
                ("refund_deadline_days", models.PositiveIntegerField()),
                ("remind_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("penalty_fen", models.BigIntegerField(default=0)),
                ("penalty_paid_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reminded_at__isnull", True), ("state", "deposited")),
                        fields=["remind_at"],
                        name="orders_presale_remind",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "placed",
                                    "deposited",
                                    "complete",
                                    "lapsed",
                                    "forfeited",
                                    "returned",
                                    "defaulted",
                                ],
                            )
                        ),
                        name="orders_presale_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("balance_fen__gt", 0),
                            ("deposit_fen__gt", 0),
                            ("refund_deadline_days__gte", 1),
                        ),
                        name="orders_presale_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("penalty_fen__gte", 0), ("state", "defaulted")),
                            ("penalty_fen", 0),
                            _connector="OR",
                        ),
                        name="orders_presale_penalty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("late_rule", "return"),
                            models.Q(("kind", "earnest"), ("late_rule", "forfeit")),
                            _connector="OR",
                        ),
                        name="orders_presale_late_rule",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="orders_ledger_accounts",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="orders_payment_state",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="orders_paid_once",
        ),
        migrations.AddField(
            model_name="payment",
            name="part",
            field=models.CharField(
                choices=[("whole", "全款"), ("deposit", "定金"), ("balance", "尾款")],
                db_default="whole",
                default="whole",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="credit",
            field=models.CharField(
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
                    ("forfeited_deposits", "定金罚没收入"),
                    ("deposit_penalties", "定金违约支出"),
                    ("penalties_payable", "应付违约金"),
                    ("bank", "银行存款"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="debit",
            field=models.CharField(
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
                    ("forfeited_deposits", "定金罚没收入"),
                    ("deposit_penalties", "定金违约支出"),
                    ("penalties_payable", "应付违约金"),
                    ("bank", "银行存款"),
                ],
                max_length=24,
            ),
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
                    ("forfeit", "定金罚没"),
                    ("penalty", "应付违约金"),
                    ("pay_penalty", "支付违约金"),
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
        migrations.AlterField(
            model_name="order",
            name="close_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unpaid", "超时未付"),
                    ("cancelled", "买家取消"),
                    ("group_expired", "未成团"),
                    ("seller_default", "卖家违约"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("opened", "已发起"),
                    ("kept", "定金已收"),
                    ("paid", "已支付"),
                    ("forfeited", "定金不退"),
                    ("failed", "支付失败"),
                    ("refund_due", "待退款"),
                    ("refunded", "已退款"),
                ],
                default="opened",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
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
                            "forfeited_deposits",
                            "deposit_penalties",
                            "penalties_payable",
                            "bank",
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
                            "forfeited_deposits",
                            "deposit_penalties",
                            "penalties_payable",
                            "bank",
                        ],
                    ),
                    models.Q(("debit", models.F("credit")), _negated=True),
                ),
                name="orders_ledger_accounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["opened", "kept", "paid", "forfeited", "failed", "refund_due", "refunded"],
                    )
                ),
                name="orders_payment_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["paid", "kept", "forfeited"])),
                fields=("order", "part"),
                name="orders_part_paid_once",
            ),
        ),
        migrations.AddField(
            model_name="presale",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presale",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="presale",
            name="presale_offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="promotions.presaleoffer",
            ),
        ),
    ]
