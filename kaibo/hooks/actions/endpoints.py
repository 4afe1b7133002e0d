"""Where an organisation wants its facts."""

import base64
import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from kaibo.access.crypto import encrypt_text
from kaibo.base.actor import Actor
from kaibo.facts.hooks import EndpointAdded, EndpointChanged, EndpointSwitched
from kaibo.hooks import reads, rules
from kaibo.hooks.errors import NoSuchEndpoint, TooManyEndpoints
from kaibo.hooks.models import Endpoint
from kaibo.hooks.reads import EndpointView
from kaibo.hooks.rules import ENDPOINT, ENDPOINTS_MAX
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True)
class EndpointMade:
    """A new endpoint; ``secret`` signs what is sent there and is said this once."""

    endpoint: EndpointView
    secret: str


@transaction.atomic
def add_endpoint(*, url: str, kinds: Iterable[str], by: Actor, now: dt.datetime) -> EndpointMade:
    """Send facts that happen from now on to an address.

    Args:
        kinds: tags of facts; none means all, those of later versions too.

    Raises:
        EndpointUnusable, KindUnknown, BadInput, TooManyEndpoints: nothing was written.
    """
    address = rules.check_address(url)
    chosen = rules.check_kinds(kinds, known=reads.kinds())
    held = Endpoint.objects.filter(organisation_id=by.org_id).exclude(state="removed")
    if held.count() >= ENDPOINTS_MAX:
        raise TooManyEndpoints(most=ENDPOINTS_MAX)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    row = Endpoint.objects.create(
        organisation_id=by.org_id,
        url=address,
        kinds=chosen,
        secret_encrypted=encrypt_text(secret),
        created_at=now,
    )
    fact = EndpointAdded(endpoint_id=row.pk, kinds=chosen)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return EndpointMade(endpoint=reads.endpoint_view(row), secret=secret)


@transaction.atomic
def change_endpoint(
    *, endpoint_id: int, kinds: Iterable[str], by: Actor, now: dt.datetime
) -> EndpointView:
    """Send other kinds of fact from now on; what already waits is still sent.

    Raises:
        NoSuchEndpoint, KindUnknown: nothing was written.
    """
    chosen = rules.check_kinds(kinds, known=reads.kinds())
    row = lock_endpoint(endpoint_id, org_id=by.org_id)
    if row.kinds != chosen:
        row.kinds = chosen
        row.save(update_fields=["kinds"])
        fact = EndpointChanged(endpoint_id=row.pk, kinds=chosen)
        append(fact, at=now, org_id=by.org_id, actor=by)
    return reads.endpoint_view(row)


@transaction.atomic
def switch_endpoint(*, endpoint_id: int, on: bool, by: Actor, now: dt.datetime) -> EndpointView:
    """Switch an endpoint on or off. Safe to repeat.

    Off, no new fact is put down for it and nothing is sent; on again, what waits goes out.

    Raises:
        NoSuchEndpoint: none of this id in the organisation.
    """
    row = lock_endpoint(endpoint_id, org_id=by.org_id)
    verb = "switch_on" if on else "switch_off"
    if ENDPOINT.may(row.state, verb):
        move_endpoint(row, verb, by=by, now=now)
    return reads.endpoint_view(row)


@transaction.atomic
def remove_endpoint(*, endpoint_id: int, by: Actor, now: dt.datetime) -> None:
    """Send nothing there any more, and forget its address's secret.

    Raises:
        NoSuchEndpoint: none of this id in the organisation, or removed before.
    """
    row = lock_endpoint(endpoint_id, org_id=by.org_id)
    row.secret_encrypted = ""
    move_endpoint(row, "remove", by=by, now=now)


def lock_endpoint(endpoint_id: int, *, org_id: int) -> Endpoint:
    """The endpoint, for this transaction alone.

    Raises:
        NoSuchEndpoint: none of this id in the organisation.
    """
    rows = Endpoint.objects.select_for_update(no_key=True).exclude(state="removed")
    row = rows.filter(organisation_id=org_id, pk=endpoint_id).first()
    if row is None:
        raise NoSuchEndpoint(id=endpoint_id)
    return row


def move_endpoint(row: Endpoint, verb: str, *, by: Actor, now: dt.datetime) -> None:
    """Move it by its table and tell; the caller holds the lock."""
    row.state = ENDPOINT.after(row.state, verb)
    row.deaths = 0
    row.save()
    fact = EndpointSwitched(endpoint_id=row.pk, state=row.state)
    append(fact, at=now, org_id=row.organisation_id, actor=by)
