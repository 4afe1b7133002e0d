from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "kaibo.insight"
    label = "insight"
    verbose_name = "数据"
