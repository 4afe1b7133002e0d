from django.apps import AppConfig


class PreflightConfig(AppConfig):
    name = "kaibo.preflight"
    label = "preflight"
    verbose_name = "开播检查"
