"""Facts of organisations, people and viewers replayed equal what is read of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from kaibo.access import actions as access
from kaibo.access import reads as desks
from kaibo.access.errors import KeyExpiresTooSoon, NameTaken
from kaibo.access.models import Person
from kaibo.audience import actions as audience
from kaibo.audience import reads as rooms
from kaibo.audience.actions import accounts
from kaibo.audience.models import Account, Device, Follow, Viewer
from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import access as told
from kaibo.facts import audience as seen
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, last_position, read

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PASSWORD = "correct-horse"
NOBODY = access.SellerCard(name="", licence_no="", address="", contact="")

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.OrganisationCreated,
        told.PersonJoined,
        told.PersonSignedIn,
        told.PersonSignedOut,
        told.ApiKeyMade,
        told.ApiKeyRevoked,
        told.PasswordReset,
        told.PasswordChanged,
        seen.ViewerSeen,
        seen.AccountMade,
        seen.DeviceSignedIn,
        seen.DeviceSignedOut,
        seen.ViewerFollowed,
        seen.ViewerUnfollowed,
    }
)


@dataclass
class Books:
    """What the facts alone say of who there is.

    ``desks`` counts the sessions that each person opened and did not close; a session that
    times out tells nobody, so it is compared while all are young.
    """

    organisations: dict[int, bool] = field(default_factory=dict)
    people: dict[int, tuple[int, frozenset[str], dt.datetime]] = field(default_factory=dict)
    last_signed_in: dict[int, dt.datetime] = field(default_factory=dict)
    desks: Counter[int] = field(default_factory=Counter)
    keys: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    revoked: dict[int, dt.datetime] = field(default_factory=dict)
    temporary: dict[int, dt.datetime] = field(default_factory=dict)
    viewers: dict[int, tuple[int, dt.datetime]] = field(default_factory=dict)
    followers: dict[int, tuple[int, dt.datetime]] = field(default_factory=dict)
    accounts: dict[int, dt.datetime] = field(default_factory=dict)
    devices: dict[int, tuple[int, dt.datetime]] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.OrganisationCreated() as founded:
                assert founded.organisation_id == entry.org_id
                self.organisations[entry.org_id] = founded.is_demo
            case told.PersonJoined() as joined:
                self.people[joined.person_id] = (entry.org_id, frozenset(joined.roles), entry.at)
            case told.PersonSignedIn(person_id=person_id):
                self.desks[person_id] += 1
                self.last_signed_in[person_id] = entry.at
            case told.PersonSignedOut(person_id=person_id):
                self.desks[person_id] -= 1
            case told.ApiKeyMade(key_id=key_id) as made:
                self.keys[key_id] = (entry.org_id, made.scopes, made.expires_at, entry.at)
            case told.ApiKeyRevoked(key_id=key_id):
                self.revoked[key_id] = entry.at
            case seen.ViewerSeen(viewer_id=viewer_id):
                assert entry.actor == f"viewer:{viewer_id}"
                self.viewers[viewer_id] = (entry.org_id, entry.at)
            case seen.AccountMade(viewer_id=viewer_id):
                self.accounts[viewer_id] = entry.at
            case seen.DeviceSignedIn(device_id=device_id, viewer_id=viewer_id):
                self.devices[device_id] = viewer_id, entry.at
            case seen.DeviceSignedOut(device_id=device_id):
                del self.devices[device_id]
            case seen.ViewerFollowed(viewer_id=viewer_id):
                self.followers[viewer_id] = (entry.org_id, entry.at)
            case seen.ViewerUnfollowed(viewer_id=viewer_id):
                del self.followers[viewer_id]
            case told.PasswordReset(person_id=person_id, good_until=good_until):
                self.temporary[person_id] = good_until
            case told.PasswordChanged(person_id=person_id):
                self.temporary.pop(person_id, None)
            case _:
                raise AssertionError(f"no page for {entry.tag}")


def _as_read(org_ids: list[int]) -> Books:
    books = Books()
    for org_id in org_ids:
        books.organisations[org_id] = desks.organisation(org_id).is_demo
        for key in desks.api_keys(org_id):
            books.keys[key.id] = (org_id, key.scopes, key.expires_at, key.created_at)
            if key.revoked_at is not None:
                books.revoked[key.id] = key.revoked_at
        for row in Viewer.objects.filter(organisation_id=org_id):
            books.viewers[row.pk] = (org_id, row.created_at)
        for account in Account.objects.filter(organisation_id=org_id):
            books.accounts[account.viewer_id] = account.created_at
        for device in Device.objects.filter(organisation_id=org_id).select_related("account"):
            books.devices[device.pk] = device.account.viewer_id, device.since
        for viewer_id in rooms.followers(org_id):
            books.followers[viewer_id] = (org_id, Follow.objects.get(viewer_id=viewer_id).since)
        known = {id for id, (home, _) in books.viewers.items() if home == org_id}
        assert set(rooms.viewers(set(books.viewers), org_id=org_id)) == known
    for person in Person.objects.all():
        actor = desks.actor_of(person)
        assert actor is not None
        assert person.joined_at is not None
        books.people[person.pk] = (actor.org_id, actor.roles, person.joined_at)
        if person.temporary_until is not None:
            books.temporary[person.pk] = person.temporary_until
        if person.last_login is not None:
            books.last_signed_in[person.pk] = person.last_login
    for session in Session.objects.all():
        books.desks[int(session.get_decoded()["_auth_user_id"])] += 1
    return books


def _since(start: Any) -> tuple[Books, set[type[Fact]]]:
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    return books, {type(entry.fact) for entry in entries}


def _found(code: str, *, is_demo: bool = False) -> int:
    return access.create_organisation(code=code, name=code, seller=NOBODY, now=NOW, is_demo=is_demo)


def _join(org_id: int, username: str, *roles: str, now: dt.datetime = NOW) -> int:
    person: dict[str, Any] = {"username": username, "name": username, "password": PASSWORD}
    return access.add_person(org_id=org_id, **person, roles=roles, now=now).id


def _sign_in(username: str, password: str = PASSWORD) -> Client:
    client = Client()
    body = {"username": username, "password": password}
    client.post("/api/session", body, content_type="application/json")
    return client


def test_people_who_come_and_go_replay() -> None:
    """Two desks of one person, one of another, a wrong password, a taken name."""
    start = last_position()
    shop, demo = _found("ana"), _found("demo", is_demo=True)
    chen = _join(shop, "chen", "operations", "host", "operations")
    lin = _join(demo, "lin", "management", now=NOW + dt.timedelta(hours=1))
    with pytest.raises(NameTaken):
        _join(demo, "chen", "service")
    with time_machine.travel(NOW, tick=False) as clock:
        desk = _sign_in("chen")
        clock.shift(60)
        _sign_in("chen")
        _sign_in("chen", "wrong-horse")
        clock.shift(60)
        other = _sign_in("lin")
        assert desk.delete("/api/session").status_code == 204
        assert desk.delete("/api/session").status_code == 401
        books, kinds = _since(start)
        assert books == _as_read([shop, demo])
        assert books.people[chen][:2] == (shop, frozenset({"host", "operations"}))
        assert books.organisations == {shop: False, demo: True}
        assert books.last_signed_in[chen] == NOW + dt.timedelta(seconds=60)
        assert books.desks == Counter({chen: 1, lin: 1})
        _keys_come_and_go(demo, lin)
        _passwords_come_and_go(demo, lin)
        books, kinds = _since(start)
        assert len(books.keys) == 2
        assert len(books.revoked) == 1
        other.delete("/api/session")
        assert _since(start)[0] == _as_read([shop, demo])
    assert kinds == {k for k in FOLDED if k.__module__ == told.__name__}


def _passwords_come_and_go(org_id: int, person_id: int) -> None:
    """One colleague changes what was reset, another has not yet."""
    by = Actor("person", person_id, org_id, frozenset({"management"}))
    for name in ("gao", "he"):
        made = access.reset_password(person_id=_join(org_id, name, "host"), by=by, now=NOW)
        if name == "gao":
            body = {"old": made.password, "new": "quite-another-horse"}
            client = _sign_in("gao", made.password)
            client.post("/api/session/password", body, content_type="application/json")


def _keys_come_and_go(org_id: int, person_id: int) -> None:
    """One key for ever, one that is revoked twice, and one that is refused."""
    by = Actor("person", person_id, org_id, frozenset({"management"}))
    access.make_key(name="仓库", scopes=["catalog.read", "catalog.edit"], by=by, now=NOW)
    ends = NOW + dt.timedelta(days=30)
    made = access.make_key(name="财务", scopes=["orders.read"], by=by, now=NOW, expires_at=ends)
    with pytest.raises(KeyExpiresTooSoon):
        access.make_key(name="昨日", scopes=[], by=by, now=NOW, expires_at=NOW)
    for minutes in (1, 2):
        later = NOW + dt.timedelta(minutes=minutes)
        access.revoke_key(key_id=made.key.id, by=by, now=later)


def _visits(chance: Random, org_ids: list[int], *, now: dt.datetime) -> Callable[[], object]:
    """Somebody does something, sometimes what cannot be done."""
    org_id, number = chance.choice(org_ids), chance.randrange(6)
    device = f"device-{number}-of-somebody" if number else "short"
    name = chance.choice(["", "阿宁", "很长的名字" * 5])
    enter = partial(audience.enter, org_id=org_id, device=device, nickname=name, now=now)
    ids = list(Viewer.objects.values_list("pk", flat=True))
    if not ids or chance.random() < 0.4:
        return enter
    if chance.random() < 0.5:
        return _signs(chance, org_id, device, ids, now=now)
    verb = chance.choice([audience.follow, audience.unfollow])
    return partial(verb, org_id=org_id, viewer_id=chance.choice(ids), now=now)


def _signs(
    chance: Random, org_id: int, device: str, ids: list[int], *, now: dt.datetime
) -> Callable[[], object]:
    """An account is made, signed in or signed out."""
    login = f"1380000000{chance.randrange(3)}"
    said = {"login": login, "password": PASSWORD}
    acts: list[Callable[[], object]] = [
        partial(
            accounts.make_account,
            org_id=org_id,
            viewer_id=chance.choice(ids),
            now=now,
            **said,
        ),
        partial(accounts.sign_in, org_id=org_id, device=device, now=now, **said),
        partial(accounts.sign_in, org_id=org_id, device=device, now=now, **said),
        partial(accounts.sign_out, org_id=org_id, device=device, now=now),
    ]
    return chance.choice(acts)


@pytest.mark.parametrize("seed", range(4))
def test_viewers_replay_after_any_history(seed: int) -> None:
    chance, start = Random(seed), last_position()
    org_ids = [_found("ana"), _found("dai")]
    refused = 0
    for step in range(200):
        try:
            _visits(chance, org_ids, now=NOW + dt.timedelta(seconds=step))()
        except (Refusal, Viewer.DoesNotExist):
            refused += 1
    books, kinds = _since(start)
    assert books == _as_read(org_ids)
    assert 5 < len(books.viewers) <= 10, "five devices at two shops; a name makes no viewer"
    assert books.followers
    assert books.accounts
    assert refused > 20
    assert kinds >= {k for k in FOLDED if k.__module__ == seen.__name__}
