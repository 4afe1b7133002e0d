"""Who is asking, and what they may do."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie

from kaibo.access import rules
from kaibo.access.crypto import read_token
from kaibo.access.errors import PasswordMustChange, SignInNeeded
from kaibo.access.models import ApiKey, Membership, Organisation, Person
from kaibo.base.actor import Actor
from kaibo.base.errors import NotFound
from kaibo.base.inputs import clean_text

# A desk socket's ticket is fetched anew at every connection.
STAFF_TOKEN_AGE_S_MAX = 12 * 3600
REASON_HEADER: Final = "X-Kaibo-Reason"


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as pages show them."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as pages and rooms show it."""

    id: int
    name: str
    is_demo: bool
    seller_name: str
    seller_licence_no: str
    seller_address: str
    seller_contact: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is signed in, for which organisation, and what that allows."""

    person: PersonView
    org: OrganisationView
    roles: list[str]
    permissions: list[str]
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with an account of the desk; ``temporary_until``: a password that was reset."""

    id: int
    name: str
    username: str
    roles: list[str]
    is_active: bool
    is_staff: bool
    last_login: dt.datetime | None
    temporary_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StaffToken:
    """What a staff socket's ticket says."""

    actor: Actor
    show_id: int


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A program's key as the desk lists it; ``prefix`` is how its token begins."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    made_by: PersonView
    created_at: dt.datetime
    expires_at: dt.datetime | None
    used_on: dt.date | None
    revoked_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class KeySelf:
    """What a key is told of itself."""

    name: str
    organisation: str
    scopes: list[str]
    expires_at: dt.datetime | None


def organisation(org_id: int) -> OrganisationView:
    """One organisation; ``NotFound`` if there is none."""
    row = Organisation.objects.filter(pk=org_id).first()
    if row is None:
        raise NotFound(what="机构 organisation")
    return OrganisationView(
        id=row.pk,
        name=row.name,
        is_demo=row.is_demo,
        seller_name=row.seller_name,
        seller_licence_no=row.seller_licence_no,
        seller_address=row.seller_address,
        seller_contact=row.seller_contact,
    )


def organisation_coded(code: str) -> OrganisationView | None:
    """The organisation of a code, as public addresses name it; None if there is none."""
    found = Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    return None if found is None else organisation(found)


def organisation_code(org_id: int) -> str:
    """The code by which public addresses name an organisation."""
    return Organisation.objects.values_list("code", flat=True).get(pk=org_id)


def actor_of(person: Person) -> Actor | None:
    """The person as a doer for their organisation; None without any role."""
    memberships = list(Membership.objects.filter(person=person).order_by("id"))
    if not memberships:
        return None
    org_id = memberships[0].organisation_id
    roles = frozenset(m.role for m in memberships if m.organisation_id == org_id)
    return Actor("person", person.pk, org_id, roles)


def session_of(actor: Actor) -> SessionView:
    """What the desk needs to know of the signed-in person.

    ``must_change``: their password was set by somebody else and opens nothing yet.
    """
    person = Person.objects.get(pk=actor.id)
    return SessionView(
        person=PersonView(person.pk, person.name),
        org=organisation(actor.org_id),
        roles=sorted(actor.roles),
        permissions=sorted(rules.permissions_of(actor.roles)),
        must_change=person.temporary_until is not None,
    )


def api_keys(org_id: int) -> list[ApiKeyView]:
    """Every key of the organisation, revoked ones too, the newest first."""
    rows = ApiKey.objects.filter(organisation_id=org_id).select_related("made_by")
    return [api_key_view(row) for row in rows.order_by("-pk")]


def api_key_view(row: ApiKey) -> ApiKeyView:
    """A key's row as a value."""
    return ApiKeyView(
        id=row.pk,
        name=row.name,
        prefix=f"{rules.KEY_MARK}{row.prefix}",
        scopes=list(row.scopes),
        made_by=PersonView(row.made_by.pk, row.made_by.name),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_on=row.used_on,
        revoked_at=row.revoked_at,
    )


def key_self(by: Actor) -> KeySelf:
    """The key that asks."""
    assert by.kind == "key"
    row = ApiKey.objects.select_related("organisation").get(pk=by.id)
    return KeySelf(
        name=row.name,
        organisation=row.organisation.name,
        scopes=sorted(row.scopes),
        expires_at=row.expires_at,
    )


