from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "kaibo.agreements"
    label = "agreements"
    verbose_name = "规则与协议"
