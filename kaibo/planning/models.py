"""Campaigns, shows, and the lines of the run of show."""

from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from kaibo.base.inputs import URL_CHARS_MAX
from kaibo.planning.rules import TEXT_MAX

STATES = [("draft", "筹备"), ("live", "直播中"), ("ended", "已结束")]


class Campaign(models.Model):
    """Several shows with one aim and one budget."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    goal = models.CharField(max_length=500, blank=True, default="")
    budget_fen = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Show(models.Model):
    """One live show, from plan to record. ``code`` is the room's public address."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, PROTECT, null=True, blank=True, related_name="shows")
    host = models.ForeignKey("hosts.Host", PROTECT, related_name="+")
    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=80)
    theme = models.CharField(max_length=200, blank=True, default="")
    goal = models.CharField(max_length=500, blank=True, default="")
    audience_card = models.TextField(max_length=2_000, blank=True, default="")
    policy_text = models.TextField(max_length=2_000, blank=True, default="")
    cover_url = models.CharField(max_length=URL_CHARS_MAX, blank=True, default="")
    starts_at = models.DateTimeField(db_index=True)
    planned_minutes = models.PositiveIntegerField()
    seller_name = models.CharField(max_length=120, blank=True, default="")
    seller_licence_no = models.CharField(max_length=40, blank=True, default="")
    seller_address = models.CharField(max_length=200, blank=True, default="")
    seller_contact = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=5, choices=STATES, default="draft", db_index=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", started_at=None, ended_at=None)
                | Q(state="live", started_at__isnull=False, ended_at=None)
                | Q(state="ended", started_at__isnull=False, ended_at__isnull=False),
                name="planning_show_state_and_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RunItem(models.Model):
    """One line of the run of show; ``position`` counts from 1."""

    show = models.ForeignKey(Show, CASCADE, related_name="items")
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    link_no = models.PositiveIntegerField()
    role = models.CharField(max_length=TEXT_MAX["role"], blank=True, default="")
    starts_minute = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    day_price_fen = models.BigIntegerField(default=0)
    price_basis = models.CharField(max_length=TEXT_MAX["price_basis"], blank=True, default="")
    units_planned = models.PositiveIntegerField(default=0)
    first_batch_units = models.PositiveIntegerField(default=0)
    buffer_units = models.PositiveIntegerField(default=0)
    per_buyer_max = models.PositiveIntegerField(default=0)
    mechanism = models.CharField(max_length=TEXT_MAX["mechanism"], blank=True, default="")
    selling_points = models.JSONField(default=list)
    benefit = models.CharField(max_length=TEXT_MAX["benefit"], blank=True, default="")
    script_text = models.TextField(max_length=TEXT_MAX["script_text"], blank=True, default="")
    banned_note = models.CharField(max_length=TEXT_MAX["banned_note"], blank=True, default="")
    host_note = models.CharField(max_length=TEXT_MAX["host_note"], blank=True, default="")
    desk_action = models.CharField(max_length=TEXT_MAX["desk_action"], blank=True, default="")
    opens_with_pop = models.BooleanField(default=False)
    extras = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["show", "link_no"], name="planning_link_no_once_a_show"
            ),
            models.CheckConstraint(
                condition=Q(price_fen__gte=0, day_price_fen__gte=0),
                name="planning_run_item_prices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no}"
