"""The cart: what a buyer put aside to order, with nothing held."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("orders", "0005_parcels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField()),
                ("viewer_id", models.BigIntegerField()),
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
                    models.UniqueConstraint(
                        fields=("viewer_id", "show_id"), name="orders_cart_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="CartLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("link_no", models.PositiveIntegerField()),
                ("units", models.PositiveIntegerField()),
                ("seen_fen", models.BigIntegerField(null=True)),
                ("put_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.cart",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cart", "link_no"), name="orders_cart_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("units__gte", 1), ("units__lte", 9999)),
                        name="orders_cart_units",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen_fen__isnull", True), ("seen_fen__gt", 0), _connector="OR"
                        ),
                        name="orders_cart_seen",
                    ),
                ]
            },
        ),
    ]
