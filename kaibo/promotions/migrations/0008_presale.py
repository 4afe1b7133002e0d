"""Presales of links, and the units taken for a deposit."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("promotions", "0007_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="PresaleOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField(db_index=True)),
                ("link_no", models.PositiveIntegerField()),
                ("price_fen", models.BigIntegerField()),
                ("deposit_fen", models.BigIntegerField()),
                ("worth_fen", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("earnest", "定金"), ("advance", "订金")], max_length=8
                    ),
                ),
                (
                    "late_rule",
                    models.CharField(
                        choices=[("forfeit", "不退"), ("return", "退回")], max_length=8
                    ),
                ),
                ("balance_opens_at", models.DateTimeField()),
                ("balance_closes_at", models.DateTimeField()),
                ("ship_by", models.DateTimeField()),
                ("refund_deadline_days", models.PositiveIntegerField()),
                ("remind_s", models.PositiveIntegerField()),
                ("per_buyer_max", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "进行中"), ("ended", "已结束")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presales",
                        to="promotions.offer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "ended"])),
                        name="promotions_presale_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deposit_fen__gt", 0),
                            (
                                "price_fen__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("deposit_fen"), "*", models.Value(4)
                                    ),
                                    "+",
                                    models.F("worth_fen"),
                                ),
                            ),
                            ("worth_fen__gte", models.F("deposit_fen")),
                        ),
                        name="promotions_presale_deposit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("late_rule", "return"),
                            models.Q(("kind", "earnest"), ("late_rule", "forfeit")),
                            _connector="OR",
                        ),
                        name="promotions_presale_late_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refund_deadline_days__gte", 1)),
                        name="promotions_presale_deadline",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("offer",),
                        name="promotions_one_presale",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="taking",
            name="presale",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takings",
                to="promotions.presaleoffer",
            ),
        ),
    ]
