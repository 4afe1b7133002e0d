from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "kaibo.hooks"
    label = "hooks"
    verbose_name = "回调通知"
