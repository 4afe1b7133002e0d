import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("catalog", "0003_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("entries", models.JSONField(default=list)),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=32)),
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
                        fields=("organisation", "number"), name="catalog_list_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="catalog_list_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsJudgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject_kind",
                    models.CharField(
                        choices=[("product", "商品"), ("offer", "链接")], max_length=8
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("written", "登记"),
                            ("approved", "审核"),
                            ("held", "占用库存"),
                            ("shelved", "上架"),
                            ("on_air", "播出中复核"),
                        ],
                        max_length=8,
                    ),
                ),
                ("list_version", models.CharField(max_length=40)),
                ("entry", models.CharField(blank=True, default="", max_length=40)),
                ("matched", models.CharField(blank=True, default="", max_length=40)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=32)),
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
                    models.Index(fields=["organisation", "-id"], name="catalog_judgement_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ["written", "approved", "held", "shelved", "on_air"])
                        ),
                        name="catalog_judgement_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry", ""), ("matched", "")),
                            models.Q(
                                models.Q(("entry", ""), _negated=True),
                                models.Q(("matched", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="catalog_judgement_whole",
                    ),
                ],
            },
        ),
    ]
