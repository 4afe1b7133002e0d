"""What can happen to organisations and people."""

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
