from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "kaibo.evidence"
    label = "evidence"
    verbose_name = "证据"
