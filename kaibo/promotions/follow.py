"""What other contexts tell that is a task of an invitation done, or undone."""

from kaibo.facts.audience import ViewerFollowed
from kaibo.facts.orders import OrderPaid, OrderRefundStarted
from kaibo.journal.reads import Entry
from kaibo.promotions import actions


def on_entry(entry: Entry) -> None:
    """Count an invitee at a follow or a paid order, uncount at a whole refund. Safe to repeat."""
    fact, org_id, at = entry.fact, entry.org_id, entry.at
    if isinstance(fact, ViewerFollowed):
        actions.count_invitees(task="follow", viewer_id=fact.viewer_id, org_id=org_id, at=at)
    elif isinstance(fact, OrderPaid):
        actions.count_invitees(
            task="order",
            viewer_id=fact.viewer_id,
            org_id=org_id,
            show_id=entry.show_id,
            order_no=fact.no,
            at=at,
        )
    elif isinstance(fact, OrderRefundStarted) and fact.is_all:
        actions.uncount_invitees(order_no=fact.no, org_id=org_id, at=at)
