"""What holds a room up becomes a row of its own, one of each cause."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RUNGS = [
    ("clear", "正常"),
    ("record", "记录"),
    ("popup", "弹窗提示"),
    ("warning", "违规警示"),
    ("limit", "限制"),
    ("pause", "暂停"),
    ("stop", "停播"),
]
# Until now only patrol held rooms.
REASON = "重点直播间无人巡查 a key room without its patroller"


def _carry_over(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    held = apps.get_model("compliance", "RoomRisk").objects.exclude(held_rung="clear")
    hold = apps.get_model("compliance", "RoomHold")
    for row in held:
        hold.objects.create(
            organisation_id=row.organisation_id,
            show_id=row.show_id,
            cause="hold",
            rung=row.held_rung,
            reason=REASON,
            since_at=row.since_at,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_api_keys"),
        ("compliance", "0008_rung_paused_by_system"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("show_id", models.BigIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("decision", "处置决定"),
                            ("hold", "无人巡查"),
                            ("system", "系统暂停"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rung", models.CharField(choices=RUNGS, max_length=8)),
                ("reason", models.CharField(max_length=200)),
                ("since_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation", "show_id", "cause"),
                        name="hold_of_cause_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ("decision", "hold", "system"))),
                        name="hold_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rung__in",
                                ["record", "popup", "warning", "limit", "pause", "stop"],
                            ),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="hold_has_rung_and_reason",
                    ),
                ],
            },
        ),
        migrations.RunPython(_carry_over, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="roomrisk", name="risk_held_rung_known"),
        migrations.RemoveField(model_name="roomrisk", name="held_rung"),
        migrations.RemoveIndex(model_name="roomrisk", name="risk_since"),
        migrations.AddIndex(
            model_name="roomrisk",
            index=models.Index(
                condition=models.Q(("rung__in", ["record", "popup", "warning", "limit"])),
                fields=["since_at"],
                name="risk_steps_down",
            ),
        ),
    ]
