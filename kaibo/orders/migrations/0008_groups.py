"""Groups of group buys and their members."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("orders", "0007_cart"),
        ("promotions", "0007_groups"),
    ]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="close_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unpaid", "超时未付"),
                    ("cancelled", "买家取消"),
                    ("group_expired", "未成团"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField()),
                ("link_no", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("held", models.PositiveIntegerField(default=0)),
                ("paid", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "拼团中"),
                            ("full", "已满员待付款"),
                            ("succeeded", "已成团"),
                            ("expired", "未成团退款中"),
                            ("refunded", "未成团已退款"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("fills_before", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "group_offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.groupoffer",
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
                "indexes": [
                    models.Index(fields=["show_id", "-id"], name="orders_group_of_show"),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "full", "expired"])),
                        fields=["fills_before"],
                        name="orders_group_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "full", "succeeded", "expired", "refunded"])
                        ),
                        name="orders_group_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "size__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("held"), "+", models.F("paid")
                                ),
                            )
                        ),
                        name="orders_group_not_oversold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "full"), _negated=True),
                            (
                                "size",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("held"), "+", models.F("paid")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="orders_group_full",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "succeeded"), _negated=True),
                            ("held", 0),
                            _connector="OR",
                        ),
                        name="orders_group_succeeded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("viewer_id", models.BigIntegerField()),
                ("is_leader", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("joined", "待付款"),
                            ("paid", "已付款"),
                            ("left", "未付款退出"),
                            ("refunded", "已退款"),
                        ],
                        default="joined",
                        max_length=10,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="orders.group",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["joined", "paid", "left", "refunded"])),
                        name="orders_member_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("joined", "paid"))),
                        fields=("group", "viewer_id"),
                        name="orders_member_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_leader", True)),
                        fields=("group",),
                        name="orders_one_leader",
                    ),
                ]
            },
        ),
    ]
