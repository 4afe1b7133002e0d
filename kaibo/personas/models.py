"""AI-made people, the consents they rest on, where they appear and who watches them there."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.personas.rules import (
    FACES,
    LABELS,
    NAME_CHARS_MAX,
    NUMBER_CHARS_MAX,
    PARTS,
    REMIND_EVERY_MIN,
    REMIND_EVERY_MIN_MAX,
    SCOPE_CHARS_MAX,
    VOICES,
)


class Persona(models.Model):
    """A person made by AI, with the number of its safety assessment."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_CHARS_MAX)
    face = models.CharField(max_length=8, choices=list(FACES.items()))
    voice = models.CharField(max_length=8, choices=list(VOICES.items()))
    assessment_no = models.CharField(max_length=NUMBER_CHARS_MAX, blank=True, default="")
    assessed_through = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """Somebody let their face or their voice be used; of the row only a withdrawal is written.

    ``giver_encrypted``: who they are; the paper is a picture, encrypted.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    persona = models.ForeignKey(Persona, PROTECT, related_name="consents")
    part = models.CharField(max_length=5, choices=[(part, zh) for part, (zh, _) in PARTS.items()])
    giver_encrypted = models.TextField()
    giver_masked = models.CharField(max_length=NAME_CHARS_MAX)
    for_live = models.BooleanField()
    for_clips = models.BooleanField()
    scope = models.CharField(max_length=SCOPE_CHARS_MAX)
    since_on = models.DateField()
    until_on = models.DateField()
    paper_encrypted = models.TextField()
    paper_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("since_on")), name="personas_consent_term"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.persona_id} {self.part} {self.until_on}"


class Casting(models.Model):
    """An AI person that appears in a show."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.ForeignKey("planning.Show", PROTECT, related_name="+")
    persona = models.ForeignKey(Persona, PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "persona"], name="personas_cast_once"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.persona_id}"


class Watch(models.Model):
    """Who is on duty for the AI people of a show, their last beat, and what it said of the label.

    ``off_since``: since when the label was not seen; empty while it is. ``is_lost``: that the
    beat was lost is on record.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.OneToOneField("planning.Show", PROTECT, related_name="+")
    remind_every_min = models.PositiveSmallIntegerField(default=REMIND_EVERY_MIN)
    officer = models.ForeignKey("access.Person", PROTECT, null=True, blank=True, related_name="+")
    on_since = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    label = models.CharField(max_length=7, blank=True, default="", choices=list(LABELS.items()))
    off_since = models.DateTimeField(null=True, blank=True)
    is_lost = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remind_every_min__range=(1, REMIND_EVERY_MIN_MAX)),
                name="personas_watch_reminds",
            ),
            models.CheckConstraint(
                condition=Q(officer=None, on_since=None)
                | Q(officer__isnull=False, on_since__isnull=False),
                name="personas_watch_officer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.officer_id}"
