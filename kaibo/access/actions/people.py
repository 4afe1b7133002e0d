"""Writers of organisations, people and sessions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from kaibo.access.crypto import sign_token
from kaibo.access.errors import LockedOut, NameTaken, SignInRefused
from kaibo.access.models import Membership, Organisation, Person
from kaibo.access.reads import actor_of
from kaibo.access.rules import ROLES
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.access import OrganisationCreated, PersonJoined, PersonSignedIn, PersonSignedOut
from kaibo.journal.actions import append

# As settings.AXES_COOLOFF_TIME; said to the person.
LOCK_OUT_MINUTES = 15
USERNAME_CHARS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerCard:
    """The actual seller as rooms must show them (直播电商监督管理办法 art. 26)."""

    name: str
    licence_no: str
    address: str
    contact: str


@transaction.atomic
def create_organisation(
    *, code: str, name: str, seller: SellerCard, now: dt.datetime, is_demo: bool = False
) -> int:
    """Found an organisation; returns its id."""
    row = Organisation.objects.create(
        code=code,
        name=name,
        is_demo=is_demo,
        seller_name=seller.name,
        seller_licence_no=seller.licence_no,
        seller_address=seller.address,
        seller_contact=seller.contact,
        created_at=now,
    )
    fact = OrganisationCreated(organisation_id=row.pk, is_demo=is_demo)
    append(fact, at=now, org_id=row.pk, actor=SYSTEM(row.pk))
    return row.pk


@transaction.atomic
def add_person(
    *,
    org_id: int,
    username: str,
    name: str,
    password: str,
    roles: Iterable[str],
    now: dt.datetime,
    is_superuser: bool = False,
) -> Actor:
    """Give a person an account and their roles in an organisation.

    Raises:
        NameTaken: nothing was written.
    """
    chosen = sorted(set(roles))
    assert chosen, "a person has at least one role"
    assert set(chosen) <= set(ROLES), f"unknown role in {chosen}"
    if Person.objects.filter(username=username).exists():
        raise NameTaken(username=username)
    person = Person.objects.create(
        username=username,
        name=name,
        password=make_password(password),
        joined_at=now,
        is_staff=is_superuser,
        is_superuser=is_superuser,
    )
    Membership.objects.bulk_create(
        Membership(person=person, organisation_id=org_id, role=role) for role in chosen
    )
    fact = PersonJoined(person_id=person.pk, roles=chosen)
    append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))
    return Actor("person", person.pk, org_id, frozenset(chosen))


def sign_in(request: HttpRequest, *, username: str, password: str, now: dt.datetime) -> Actor:
    """Open a session.

    Raises:
        LockedOut: too many wrong passwords (R-113); counted per account and address.
        SignInRefused: name or password wrong, a temporary one over, or no role anywhere.
        TextUnreadable, TextTooLong: nobody has such a name; nothing was counted.
    """
    username = clean_text("username", username, chars_max=USERNAME_CHARS_MAX)
    credentials = {"username": username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise LockedOut(minutes=LOCK_OUT_MINUTES)
    person = authenticate(request, username=username, password=password)
    if isinstance(person, Person) and _is_over(person, now=now):
        raise SignInRefused
    if person is None and not AxesProxyHandler.is_allowed(request, credentials):
        raise LockedOut(minutes=LOCK_OUT_MINUTES)
    actor = actor_of(person) if isinstance(person, Person) else None
    if person is None or actor is None:
        raise SignInRefused
    with transaction.atomic():
        login(request, person)
        fact = PersonSignedIn(person_id=actor.id)
        append(fact, at=now, org_id=actor.org_id, actor=actor)
    return actor


@transaction.atomic
def sign_out(request: HttpRequest, *, by: Actor, now: dt.datetime) -> None:
    """Close the session."""
    append(PersonSignedOut(person_id=by.id), at=now, org_id=by.org_id, actor=by)
    logout(request)


def lock_organisation(org_id: int) -> None:
    """Let writers of what an organisation has one of follow one another."""
    assert transaction.get_connection().in_atomic_block
    Organisation.objects.select_for_update(no_key=True).get(pk=org_id)


def issue_staff_token(actor: Actor, show_id: int) -> str:
    """A ticket for a staff socket of one show."""
    return sign_token("staff", {"person_id": actor.id, "show_id": show_id})


def _is_over(person: Person, *, now: dt.datetime) -> bool:
    return person.temporary_until is not None and person.temporary_until <= now
