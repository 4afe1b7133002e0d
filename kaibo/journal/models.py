"""Tables of the log. Rows are only ever added."""

from django.db import models


class Entry(models.Model):
    """One fact as it was told.

    ``xid`` is the number of the writing transaction on PostgreSQL and 0 on SQLite, whose
    writers queue anyway. Readers go by (xid, id): ids alone are not in commit order.
    """

    xid = models.BigIntegerField(default=0)
    organisation_id = models.BigIntegerField()
    show_id = models.BigIntegerField(null=True)
    tag = models.CharField(max_length=80)
    body = models.TextField()
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="journal_position"),
            models.Index(fields=["show_id", "xid", "id"], name="journal_show_position"),
        ]


class Cursor(models.Model):
    """How far a follower has come."""

    name = models.CharField(max_length=80, primary_key=True)
    xid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)


class Leaf(models.Model):
    """The place of one entry in its show's tree, fixed when it was sealed."""

    show_id = models.BigIntegerField()
    index = models.PositiveIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show_id", "index"], name="one_leaf_per_place"),
            models.UniqueConstraint(fields=["entry"], name="entry_sealed_once"),
        ]


class Head(models.Model):
    """A signed tree head: ``size`` leaves of a show fold to ``root``."""

    show_id = models.BigIntegerField()
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    peaks = models.JSONField()
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show_id", "size"], name="one_head_per_size"),
        ]
