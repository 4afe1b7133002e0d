from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "kaibo.journal"
    label = "journal"
    verbose_name = "日志"
