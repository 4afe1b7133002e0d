"""Grades by day, who is on duty, who patrols which show, and every look."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.patrol.rules.duty import LOST, NOTE_CHARS_MAX, REASON_CHARS_MAX, STAFFING
from kaibo.patrol.rules.grades import LETTERS

LETTER_CHOICES = [(letter, letter) for letter in LETTERS]
RESULTS = {"nothing": "未发现", "found": "发现问题", "lapsed": "超时未签"}


class Terms(models.Model):
    """What an organisation set; its lock is the queue of shows that open."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    staffing = models.CharField(max_length=4, choices=list(STAFFING.items()), default="auto")
    rooms_per_moderator = models.PositiveIntegerField(default=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rooms_per_moderator__gte=1), name="patrol_rooms_per_moderator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.staffing}"


class Tally(models.Model):
    """How many people came to a show, counted once after its end."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.OneToOneField("planning.Show", PROTECT, related_name="+")
    visitors = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.show_id} {self.visitors}"


class Grade(models.Model):
    """The grade of a host's rooms for one day, with everything it was made of; never changed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey("hosts.Host", PROTECT, related_name="+")
    on = models.DateField()
    formula = models.PositiveIntegerField()
    inputs = models.JSONField()
    score = models.PositiveIntegerField()
    letter = models.CharField(max_length=1, choices=LETTER_CHOICES)
    size = models.PositiveIntegerField()
    is_large = models.BooleanField()
    before = models.CharField(max_length=1, choices=LETTER_CHOICES, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "on"], name="patrol_grade_once_a_day"),
            models.CheckConstraint(condition=Q(letter__in=LETTERS), name="patrol_grade_letter"),
        ]
        indexes = [models.Index(fields=["on"], name="patrol_grades_of_day")]

    def __str__(self) -> str:
        return f"{self.host_id} {self.on} {self.letter}"


class KeyMark(models.Model):
    """A person named a host's rooms key rooms; it stands while ``lifted_at`` is empty."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey("hosts.Host", PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    by_person = models.BigIntegerField()
    at = models.DateTimeField()
    lifted_reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True, default="")
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=Q(lifted_at=None), name="patrol_key_mark_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
                name="patrol_key_mark_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.reason}"


class Duty(models.Model):
    """One stretch of somebody at the wall. ``beat_at``: when they were last heard of."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    person_id = models.BigIntegerField()
    began_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    lapsed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person_id"],
                condition=Q(ended_at=None),
                name="patrol_on_duty_once",
            ),
            models.CheckConstraint(
                condition=Q(beat_at__gte=F("began_at")), name="patrol_beats_after_beginning"
            ),
        ]
        indexes = [
            # When somebody was last heard of is asked every second, for years of duties.
            models.Index(fields=["organisation", "person_id", "-beat_at"], name="patrol_last_heard")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at}"


class Post(models.Model):
    """Who patrols a show, and what it was graded when it opened.

    ``patroller_id`` is empty where nobody was named; ``key_whys`` where it is no key room.
    ``was_key``: it was one at some time. ``lost``: what was done because the patroller of a
    running key room is not heard of.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.OneToOneField("planning.Show", PROTECT, related_name="+")
    patroller_id = models.BigIntegerField(null=True)
    named_at = models.DateTimeField(null=True)
    letter = models.CharField(max_length=1, choices=LETTER_CHOICES, blank=True, default="")
    key_whys = models.JSONField(default=list)
    was_key = models.BooleanField(default=False)
    key_since = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)
    lost = models.CharField(max_length=5, choices=list(LOST.items()), blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lost__in=list(LOST)), name="patrol_lost_known"),
            models.CheckConstraint(
                condition=Q(patroller_id=None, named_at=None)
                | Q(patroller_id__isnull=False, named_at__isnull=False),
                name="patrol_named_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.letter} {self.patroller_id}"


class Look(models.Model):
    """Somebody looked at a room: when it began, how it was drawn, and what they signed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.ForeignKey("planning.Show", PROTECT, related_name="+")
    person_id = models.BigIntegerField()
    seed = models.CharField(max_length=64)
    chances = models.JSONField()
    began_at = models.DateTimeField()
    result = models.CharField(max_length=7, choices=list(RESULTS.items()), blank=True, default="")
    note = models.CharField(max_length=NOTE_CHARS_MAX, blank=True, default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person_id"],
                condition=Q(result=""),
                name="patrol_one_look_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(result="", signed_at=None)
                | Q(result__in=list(RESULTS), signed_at__isnull=False),
                name="patrol_look_signed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(result="found") | ~Q(note=""), name="patrol_found_says_what"
            ),
        ]
        indexes = [models.Index(fields=["show", "-id"], name="patrol_looks_of_show")]

    def __str__(self) -> str:
        return f"{self.show_id} {self.person_id} {self.result}"
