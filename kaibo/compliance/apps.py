from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "kaibo.compliance"
    label = "compliance"
    verbose_name = "合规"
