from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "kaibo.roster"
    label = "roster"
    verbose_name = "出镜名单"
