from django.apps import AppConfig


class PatrolConfig(AppConfig):
    name = "kaibo.patrol"
    label = "patrol"
    verbose_name = "巡查"
