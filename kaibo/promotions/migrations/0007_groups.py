"""Group buys of links, and the units taken at their price."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("catalog", "0001_initial"),
        ("promotions", "0006_draws"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField(db_index=True)),
                ("link_no", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("price_fen", models.BigIntegerField()),
                ("leader_price_fen", models.BigIntegerField(null=True)),
                ("fill_s", models.PositiveIntegerField()),
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
                        related_name="group_offers",
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
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "ended"])),
                        name="promotions_group_offer_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per_buyer_max__gte", 1), ("price_fen__gt", 0), ("size__gte", 2)
                        ),
                        name="promotions_group_offer_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("leader_price_fen__isnull", True),
                            models.Q(
                                ("leader_price_fen__gt", 0),
                                ("leader_price_fen__lte", models.F("price_fen")),
                            ),
                            _connector="OR",
                        ),
                        name="promotions_group_leader_price",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("offer",),
                        name="promotions_one_group_offer",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="taking",
            name="group_offer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takings",
                to="promotions.groupoffer",
            ),
        ),
    ]
