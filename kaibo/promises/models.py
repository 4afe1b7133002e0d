"""What was said on air, what it promised beside what was configured, and what was corrected."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.promises.promised import KINDS
from kaibo.promises.rules.captions import LINE_CHARS_MAX
from kaibo.promises.rules.corrections import CORRECTION, WORDS_CHARS_MAX

HEARD_BY = [("speech", "语音识别"), ("typed", "人工录入"), ("captions", "字幕文件")]
SOURCES = [("speech", "口播"), ("chat", "评论"), ("notice", "公告"), ("picture", "画面")]
VERDICTS = [("agrees", "一致"), ("differs", "不一致"), ("unknown", "无法比对")]
CONFIGURED_CHARS_MAX = 500


class Utterance(models.Model):
    """A line that was said on air."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    source = models.CharField(max_length=8, choices=HEARD_BY)
    link_no = models.PositiveIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    text = models.CharField(max_length=LINE_CHARS_MAX)
    text_sha256 = models.CharField(max_length=64)
    heard_at = models.DateTimeField()
    heard_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["show_id", "began_at", "text_sha256"], name="promises_heard_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gte=models.F("began_at")), name="promises_said_forwards"
            ),
        ]
        indexes = [models.Index(fields=["show_id", "began_at"], name="promises_said_in_show")]

    def __str__(self) -> str:
        return self.text[:40]


class Promise(models.Model):
    """One row of the ledger: words beside the configuration of that second; never changed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    source = models.CharField(max_length=7, choices=SOURCES)
    source_id = models.BigIntegerField()
    said_at = models.DateTimeField()
    link_no = models.PositiveIntegerField(null=True)
    sku_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=7, choices=[(kind, kind) for kind in KINDS])
    words = models.CharField(max_length=WORDS_CHARS_MAX)
    configured_zh = models.CharField(max_length=CONFIGURED_CHARS_MAX)
    configured_en = models.CharField(max_length=CONFIGURED_CHARS_MAX)
    verdict = models.CharField(max_length=7, choices=VERDICTS)
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["show_id", "-id"], name="promises_of_show")]

    def __str__(self) -> str:
        return f"{self.kind} {self.words} {self.verdict}"


class Correction(models.Model):
    """One correction on air; its row is the queue of all who say, show and withdraw it.

    ``since_at``: the wrong words were said then; buyers from then until ``shown_at`` are told.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    promise = models.OneToOneField(Promise, PROTECT, null=True, related_name="correction")
    finding_id = models.BigIntegerField(null=True)
    link_no = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=7)
    severity = models.CharField(max_length=2)
    wrong = models.CharField(max_length=WORDS_CHARS_MAX)
    right_zh = models.CharField(max_length=CONFIGURED_CHARS_MAX)
    right_en = models.CharField(max_length=CONFIGURED_CHARS_MAX)
    state = models.CharField(max_length=9, choices=CORRECTION.choices, default="open")
    since_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    orders_told = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=WORDS_CHARS_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CORRECTION.names), name="promises_correction_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="made") | Q(shown_at__isnull=False, said_at__isnull=False),
                name="promises_correction_made",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(reason=""),
                name="promises_correction_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(promise__isnull=False, finding_id__isnull=True)
                | Q(promise__isnull=True, finding_id__isnull=False),
                name="promises_correction_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["show_id", "-id"], name="promises_corrections"),
            models.Index(
                fields=["due_at"], condition=Q(state="open"), name="promises_correction_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wrong} {self.state}"
