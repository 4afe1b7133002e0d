from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "kaibo.promises"
    label = "promises"
    verbose_name = "承诺台账"
