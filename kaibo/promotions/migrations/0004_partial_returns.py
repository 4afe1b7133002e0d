"""Sold units may come back a few at a time; of those that came back, all did."""

from typing import Any

from django.db import migrations, models


def all_came_back(apps: Any, schema_editor: Any) -> None:
    """Until now units came back together."""
    for name in ("Taking", "Claim"):
        rows = apps.get_model("promotions", name).objects.filter(state="returned")
        rows.update(units_returned=models.F("units"))


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0003_promotion"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="units_returned",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="taking",
            name="units_returned",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("units_returned__lte", models.F("units"))),
                name="promotions_claim_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.CheckConstraint(
                condition=models.Q(("units_returned__lte", models.F("units"))),
                name="promotions_taking_returned",
            ),
        ),
        migrations.RunPython(all_came_back, migrations.RunPython.noop),
    ]
