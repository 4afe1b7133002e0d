"""What others may know of hosts; never the identity number or the date of birth."""

import datetime as dt
from dataclasses import asdict, dataclass

from kaibo.hosts import rules
from kaibo.hosts.errors import NoSuchHost
from kaibo.hosts.models import Host
from kaibo.hosts.rules import Age, Identity


@dataclass(frozen=True, slots=True)
class HostView:
    """A host as colleagues see them."""

    id: int
    name: str
    stage_name: str
    avatar_url: str
    person_id: int | None
    id_number_masked: str
    verified_at: dt.datetime | None
    verified_by: int | None
    verification_method: str
    verified_through: dt.date | None
    guardian_consent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class HostStanding:
    """Whether this host may stand before the camera today."""

    identity: Identity
    age: Age
    verified_through: dt.date | None


@dataclass(frozen=True, slots=True)
class HostCard(HostView):
    """A host with today's standing."""

    identity: Identity
    age: Age


def host(org_id: int, id: int) -> HostView:
    """One host.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    return host_view(_row(org_id, id))


def hosts(org_id: int) -> list[HostView]:
    """Every host, by stage name."""
    rows = Host.objects.filter(organisation_id=org_id).order_by("stage_name", "pk")
    return [host_view(row) for row in rows]


def identity_state(view: HostView, now: dt.datetime) -> Identity:
    """Whether the verification of a host's identity holds: six months, warned 30 days before."""
    return rules.identity_state(view.verified_at, now=now)


def standing(org_id: int, id: int, *, now: dt.datetime) -> HostStanding:
    """Whether a host may appear today, by identity and by age.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    return _standing(_row(org_id, id), now)


def host_card(org_id: int, id: int, *, now: dt.datetime) -> HostCard:
    """One host with today's standing.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    return _card(_row(org_id, id), now)


def host_cards(org_id: int, *, now: dt.datetime) -> list[HostCard]:
    """Every host with today's standing, by stage name."""
    rows = Host.objects.filter(organisation_id=org_id).order_by("stage_name", "pk")
    return [_card(row, now) for row in rows]


def host_view(row: Host) -> HostView:
    """A row as a value, without what only the law may see."""
    return HostView(
        id=row.pk,
        name=row.name,
        stage_name=row.stage_name,
        avatar_url=row.avatar_url,
        person_id=row.person_id,
        id_number_masked=row.id_number_masked,
        verified_at=row.verified_at,
        verified_by=row.verified_by_id,
        verification_method=row.verification_method,
        verified_through=rules.valid_through(row.verified_at) if row.verified_at else None,
        guardian_consent_at=row.guardian_consent_at,
    )


def _card(row: Host, now: dt.datetime) -> HostCard:
    today = _standing(row, now)
    return HostCard(**asdict(host_view(row)), identity=today.identity, age=today.age)


def _standing(row: Host, now: dt.datetime) -> HostStanding:
    return HostStanding(
        identity=rules.identity_state(row.verified_at, now=now),
        age=rules.age_state(row.born_on, has_consent=row.guardian_consent_at is not None, now=now),
        verified_through=rules.valid_through(row.verified_at) if row.verified_at else None,
    )


def _row(org_id: int, id: int) -> Host:
    row = Host.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchHost(id=id)
    return row
