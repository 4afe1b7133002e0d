import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0021_cards"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="places_given",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="offer",
            name="waiting",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="LinkPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("viewer_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "候补中"),
                            ("kept", "已留货待下单"),
                            ("ordered", "已下单"),
                            ("lapsed", "逾期未下单"),
                            ("left", "已退出"),
                            ("ended", "链接已下架"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("joined_at", models.DateTimeField()),
                ("pay_before", models.DateTimeField(null=True)),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line",
                        to="promotions.offer",
                    ),
                ),
                (
                    "taking",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.taking",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "kept")),
                        fields=["pay_before"],
                        name="promotions_link_place_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer", "number"), name="promotions_link_place_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "kept"))),
                        fields=("offer", "viewer_id"),
                        name="promotions_one_link_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "kept", "ordered", "lapsed", "left", "ended"])
                        ),
                        name="promotions_link_place_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waiting"), ("taking__isnull", True)),
                            models.Q(
                                ("state__in", ["kept", "ordered", "lapsed"]),
                                ("taking__isnull", False),
                            ),
                            ("state__in", ["left", "ended"]),
                            _connector="OR",
                        ),
                        name="promotions_link_place_has_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pay_before__isnull", True), ("taking__isnull", True)),
                            models.Q(("pay_before__isnull", False), ("taking__isnull", False)),
                            _connector="OR",
                        ),
                        name="promotions_link_place_has_end",
                    ),
                ],
            },
        ),
    ]
