from django.apps import AppConfig


class PersonasConfig(AppConfig):
    name = "kaibo.personas"
    label = "personas"
    verbose_name = "AI 人物"
