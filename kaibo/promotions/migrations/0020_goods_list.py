from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0019_award_waybills"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="goods_list",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
