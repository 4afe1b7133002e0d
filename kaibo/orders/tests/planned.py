"""A show that its organisation planned, as the journal tells it."""

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.facts.planning import ShowPlanned
from kaibo.journal.actions import append
from kaibo.promotions.tests.shop import NOW, SHOW


def plan_show(by: Actor) -> None:
    """Tell that ``SHOW`` is one of this organisation's."""
    fact = ShowPlanned(
        code="show",
        campaign_id=None,
        host_id=1,
        title="",
        theme="",
        goal="",
        audience_card="",
        policy_text="",
        cover_url="",
        starts_at=NOW,
        planned_minutes=60,
        seller_digest="",
    )
    with transaction.atomic():
        append(fact, at=NOW, org_id=by.org_id, show_id=SHOW, actor=by)
