from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0020_goods_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="seller_address",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="offer",
            name="seller_contact",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="offer",
            name="card",
            field=models.JSONField(default=dict),
        ),
    ]
