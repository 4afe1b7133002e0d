from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_paid_back_twice"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="by",
            field=models.CharField(
                choices=[("page", "页面"), ("qr", "二维码")],
                db_default="page",
                default="page",
                max_length=4,
            ),
        ),
    ]
