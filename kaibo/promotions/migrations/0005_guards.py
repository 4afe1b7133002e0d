"""The breaker, true prices, and changes with a second person."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("catalog", "0001_initial"),
        ("promotions", "0004_partial_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="paid_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="flashsale",
            name="agreed_off_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="flashsale",
            name="pace",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="flashsale",
            name="reference_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="flashsale",
            name="tripped_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="agreed_off_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="offer",
            name="pace",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="offer",
            name="reference_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="tripped_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="taking",
            name="paid_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField(db_index=True)),
                ("link_no", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("price", "price"),
                            ("units", "units"),
                            ("flash_sale", "flash_sale"),
                        ],
                        max_length=10,
                    ),
                ),
                ("terms", models.JSONField()),
                ("before", models.JSONField(default=dict)),
                ("dangers", models.JSONField(default=list)),
                ("is_dangerous", models.BooleanField(default=False)),
                ("off_fen", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待确认"),
                            ("made", "已生效"),
                            ("rejected", "已驳回"),
                            ("undone", "已撤销"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("request_key", models.CharField(max_length=64)),
                ("asked_by", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
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
                    "sale",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.flashsale",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "made", "rejected", "undone"])),
                        name="promotions_change_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["price", "units", "flash_sale"])),
                        name="promotions_change_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["made", "undone"]), _negated=True),
                            ("is_dangerous", False),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="promotions_change_two_people",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "request_key"), name="promotions_change_key_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuardSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("short_s", models.PositiveIntegerField()),
                ("short_off_fen_max", models.BigIntegerField()),
                ("long_s", models.PositiveIntegerField()),
                ("long_off_fen_max", models.BigIntegerField()),
                ("price_share_bp_min", models.PositiveIntegerField()),
                ("undo_s", models.PositiveIntegerField()),
                ("ask_lasts_s", models.PositiveIntegerField()),
                ("tag_days", models.PositiveIntegerField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("long_off_fen_max__gt", 0), ("short_off_fen_max__gt", 0)
                        ),
                        name="promotions_guard_limits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField()),
                ("link_no", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("tag", "划线价"), ("open", "开价"), ("flash", "秒杀价")],
                        max_length=5,
                    ),
                ),
                ("price_fen", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(
                        fields=["organisation", "sku", "since"], name="promotions_price_history"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price_fen__gt", 0)), name="promotions_price_set_price"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["tag", "open", "flash"])),
                        name="promotions_price_set_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField(db_index=True)),
                ("link_no", models.PositiveIntegerField()),
                ("window_s", models.PositiveIntegerField()),
                ("off_fen", models.BigIntegerField()),
                ("off_fen_max", models.BigIntegerField()),
                ("tripped_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("tripped", "已熔断"), ("asked", "待复核"), ("reset", "已恢复")],
                        default="tripped",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("asked_by", models.BigIntegerField(null=True)),
                ("reset_by", models.BigIntegerField(null=True)),
                ("reset_at", models.DateTimeField(null=True)),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trips",
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
                    "sale",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trips",
                        to="promotions.flashsale",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["tripped", "asked", "reset"])),
                        name="promotions_trip_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("off_fen__gt", models.F("off_fen_max"))),
                        name="promotions_trip_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reset"), _negated=True),
                            models.Q(
                                ("asked_by__isnull", False),
                                ("reset_by__isnull", False),
                                models.Q(("asked_by", models.F("reset_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="promotions_trip_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("sale__isnull", True), models.Q(("state", "reset"), _negated=True)
                        ),
                        fields=("offer",),
                        name="promotions_one_trip_of_a_link",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("sale__isnull", False), models.Q(("state", "reset"), _negated=True)
                        ),
                        fields=("sale",),
                        name="promotions_one_trip_of_a_sale",
                    ),
                ],
            },
        ),
    ]
