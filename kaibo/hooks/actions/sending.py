"""From fact to delivery to somebody's server, and what becomes of it."""

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import msgspec
import structlog
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from kaibo.access.crypto import decrypt_text
from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.hooks import DeliveryDied, DeliveryReplayed
from kaibo.hooks import edge, rules
from kaibo.hooks.actions.endpoints import lock_endpoint, move_endpoint
from kaibo.hooks.edge import Sent
from kaibo.hooks.errors import DeliveryNotDead, NoSuchDelivery
from kaibo.hooks.models import Delivery, Endpoint
from kaibo.hooks.reads import NOT_SENT, DeliveryView, delivery_view
from kaibo.hooks.rules import DEATHS_MAX, DELIVERY, ENDPOINT, KEPT
from kaibo.journal.actions import append
from kaibo.journal.reads import Entry

# Threads for all endpoints together, and of these at most so many for one organisation.
THREADS = 8
OF_ONE_ORGANISATION = 2
# An endpoint gets so many facts in one go, or as many as fit before the next one's turn.
AT_ONCE_MAX = 50
AT_ONCE_S = 5.0
# A try that is not noted by then was cut off with its process.
LEASE = dt.timedelta(seconds=60)

_log = structlog.get_logger(__name__)
_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="hooks")
_busy: dict[int, int] = {}
_guard = threading.Lock()


def queue_fact(entry: Entry) -> int:
    """Put a fact down for every endpoint that wants it. Safe to repeat; returns how many want it.

    The body is fixed here, so that every try and every replay says the same.
    """
    if entry.tag.startswith(NOT_SENT):
        return 0
    rows = Endpoint.objects.filter(
        organisation_id=entry.org_id, state__in=("on", "paused"), created_at__lte=entry.at
    )
    wanting = [row for row in rows if not row.kinds or entry.tag in row.kinds]
    if not wanting:
        return 0
    body = _body(entry)
    Delivery.objects.bulk_create(
        [
            Delivery(
                endpoint=row,
                entry_id=entry.id,
                tag=entry.tag,
                body=body,
                next_at=entry.at,
                created_at=entry.at,
            )
            for row in wanting
        ],
        ignore_conflicts=True,
    )
    return len(wanting)


def deliver_due(*, now: dt.datetime) -> int:
    """Begin sending what is due, on threads of its own, and return at once.

    An endpoint has one thread at a time, an organisation ``OF_ONE_ORGANISATION``: a slow server
    holds up its own facts, and those of no other organisation while a thread is free.

    Returns:
        How many endpoints were begun with.
    """
    waiting = Delivery.objects.filter(
        state="waiting", next_at__lte=now, endpoint__state="on"
    ).order_by("next_at")
    due = dict(waiting.values_list("endpoint_id", "endpoint__organisation_id")[:1_000])
    begun = 0
    for endpoint_id, org_id in due.items():
        with _guard:
            held = Counter(_busy.values())
            if endpoint_id in _busy or held[org_id] >= OF_ONE_ORGANISATION or len(_busy) >= THREADS:
                continue
            _busy[endpoint_id] = org_id
        _pool.submit(_on_thread, endpoint_id)
        begun += 1
    return begun


def _on_thread(endpoint_id: int) -> None:
    try:
        deliver_to(endpoint_id, now=timezone.now())
    except Exception:
        _log.exception("chore_failed", chore="deliver", endpoint=endpoint_id)
    finally:
        with _guard:
            _busy.pop(endpoint_id, None)
        connection.close()


def deliver_to(endpoint_id: int, *, now: dt.datetime) -> int:
    """Send an endpoint what is due, oldest first, outside any transaction; stop at a failure.

    Returns:
        How many arrived.
    """
    endpoint = Endpoint.objects.filter(pk=endpoint_id, state="on").first()
    if endpoint is None:
        return 0
    secret = decrypt_text(endpoint.secret_encrypted)
    due = Delivery.objects.filter(endpoint=endpoint, state="waiting", next_at__lte=now)
    began, arrived = timezone.now(), 0
    for delivery in list(due.order_by("entry_id")[:AT_ONCE_MAX]):
        # The number of the try is the token: of two workers one sends.
        mine = due.filter(pk=delivery.pk, tries=delivery.tries)
        if not mine.update(tries=delivery.tries + 1, next_at=now + LEASE):
            continue
        sent = edge.send(
            endpoint.url, body=delivery.body.encode(), headers=_signed(delivery, secret)
        )
        note_try(delivery.pk, tries=delivery.tries + 1, sent=sent, now=now)
        if not sent.arrived or (timezone.now() - began).total_seconds() > AT_ONCE_S:
            return arrived + sent.arrived
        arrived += 1
    return arrived