def people_of(org_id: int) -> list[Colleague]:
    """Everybody with a role in the organisation, by name."""
    roles: dict[int, list[str]] = {}
    for member in Membership.objects.filter(organisation_id=org_id).order_by("role"):
        roles.setdefault(member.person_id, []).append(member.role)
    return [
        Colleague(
            id=row.pk,
            name=row.name,
            username=row.username,
            roles=roles[row.pk],
            is_active=row.is_active,
            is_staff=row.is_staff,
            last_login=row.last_login,
            temporary_until=row.temporary_until,
        )
        for row in Person.objects.filter(pk__in=roles).order_by("name", "pk")
    ]


def people_names(ids: set[int]) -> dict[int, str]:
    """Names of people by id."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


def names_of_who_may(permission: str, *, org_id: int, but: int) -> list[str]:
    """Names of the people of an organisation who may do something, without one of them."""
    roles = [role for role in rules.ROLES if permission in rules.permissions_of(frozenset({role}))]
    held = Membership.objects.filter(organisation_id=org_id, role__in=roles)
    found = Person.objects.filter(is_active=True, pk__in=held.values("person")).exclude(pk=but)
    return list(found.order_by("pk").values_list("name", flat=True))


def is_colleague(org_id: int, person_id: int) -> bool:
    """Whether a person has a role in the organisation."""
    person = Person.objects.filter(pk=person_id)
    return Membership.objects.filter(organisation_id=org_id, person__in=person).exists()


def colleagues_who(org_id: int, permission: str) -> dict[int, str]:
    """Names by id of the people of an organisation who can sign in and may do this."""
    roles = {rules.MANAGEMENT, *rules.PERMISSIONS[permission]}
    rows = Membership.objects.filter(organisation_id=org_id, role__in=roles, person__is_active=True)
    return dict(rows.order_by("person__name").values_list("person_id", "person__name"))


def read_staff_token(token: str) -> StaffToken:
    """What a staff socket's ticket says; roles are read anew, so a removed role ends at once.

    Raises:
        TokenInvalid: forged, too old, or from before the person's password was set anew.
        SignInNeeded: the person was switched off or has no role any more.
    """
    values = read_token("staff", token, age_s_max=STAFF_TOKEN_AGE_S_MAX)
    person = Person.objects.filter(pk=values["person_id"], is_active=True).first()
    actor = actor_of(person) if person else None
    if person is None or actor is None:
        raise SignInNeeded
    if person.password_set_at is not None:
        # A ticket names its second only, so one of the same second still counts.
        since_s = int((timezone.now() - person.password_set_at).total_seconds()) + 1
        read_token("staff", token, age_s_max=min(since_s, STAFF_TOKEN_AGE_S_MAX))
    return StaffToken(actor=actor, show_id=values["show_id"])


class _Staff(APIKeyCookie):
    """Session cookie and CSRF header, then the permission; ``request.auth`` is the Actor."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: str | None) -> None:
        super().__init__(csrf=True)
        assert permission is None or permission in rules.PERMISSIONS
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            raise SignInNeeded
        assert isinstance(request.user, Person)
        actor = actor_of(request.user)
        if actor is None:
            raise SignInNeeded
        if self.permission is not None:
            # What opens nothing but its own change still signs out.
            if request.user.temporary_until is not None:
                raise PasswordMustChange
            rules.check_may(actor, self.permission)
        return replace(actor, reason=_reason_of(request))


def _reason_of(request: HttpRequest) -> str:
    """Why the person goes on in spite of a warning: percent-encoded, a header holds ASCII."""
    return clean_text("reason", unquote(request.headers.get(REASON_HEADER, "")), chars_max=200)


def staff(permission: str | None) -> _Staff:
    """Ninja ``auth=`` for a desk route: signed in, and holding the permission.

    ``None`` asks for a session only. Routes keep it on the router's operation, so that a test
    can walk every route with every role.
    """
    return _Staff(permission)


def caller(request: HttpRequest) -> Actor:
    """Who is asking on a route behind ``staff`` or behind a key."""
    actor = request.auth  # type: ignore[attr-defined]  # set by ninja's auth
    assert isinstance(actor, Actor)
    return actor
