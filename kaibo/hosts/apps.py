from django.apps import AppConfig


class HostsConfig(AppConfig):
    name = "kaibo.hosts"
    label = "hosts"
    verbose_name = "主播"
