"""The writers of webhooks."""

from kaibo.hooks.actions.endpoints import (
    EndpointMade,
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    switch_endpoint,
)
from kaibo.hooks.actions.sending import (
    deliver_due,
    deliver_to,
    forget_deliveries,
    queue_fact,
    replay_delivery,
)

__all__ = [
    "EndpointMade",
    "add_endpoint",
    "change_endpoint",
    "deliver_due",
    "deliver_to",
    "forget_deliveries",
    "queue_fact",
    "remove_endpoint",
    "replay_delivery",
    "switch_endpoint",
]
