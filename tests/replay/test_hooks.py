"""Facts of webhooks replayed equal what is read of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.base.actor import Actor
from kaibo.facts import hooks as told
from kaibo.facts.base import Fact
from kaibo.hooks import actions
from kaibo.hooks.actions import sending
from kaibo.hooks.edge import Sent
from kaibo.hooks.models import Delivery, Endpoint
from kaibo.hooks.rules import DEATHS_MAX, TRIES_MAX
from kaibo.journal.reads import Entry, Position, last_position, read

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.EndpointAdded,
        told.EndpointChanged,
        told.EndpointSwitched,
        told.DeliveryDied,
        told.DeliveryReplayed,
    }
)


@dataclass
class Books:
    """What the facts alone say: each endpoint's kinds and state, and which deliveries are dead."""

    kinds: dict[int, list[str]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    dead: dict[int, int] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.EndpointAdded(endpoint_id=id) as added:
                self.kinds[id], self.states[id] = added.kinds, "on"
            case told.EndpointChanged(endpoint_id=id) as changed:
                self.kinds[id] = changed.kinds
            case told.EndpointSwitched(endpoint_id=id) as switched:
                self.states[id] = switched.state
            case told.DeliveryDied(delivery_id=id) as died:
                assert died.tries == TRIES_MAX
                self.dead[id] = died.entry_id
            case told.DeliveryReplayed(delivery_id=id):
                self.dead.pop(id, None)
            case _:
                raise AssertionError(f"no page for {entry.tag}")


def test_endpoints_and_dead_deliveries_replay() -> None:
    seller = SellerCard(name="", licence_no="", address="", contact="")
    org_id = create_organisation(code="ana", name="安", seller=seller, now=NOW)
    by = Actor("person", 1, org_id, frozenset({"technical"}))
    start = last_position()
    ids = [
        actions.add_endpoint(url=f"https://h.example/{n}", kinds=[], by=by, now=NOW).endpoint.id
        for n in range(3)
    ]
    actions.change_endpoint(endpoint_id=ids[1], kinds=["orders.order_paid.1"], by=by, now=NOW)
    for on in (False, False, True):
        actions.switch_endpoint(endpoint_id=ids[1], on=on, by=by, now=NOW)
    actions.remove_endpoint(endpoint_id=ids[2], by=by, now=NOW)
    rows = [_dies(ids[0], entry_id) for entry_id in range(1, DEATHS_MAX + 2)]
    actions.replay_delivery(delivery_id=rows[0], by=by, now=NOW)
    assert _since(start) == _as_read(ids)
    assert Endpoint.objects.get(pk=ids[0]).state == "paused"
    assert len(_as_read(ids).dead) == DEATHS_MAX


def _dies(endpoint_id: int, entry_id: int) -> int:
    row = Delivery.objects.create(
        endpoint_id=endpoint_id,
        entry_id=entry_id,
        tag="orders.order_paid.1",
        body="{}",
        next_at=NOW,
        created_at=NOW,
        tries=TRIES_MAX,
    )
    sending.note_try(row.pk, tries=TRIES_MAX, sent=Sent(500), now=NOW)
    return row.pk


def _as_read(ids: list[int]) -> Books:
    books = Books(dead=dict(Delivery.objects.filter(state="dead").values_list("pk", "entry_id")))
    for row in Endpoint.objects.filter(pk__in=ids):
        books.kinds[row.pk], books.states[row.pk] = row.kinds, row.state
    return books


def _since(start: Position) -> Books:
    books, entries = Books(), read(start, limit=1_000)
    for entry in entries:
        books.replay(entry)
    assert {type(entry.fact) for entry in entries} == FOLDED
    return books
