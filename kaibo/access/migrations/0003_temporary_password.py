from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="password_set_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="temporary_until",
            field=models.DateTimeField(null=True),
        ),
    ]
