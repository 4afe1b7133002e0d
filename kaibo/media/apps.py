from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "kaibo.media"
    label = "media"
    verbose_name = "画面与推流"
