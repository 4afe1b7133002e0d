"""What can happen in hosts. Numbers, names and dates of birth never stand here."""

from kaibo.facts.base import Fact


class HostAdded(Fact, frozen=True, kw_only=True, tag="hosts.host_added.1"):
    """A host was written down; ``person_id`` is the account they sign in with, if any."""

    host_id: int
    person_id: int | None
    has_id_number: bool


class HostChanged(Fact, frozen=True, kw_only=True, tag="hosts.host_changed.1"):
    """What is written of a host changed; a new identity ends the verification."""

    host_id: int
    person_id: int | None
    has_id_number: bool
    identity_changed: bool


class HostVerified(Fact, frozen=True, kw_only=True, tag="hosts.host_verified.1"):
    """A host's document was read and is theirs."""

    host_id: int
    method: str


class HostIdentityRefused(Fact, frozen=True, kw_only=True, tag="hosts.host_identity_refused.1"):
    """A document was read and is not this host's."""

    host_id: int
    method: str


class GuardianConsented(Fact, frozen=True, kw_only=True, tag="hosts.guardian_consented.1"):
    """The guardian of a host of 16 or 17 agreed in writing."""

    host_id: int
