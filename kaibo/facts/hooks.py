"""What can happen to webhooks. They are never themselves sent."""

from kaibo.facts.base import Fact


class EndpointAdded(Fact, frozen=True, kw_only=True, tag="hooks.endpoint_added.1"):
    """Facts of these kinds (none named: of all) are sent to an address from now on."""

    endpoint_id: int
    kinds: list[str]


class EndpointChanged(Fact, frozen=True, kw_only=True, tag="hooks.endpoint_changed.1"):
    """Other kinds of fact are sent from now on."""

    endpoint_id: int
    kinds: list[str]


class EndpointSwitched(Fact, frozen=True, kw_only=True, tag="hooks.endpoint_switched.1"):
    """An endpoint was switched on or off, paused after failures, or removed."""

    endpoint_id: int
    state: str


class DeliveryDied(Fact, frozen=True, kw_only=True, tag="hooks.delivery_died.1"):
    """A fact was given up after the last try."""

    delivery_id: int
    endpoint_id: int
    entry_id: int
    tries: int


class DeliveryReplayed(Fact, frozen=True, kw_only=True, tag="hooks.delivery_replayed.1"):
    """Somebody asked for a fact to be sent anew."""

    delivery_id: int
    endpoint_id: int
    entry_id: int
