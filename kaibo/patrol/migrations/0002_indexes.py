"""What is asked every second or every minute is found, however many years lie behind it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patrol", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="grade",
            index=models.Index(fields=["on"], name="patrol_grades_of_day"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                fields=["organisation", "person_id", "-beat_at"], name="patrol_last_heard"
            ),
        ),
    ]
