"""What can happen to organisations and people."""

import datetime as dt

from kaibo.facts.base import Fact


class OrganisationCreated(Fact, frozen=True, kw_only=True, tag="access.organisation_created.1"):
    """An organisation exists from now on."""

    organisation_id: int
    is_demo: bool


class PersonJoined(Fact, frozen=True, kw_only=True, tag="access.person_joined.1"):
    """A person may act for the organisation in these roles."""

    person_id: int
    roles: list[str]


class PersonSignedIn(Fact, frozen=True, kw_only=True, tag="access.person_signed_in.1"):
    """A person opened a session."""

    person_id: int


class PersonSignedOut(Fact, frozen=True, kw_only=True, tag="access.person_signed_out.1"):
    """A person closed a session."""

    person_id: int


class ApiKeyMade(Fact, frozen=True, kw_only=True, tag="access.api_key_made.1"):
    """A program may act for the organisation within these scopes, until then or until revoked."""

    key_id: int
    scopes: list[str]
    expires_at: dt.datetime | None


class ApiKeyRevoked(Fact, frozen=True, kw_only=True, tag="access.api_key_revoked.1"):
    """A key opens nothing any more."""

    key_id: int


class PasswordReset(Fact, frozen=True, kw_only=True, tag="access.password_reset.1"):
    """A colleague gave a person a temporary password, good until then; all sessions ended."""

    person_id: int
    good_until: dt.datetime


class PasswordChanged(Fact, frozen=True, kw_only=True, tag="access.password_changed.1"):
    """A person set a password of their own; their other sessions ended."""

    person_id: int
