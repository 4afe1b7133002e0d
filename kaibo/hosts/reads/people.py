"""What others may know of hosts; never the identity number or the date of birth."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

from kaibo.base.times import shop_day
from kaibo.hosts import rules
from kaibo.hosts.errors import NoSuchHost
from kaibo.hosts.models import Host
from kaibo.hosts.reads.standing import HostStanding, standings
from kaibo.hosts.rules import Age, Identity
from kaibo.hosts.rules.standing import Agreed, Trained


@dataclass(frozen=True, slots=True)
class HostView:
    """Somebody who appears, as colleagues see them.

    ``verified_through``: by the six months of the law, whatever the organisation has set.
    """

    id: int
    part: str
    name: str
    stage_name: str
    avatar_url: str
    person_id: int | None
    document: str
    id_number_masked: str
    verified_at: dt.datetime | None
    verified_by: int | None
    verification_method: str
    verified_through: dt.date | None
    refused_at: dt.datetime | None
    guardian_consent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class HostCard(HostView):
    """Somebody with today's standing.

    ``days_left``: until the verification runs out, 0 on its last day; None without one.
    """

    identity: Identity
    days_left: int | None
    age: Age
    portrait_id: int | None
    affiliation: str
    affiliation_name: str
    responsible_name: str
    agreement: Agreed
    training: Trained
    trained_through: dt.date | None


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


def host_ids_of(org_id: int, person_id: int) -> set[int]:
    """As which hosts a person who signs in appears."""
    rows = Host.objects.filter(organisation_id=org_id, person_id=person_id)
    return set(rows.values_list("pk", flat=True))


def standing(org_id: int, id: int, *, now: dt.datetime) -> HostStanding:
    """Whether somebody may appear today.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    row = _row(org_id, id)
    return standings(org_id, [row], now=now)[id]


def standings_of(org_id: int, ids: Collection[int], *, now: dt.datetime) -> dict[int, HostStanding]:
    """The same for several people of the organisation, by id."""
    return standings(org_id, Host.objects.filter(organisation_id=org_id, pk__in=ids), now=now)


def host_card(org_id: int, id: int, *, now: dt.datetime) -> HostCard:
    """One host with today's standing.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    row = _row(org_id, id)
    return _card(row, standings(org_id, [row], now=now)[id], now)


def host_cards(org_id: int, *, now: dt.datetime) -> list[HostCard]:
    """Everybody with today's standing, by stage name."""
    rows = list(Host.objects.filter(organisation_id=org_id).order_by("stage_name", "pk"))
    today = standings(org_id, rows, now=now)
    return [_card(row, today[row.pk], now) for row in rows]


def host_view(row: Host) -> HostView:
    """A row as a value, without what only the law may see."""
    return HostView(
        id=row.pk,
        part=row.part,
        name=row.name,
        stage_name=row.stage_name,
        avatar_url=row.avatar_url,
        person_id=row.person_id,
        document=row.document,
        id_number_masked=row.id_number_masked,
        verified_at=row.verified_at,
        verified_by=row.verified_by_id,
        verification_method=row.verification_method,
        verified_through=rules.valid_through(row.verified_at) if row.verified_at else None,
        refused_at=row.refused_at,
        guardian_consent_at=row.guardian_consent_at,
    )


def _card(row: Host, today: HostStanding, now: dt.datetime) -> HostCard:
    through, home = today.verified_through, today.affiliation
    fields = asdict(host_view(row)) | {"verified_through": through}
    return HostCard(
        **fields,
        identity=today.identity,
        days_left=(through - shop_day(now)).days if through else None,
        age=today.age,
        portrait_id=today.portrait_id,
        affiliation=home.kind if home else "",
        affiliation_name=home.party_name if home else "",
        responsible_name=home.responsible_name if home else "",
        agreement=today.agreement,
        training=today.training,
        trained_through=today.trained_through,
    )


def _row(org_id: int, id: int) -> Host:
    row = Host.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchHost(id=id)
    return row
