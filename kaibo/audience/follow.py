"""What earns or costs fans their points, heard from the journal."""

from kaibo.audience.actions import fans
from kaibo.facts.audience import ViewerFollowed, ViewerUnfollowed
from kaibo.facts.orders import OrderPaid, OrderRefundStarted
from kaibo.facts.planning import ShowEnded
from kaibo.journal.reads import Entry


def on_entry(entry: Entry) -> None:
    """Count follows, paid orders, refunds, and at the end of a show its minutes. Safe to repeat."""
    fact, org_id, at = entry.fact, entry.org_id, entry.at
    if isinstance(fact, ViewerFollowed | ViewerUnfollowed):
        fans.count_fan_follow(viewer_id=fact.viewer_id, org_id=org_id, now=at)
    elif isinstance(fact, OrderPaid):
        fans.count_fan_order(
            viewer_id=fact.viewer_id,
            order_no=fact.no,
            paid_fen=fact.total_fen,
            org_id=org_id,
            now=at,
        )
    elif isinstance(fact, OrderRefundStarted):
        fans.count_fan_refund(
            viewer_id=fact.viewer_id,
            order_no=fact.no,
            refunded_fen=fact.amount_fen,
            ref=str(entry.id),
            org_id=org_id,
            now=at,
        )
    elif isinstance(fact, ShowEnded) and entry.show_id is not None:
        fans.count_fan_watch(show_id=entry.show_id, org_id=org_id, now=at)
