from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "kaibo.room"
    label = "room"
    verbose_name = "直播间"
