from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "kaibo.notices"
    label = "notices"
    verbose_name = "通知与申诉"