@transaction.atomic
def note_try(delivery_id: int, *, tries: int, sent: Sent, now: dt.datetime) -> None:
    """Write down what became of a try; a later try, or another's note, is left alone.

    After the last failure the delivery is dead, and after ``DEATHS_MAX`` in a row its endpoint
    is paused: what comes then waits until somebody switches it on.
    """
    found = Delivery.objects.select_related("endpoint").get(pk=delivery_id)
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=found.endpoint_id)
    row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if row.state != "waiting" or row.tries != tries:
        return
    row.last_status, row.last_error = sent.status, sent.error[:120]
    if sent.arrived:
        _move(row, "arrive", next_at=None)
        row.arrived_at = now
        endpoint.deaths = 0
    else:
        row.next_at = rules.next_try_at(tries, now)
        if row.next_at is None:
            _move(row, "give_up", next_at=None)
            endpoint.deaths += 1
    row.save()
    endpoint.save(update_fields=["deaths"])
    if row.state == "dead":
        _tell_death(row, endpoint, now=now)


def _tell_death(row: Delivery, endpoint: Endpoint, *, now: dt.datetime) -> None:
    by = SYSTEM(endpoint.organisation_id)
    fact = DeliveryDied(
        delivery_id=row.pk, endpoint_id=endpoint.pk, entry_id=row.entry_id, tries=row.tries
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    _log.warning("hook_died", endpoint=endpoint.pk, delivery=row.pk, tries=row.tries)
    if endpoint.deaths >= DEATHS_MAX and ENDPOINT.may(endpoint.state, "pause"):
        move_endpoint(endpoint, "pause", by=by, now=now)


@transaction.atomic
def replay_delivery(*, delivery_id: int, by: Actor, now: dt.datetime) -> DeliveryView:
    """Send a fact anew that arrived or was given up: the same id and body, all tries again.

    Raises:
        NoSuchDelivery: none of this id in the organisation.
        DeliveryNotDead: it is still being tried; nothing was written.
    """
    found = Delivery.objects.filter(pk=delivery_id, endpoint__organisation_id=by.org_id)
    found = found.exclude(endpoint__state="removed")
    endpoint_id = found.values_list("endpoint_id", flat=True).first()
    if endpoint_id is None:
        raise NoSuchDelivery(id=delivery_id)
    lock_endpoint(endpoint_id, org_id=by.org_id)
    row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if not DELIVERY.may(row.state, "replay"):
        raise DeliveryNotDead()
    _move(row, "replay", next_at=now)
    row.tries, row.arrived_at = 0, None
    row.save()
    fact = DeliveryReplayed(delivery_id=row.pk, endpoint_id=endpoint_id, entry_id=row.entry_id)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return delivery_view(row)


def forget_deliveries(*, now: dt.datetime) -> int:
    """Delete deliveries older than ``KEPT``, whatever became of them; the facts stay."""
    return Delivery.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _move(row: Delivery, verb: str, *, next_at: dt.datetime | None) -> None:
    row.state, row.next_at = DELIVERY.after(row.state, verb), next_at


def _signed(delivery: Delivery, secret: str) -> dict[str, str]:
    """The three headers of Standard Webhooks; the id is the fact's, so that it is known again."""
    at = timezone.now()
    id = f"fact_{delivery.entry_id}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "Kaibo-Hooks/1",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, at, delivery.body),
    }


def _body(entry: Entry) -> str:
    """The fact as published, with where and when it happened."""
    data = msgspec.to_builtins(entry.fact)
    data.pop("type", None)
    said = {
        "type": entry.tag,
        "timestamp": entry.at,
        "organisation_id": entry.org_id,
        "show_id": entry.show_id,
        "data": data,
    }
    return msgspec.json.encode(said).decode()
