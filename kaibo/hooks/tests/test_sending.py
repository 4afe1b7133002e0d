"""From a fact to somebody's server, with servers that misbehave."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from kaibo.access import actions as access
from kaibo.base.actor import Actor
from kaibo.hooks import actions, edge, reads
from kaibo.hooks.actions import sending
from kaibo.hooks.edge import Sent
from kaibo.hooks.errors import DeliveryNotDead, EndpointUnusable, NoSuchDelivery, NoSuchEndpoint
from kaibo.hooks.follow import on_entry
from kaibo.hooks.models import Delivery, Endpoint
from kaibo.hooks.rules import DEATHS_MAX, PAUSES_S, TRIES_MAX
from kaibo.hooks.tests.server import Receiver, receiver
from kaibo.journal.actions import follow
from kaibo.journal.models import Entry
from kaibo.journal.reads import read
from tests.safety.tables import everything

SELLER = access.SellerCard(name="", licence_no="", address="", contact="")
KIND = "access.person_joined.1"


@pytest.fixture
def near(settings: Any) -> None:
    """As an operator who lets webhooks go to this network."""
    settings.KAIBO_HOOKS_PRIVATE = True


@pytest.fixture
def by(db: None) -> Actor:
    return _shop("ana")


def _shop(code: str) -> Actor:
    now = timezone.now()
    org_id = access.create_organisation(code=code, name=code, seller=SELLER, now=now)
    return Actor("person", 1, org_id, frozenset({"technical"}))


def _happen(by: Actor, name: str = "chen") -> int:
    """Somebody joins: one fact; followed at once. Returns its id."""
    access.add_person(
        org_id=by.org_id,
        username=f"{name}-{by.org_id}",
        name=name,
        password="x",
        roles=["host"],
        now=timezone.now(),
    )
    while follow("hooks", on_entry):
        pass
    return Entry.objects.latest("id").pk


def _add(by: Actor, url: str, *kinds: str) -> actions.EndpointMade:
    return actions.add_endpoint(url=url, kinds=kinds, by=by, now=timezone.now())


def _try(endpoint_id: int, *, at: dt.datetime | None = None) -> Delivery:
    actions.deliver_to(endpoint_id, now=at or timezone.now())
    return Delivery.objects.filter(endpoint_id=endpoint_id).latest("pk")


def test_a_fact_arrives_signed_and_as_published(by: Actor, near: None) -> None:
    with receiver() as server:
        made = _add(by, server.url, KIND)
        entry_id = _happen(by)
        row = _try(made.endpoint.id)
    assert (row.state, row.tries, row.last_status, row.next_at) == ("arrived", 1, 200, None)
    ((headers, body),) = server.got
    assert Webhook(made.secret).verify(body, headers) == json.loads(body)
    assert headers["webhook-id"] == f"fact_{entry_id}"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    told = json.loads(body)
    assert set(told) == {"type", "timestamp", "organisation_id", "show_id", "data"}
    assert (told["type"], told["organisation_id"], told["show_id"]) == (KIND, by.org_id, None)
    assert told["data"]["roles"] == ["host"]
    assert "chen" not in body.decode()


def test_only_what_was_chosen_since_then_and_each_once(by: Actor) -> None:
    _happen(by, "before")
    chosen = _add(by, "https://h.example/a", KIND).endpoint.id
    everything_else = _add(by, "https://h.example/b").endpoint.id
    off = _add(by, "https://h.example/c").endpoint.id
    actions.switch_endpoint(endpoint_id=off, on=False, by=by, now=timezone.now())
    _happen(_shop("dai"), "elsewhere")
    entry_id = _happen(by)
    for entry in read(limit=1_000):
        on_entry(entry)  # the follower again from the start: nothing is put down twice
    found = Delivery.objects.values_list("endpoint_id", "entry_id", "tag")
    assert set(found) == {(chosen, entry_id, KIND), (everything_else, entry_id, KIND)}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("manner", "status", "error"),
    [(500, 500, ""), (302, 302, ""), (404, 404, ""), ("die", None, "RemoteDisconnected")],
)
def test_a_failure_is_tried_again_later(
    by: Actor, near: None, manner: Any, status: int | None, error: str
) -> None:
    with receiver(manner) as server:
        made = _add(by, server.url, KIND)
        _happen(by)
        now = timezone.now()
        row = _try(made.endpoint.id, at=now)
        assert (row.state, row.tries, row.last_status) == ("waiting", 1, status)
        assert row.last_error == error
        assert row.next_at == now + dt.timedelta(seconds=PAUSES_S[0])
        assert actions.deliver_to(made.endpoint.id, now=now) == 0, "not before its time"
        assert len(server.got) == 1, "a redirect is not followed"
        server.manner = 204
        row = _try(made.endpoint.id, at=row.next_at)
    assert (row.state, row.tries) == ("arrived", 2)
    assert server.got[0][1] == server.got[1][1]
    assert server.got[0][0]["webhook-id"] == server.got[1][0]["webhook-id"]


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_slow_server_is_given_up_in_time(
    manner: str, near: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that sends a byte now and then too: the whole answer has one end."""
    monkeypatch.setattr(edge, "ANSWER_S", 0.3)
    with receiver(manner) as server:
        began = time.monotonic()
        sent = edge.send(server.url, body=b"{}", headers={})
        assert 0.2 < time.monotonic() - began < 2
    assert (sent.status, sent.arrived) == (None, False)
    assert sent.error == "TimeoutError"


def test_an_endless_answer_is_cut_off(near: None) -> None:
    with receiver("flood") as server:
        sent = edge.send(server.url, body=b"{}", headers={})
    assert sent.arrived


