from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "kaibo.planning"
    label = "planning"
    verbose_name = "策划"
