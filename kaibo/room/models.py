"""Tables of the room: what it says, what was said in it."""

from django.db import models


class RoomBoard(models.Model):
    """What the desk put on the screens of one show."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField(unique=True)
    explaining_link_no = models.PositiveIntegerField(null=True)
    explaining_since = models.DateTimeField(null=True)
    popped_link_no = models.PositiveIntegerField(null=True)
    notice = models.CharField(max_length=200, default="", blank=True)
    host_note = models.CharField(max_length=200, default="", blank=True)
    # Viewers were last warned of off-platform trade at this moment.
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(explaining_link_no__isnull=True, explaining_since__isnull=True)
                | models.Q(explaining_link_no__isnull=False, explaining_since__isnull=False),
                name="explaining_has_a_start",
            ),
        ]


class ChatMessage(models.Model):
    """One line of chat. ``viewer_id`` is 0 for staff, who are named by ``person_id``."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    nickname = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    text = models.CharField(max_length=200)
    reply_to = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=8)
    # The rule that hid or warned it, with the article it cites.
    rule_id = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["show_id", "id"], name="chat_of_show")]


class Mute(models.Model):
    """A viewer may not chat in this show until then."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show_id", "viewer_id"], name="one_mute_per_viewer"),
        ]


class Report(models.Model):
    """A viewer's report with the moment by which it must be answered."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    show_id = models.BigIntegerField(db_index=True)
    viewer_id = models.BigIntegerField()
    subject = models.CharField(max_length=8)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["show_id", "viewer_id", "subject", "subject_id"],
                condition=models.Q(state="open"),
                name="one_open_report_per_subject",
            ),
        ]


class SpentProof(models.Model):
    """A proof of work that opened the door once; forgotten when it could not any more."""

    nonce = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
