"""What the desk may know of webhooks; the secret is shown once, when it is made."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.facts import registry
from kaibo.hooks.errors import NoSuchEndpoint
from kaibo.hooks.models import Delivery, Endpoint

DELIVERIES_SHOWN: Final = 50
# Facts of webhooks themselves are not sent: each would beget another.
NOT_SENT: Final = "hooks."


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint and how it fares; ``waiting`` and ``dead`` count deliveries."""

    id: int
    url: str
    kinds: list[str]
    state: str
    created_at: dt.datetime
    waiting: int
    dead: int
    last_arrived_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One fact on its way; ``last_error`` is a word for programs, "" when the server answered."""

    id: int
    entry_id: int
    tag: str
    state: str
    tries: int
    next_at: dt.datetime | None
    last_status: int | None
    last_error: str
    created_at: dt.datetime
    arrived_at: dt.datetime | None


def kinds() -> list[str]:
    """Every kind of fact that can be sent."""
    return sorted(tag for tag in registry.kinds() if not tag.startswith(NOT_SENT))


def endpoints(org_id: int) -> list[EndpointView]:
    """The endpoints of an organisation that were not removed, oldest first."""
    rows = Endpoint.objects.filter(organisation_id=org_id).exclude(state="removed")
    return [_view(row) for row in _counted(rows).order_by("pk")]


def endpoint(org_id: int, id: int) -> EndpointView:
    """One endpoint.

    Raises:
        NoSuchEndpoint: none of this id in the organisation.
    """
    row = Endpoint.objects.filter(organisation_id=org_id, pk=id).exclude(state="removed").first()
    if row is None:
        raise NoSuchEndpoint(id=id)
    return endpoint_view(row)


def deliveries(org_id: int, endpoint_id: int) -> list[DeliveryView]:
    """The newest deliveries to an endpoint, newest first.

    Raises:
        NoSuchEndpoint: none of this id in the organisation.
    """
    return [delivery_view(row) for row in _deliveries(org_id, endpoint_id)[:DELIVERIES_SHOWN]]


def every_delivery(org_id: int, endpoint_id: int) -> Iterator[DeliveryView]:
    """All that are on record, newest first.

    Raises:
        NoSuchEndpoint: none of this id in the organisation.
    """
    return map(delivery_view, _deliveries(org_id, endpoint_id).iterator(PIECE_ROWS))


def _deliveries(org_id: int, endpoint_id: int) -> "QuerySet[Delivery]":
    endpoint(org_id, endpoint_id)
    return Delivery.objects.filter(endpoint_id=endpoint_id).order_by("-pk")


def endpoint_view(row: Endpoint) -> EndpointView:
    """An endpoint's row as a value."""
    return _view(_counted(Endpoint.objects.filter(pk=row.pk)).get())


def _counted(rows: "QuerySet[Endpoint]") -> "QuerySet[Any]":
    """With what became of their deliveries, in the same query."""
    return rows.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state="waiting")),
        dead=Count("deliveries", filter=Q(deliveries__state="dead")),
        last=Max("deliveries__arrived_at", filter=Q(deliveries__state="arrived")),
    )


def _view(row: Any) -> EndpointView:
    return EndpointView(
        id=row.pk,
        url=row.url,
        kinds=list(row.kinds),
        state=row.state,
        created_at=row.created_at,
        waiting=row.waiting,
        dead=row.dead,
        last_arrived_at=row.last,
    )


def delivery_view(row: Delivery) -> DeliveryView:
    """A delivery's row as a value."""
    return DeliveryView(
        id=row.pk,
        entry_id=row.entry_id,
        tag=row.tag,
        state=row.state,
        tries=row.tries,
        next_at=row.next_at,
        last_status=row.last_status,
        last_error=row.last_error,
        created_at=row.created_at,
        arrived_at=row.arrived_at,
    )
