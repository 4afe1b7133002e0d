from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "kaibo.audience"
    label = "audience"
    verbose_name = "观众"