def test_nobody_there(near: None) -> None:
    assert edge.send("http://127.0.0.1:9/", body=b"", headers={}).error == "ConnectionRefusedError"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"],
)
def test_no_connection_leads_inside(host: str) -> None:
    """However this machine is spelt, unless the operator allows it."""
    with receiver() as server:
        sent = edge.send(f"http://{host}:{server.port}/", body=b"", headers={})
        assert server.got == []
    assert sent.error in ("address_forbidden", "gaierror")


def test_a_name_is_resolved_once_and_all_its_addresses_are_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", (one, port)) for one in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    assert edge.send("https://twofaced.example/", body=b"", headers={}).error == "address_forbidden"
    assert asked == ["twofaced.example"]


def test_the_last_failure_is_a_death_and_it_can_be_replayed(by: Actor, near: None) -> None:
    with receiver(500) as server:
        made = _add(by, server.url, KIND)
        _happen(by)
        at: dt.datetime | None = timezone.now()
        for _ in range(TRIES_MAX):
            row = _try(made.endpoint.id, at=at)
            at = row.next_at
        assert (row.state, row.tries, row.next_at) == ("dead", TRIES_MAX, None)
        assert len(server.got) == TRIES_MAX
        assert Entry.objects.latest("id").tag == "hooks.delivery_died.1"
        assert reads.endpoint(by.org_id, made.endpoint.id).dead == 1
        server.manner = 200
        actions.replay_delivery(delivery_id=row.pk, by=by, now=timezone.now())
        row = _try(made.endpoint.id)
    assert (row.state, row.tries) == ("arrived", 1)
    assert server.got[-1][1] == server.got[0][1]


def test_deaths_in_a_row_pause_the_endpoint_and_nothing_is_lost(by: Actor, near: None) -> None:
    with receiver() as server:
        made = _add(by, server.url, KIND)
        for n in range(DEATHS_MAX):
            _happen(by, f"p{n}")
            row = Delivery.objects.latest("pk")
            Delivery.objects.filter(pk=row.pk).update(tries=TRIES_MAX)
            sending.note_try(row.pk, tries=TRIES_MAX, sent=Sent(None, "x"), now=timezone.now())
        assert reads.endpoint(by.org_id, made.endpoint.id).state == "paused"
        _happen(by, "late")
        assert actions.deliver_to(made.endpoint.id, now=timezone.now()) == 0
        assert server.got == []
        actions.switch_endpoint(endpoint_id=made.endpoint.id, on=True, by=by, now=timezone.now())
        assert actions.deliver_to(made.endpoint.id, now=timezone.now()) == 1
    assert Endpoint.objects.get().deaths == 0


def test_a_try_is_one_workers_and_a_late_note_changes_nothing(by: Actor) -> None:
    made = _add(by, "https://h.example/", KIND)
    _happen(by)
    row = Delivery.objects.get()
    Delivery.objects.update(tries=2)
    before = everything()
    sending.note_try(row.pk, tries=1, sent=Sent(200), now=timezone.now())
    assert everything() == before
    assert made.endpoint.waiting == 0


def test_refusals_write_nothing(by: Actor) -> None:
    made = _add(by, "https://h.example/", KIND)
    _happen(by)
    row, now = Delivery.objects.get(), timezone.now()
    stranger = _shop("dai")
    before = everything()
    tries: list[tuple[type[Exception], Callable[[], object]]] = [
        (EndpointUnusable, lambda: _add(by, "ftp://h.example/")),
        (DeliveryNotDead, lambda: actions.replay_delivery(delivery_id=row.pk, by=by, now=now)),
        (NoSuchDelivery, lambda: actions.replay_delivery(delivery_id=row.pk, by=stranger, now=now)),
        (
            NoSuchEndpoint,
            lambda: actions.remove_endpoint(endpoint_id=made.endpoint.id, by=stranger, now=now),
        ),
    ]
    for refusal, act in tries:
        with pytest.raises(refusal):
            act()
        assert everything() == before


def test_removed_is_forgotten_by_the_sender(by: Actor) -> None:
    made = _add(by, "https://h.example/", KIND)
    _happen(by)
    actions.remove_endpoint(endpoint_id=made.endpoint.id, by=by, now=timezone.now())
    assert reads.endpoints(by.org_id) == []
    assert Endpoint.objects.get().secret_encrypted == ""
    assert actions.deliver_to(made.endpoint.id, now=timezone.now()) == 0
    later = timezone.now() + dt.timedelta(days=31)
    assert actions.forget_deliveries(now=later) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_server_delays_no_other(near: None) -> None:
    """Two of one shop hang; the other shop's facts arrive meanwhile, and nobody waited."""
    ana, dai = _shop("ana"), _shop("dai")
    with receiver("hang") as slow, receiver() as quick:
        for _ in range(3):
            _add(ana, slow.url, KIND)
        _add(dai, quick.url, KIND)
        for shop in (ana, dai):
            _happen(shop)
        began = time.monotonic()
        assert actions.deliver_due(now=timezone.now()) == sending.OF_ONE_ORGANISATION + 1
        assert time.monotonic() - began < 1
        assert _soon(lambda: len(quick.got) == 1 and len(slow.got) == 2)
        assert actions.deliver_due(now=timezone.now()) == 0, "two of ana's hang, none is left over"
        assert _soon(lambda: Delivery.objects.filter(state="arrived").count() == 1)
        slow.free.set()
        assert _soon(lambda: not sending._busy)


def _soon(found: Callable[[], bool], receiver: Receiver | None = None) -> bool:
    ends = time.monotonic() + 5
    while not found() and time.monotonic() < ends:
        time.sleep(0.01)
    return found()
