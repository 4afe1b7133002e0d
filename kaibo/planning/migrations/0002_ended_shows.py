"""Shows that ended lately are asked for every minute, however many years of them there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="show",
            name="ended_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
    ]
