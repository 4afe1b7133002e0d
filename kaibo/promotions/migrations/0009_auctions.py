"""Auctions of links, their bids, and what was won."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("promotions", "0008_presale"),
    ]

    operations = [
        migrations.CreateModel(
            name="Auction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="auctions",
                        to="promotions.offer",
                    ),
                ),
                ("show_id", models.BigIntegerField(db_index=True)),
                ("link_no", models.PositiveIntegerField()),
                ("units", models.PositiveIntegerField()),
                ("start_fen", models.BigIntegerField()),
                ("step_fen", models.BigIntegerField()),
                ("reserve_fen", models.BigIntegerField(null=True)),
                ("buy_now_fen", models.BigIntegerField(null=True)),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("extend_within_s", models.PositiveIntegerField()),
                ("extend_by_s", models.PositiveIntegerField()),
                ("extend_max_s", models.PositiveIntegerField()),
                ("bids_per_buyer_max", models.PositiveIntegerField()),
                ("pay_within_s", models.PositiveIntegerField()),
                ("next_offers_max", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待开始"),
                            ("running", "竞价中"),
                            ("hammered", "已成交待付款"),
                            ("settled", "已完结"),
                            ("unsold", "未成交"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("ends_at", models.DateTimeField()),
                ("bids_count", models.PositiveIntegerField(default=0)),
                ("highest_fen", models.BigIntegerField(null=True)),
                ("last_bid_at", models.DateTimeField(null=True)),
                ("planned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "running",
                                    "hammered",
                                    "settled",
                                    "unsold",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="promotions_auction_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start_fen__gte", 1),
                            ("step_fen__gte", 1),
                            ("units__gte", 1),
                            models.Q(
                                ("reserve_fen__isnull", True),
                                ("reserve_fen__gte", models.F("start_fen")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("buy_now_fen__isnull", True),
                                models.Q(("buy_now_fen__gt", models.F("start_fen")), ("units", 1)),
                                _connector="OR",
                            ),
                        ),
                        name="promotions_auction_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_at__gt", models.F("opens_at")),
                            ("ends_at__gte", models.F("closes_at")),
                        ),
                        name="promotions_auction_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bids_count", 0), ("highest_fen__isnull", True)),
                            models.Q(
                                ("bids_count__gte", 1), ("highest_fen__gte", models.F("start_fen"))
                            ),
                            _connector="OR",
                        ),
                        name="promotions_auction_highest",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("planned", "running"))),
                        fields=("offer",),
                        name="promotions_one_auction_on_a_link",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Bid",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "auction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bids",
                        to="promotions.auction",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("viewer_id", models.BigIntegerField()),
                ("price_fen", models.BigIntegerField()),
                ("request_key", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("auction", "number"), name="promotions_bid_number"
                    ),
                    models.UniqueConstraint(
                        fields=("auction", "price_fen"), name="promotions_bid_price"
                    ),
                    models.UniqueConstraint(
                        fields=("auction", "viewer_id", "request_key"),
                        name="promotions_bid_key_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("price_fen__gte", 1)),
                        name="promotions_bid_positive",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="promotions_offer_units_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="promotions_offer_not_oversold",
        ),
        migrations.AddField(
            model_name="offer",
            name="units_set_aside",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("units_given__gte", 0),
                    ("units_held__gte", 0),
                    ("units_set_aside__gte", 0),
                    ("units_sold__gte", 0),
                ),
                name="promotions_offer_units_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "units_given__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("units_held"), "+", models.F("units_sold")
                            ),
                            "+",
                            models.F("units_set_aside"),
                        ),
                    )
                ),
                name="promotions_offer_not_oversold",
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="auction",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takings",
                to="promotions.auction",
            ),
        ),
        migrations.CreateModel(
            name="Win",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "auction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wins",
                        to="promotions.auction",
                    ),
                ),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.bid",
                    ),
                ),
                (
                    "taking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="win",
                        to="promotions.taking",
                    ),
                ),
                ("viewer_id", models.BigIntegerField(db_index=True)),
                ("price_fen", models.BigIntegerField()),
                ("turn", models.PositiveIntegerField()),
                ("won_at", models.DateTimeField()),
                ("pay_before", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "待下单"),
                            ("ordered", "已下单"),
                            ("paid", "已付款"),
                            ("lapsed", "逾期失效"),
                        ],
                        default="held",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["pay_before"],
                        name="promotions_win_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["held", "ordered", "paid", "lapsed"])),
                        name="promotions_win_state",
                    ),
                    models.UniqueConstraint(
                        fields=("auction", "viewer_id"), name="promotions_one_win_per_bidder"
                    ),
                ],
            },
        ),
    ]
