"""Tables of stream keys and of what came through them."""

from django.db import models

from kaibo.media.rules import SIGHTS, TROUBLES


class StreamKey(models.Model):
    """What an encoder shows to send the picture of one show.

    The secret is kept twice: as a keyed hash to check against, and encrypted so that the desk
    can show it again.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField("直播场次", db_index=True)
    room_code = models.CharField("房间号", max_length=32, db_index=True)
    secret_hash = models.CharField(max_length=64)
    secret_encrypted = models.TextField()
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("到期时间")
    ended_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = "推流码"
        constraints = [
            models.UniqueConstraint(
                fields=["show_id"],
                condition=models.Q(ended_at__isnull=True),
                name="one_stream_key_per_show",
            ),
            models.UniqueConstraint(
                fields=["room_code"],
                condition=models.Q(ended_at__isnull=True),
                name="one_stream_key_per_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_code} #{self.pk}"


class StreamSession(models.Model):
    """One connection of an encoder, from its first picture to its last byte."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    key = models.ForeignKey(StreamKey, models.PROTECT, related_name="+")
    show_id = models.BigIntegerField("直播场次", db_index=True)
    session_id = models.CharField(max_length=32, unique=True)
    began_at = models.DateTimeField("开始时间")
    over_at = models.DateTimeField("结束时间", null=True)
    reason = models.CharField("结束原因", max_length=20, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    has_sound = models.BooleanField()
    recording = models.CharField("录像目录", max_length=120, blank=True)
    received_bytes = models.BigIntegerField(default=0)
    recorded_ms = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "推流记录"
        constraints = [
            models.UniqueConstraint(
                fields=["show_id"],
                condition=models.Q(over_at__isnull=True),
                name="one_open_stream_per_show",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.began_at:%Y-%m-%d %H:%M:%S}"


class Sighting(models.Model):
    """A QR code, or words that a rule touches, that were seen in a picture, with that picture.

    The frame is a file in the folder of the recording, and is kept as long as that is; its name
    is empty when the disk did not take it.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    session = models.ForeignKey(StreamSession, models.PROTECT, related_name="+")
    show_id = models.BigIntegerField("直播场次", db_index=True)
    kind = models.CharField("种类", max_length=10, choices=[(one, one) for one in SIGHTS])
    text = models.TextField("内容")
    text_sha256 = models.CharField(max_length=64)
    is_own = models.BooleanField("本店")
    on_air = models.BooleanField("开播后")
    frame = models.CharField("画面", max_length=80, blank=True)
    frame_sha256 = models.CharField(max_length=64, blank=True)
    frame_bytes = models.PositiveIntegerField()
    seen_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = "画面所见"
        constraints = [
            models.UniqueConstraint(
                fields=["show_id", "kind", "text_sha256", "on_air"], name="seen_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=SIGHTS), name="sighting_known"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} #{self.pk}"


class PictureTrouble(models.Model):
    """Something is wrong with a picture: no violation, but the desk has to know."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    session = models.ForeignKey(StreamSession, models.PROTECT, related_name="+")
    show_id = models.BigIntegerField("直播场次", db_index=True)
    kind = models.CharField("情况", max_length=10, choices=[(one, one) for one in TROUBLES])
    began_at = models.DateTimeField("开始时间")
    over_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "画面异常"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind"],
                condition=models.Q(over_at__isnull=True),
                name="one_open_trouble_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=TROUBLES), name="picture_trouble_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.kind}"
