"""Whether people may appear today: identity, age, affiliation, agreement, training."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kaibo.base.times import shop_day
from kaibo.hosts import rules
from kaibo.hosts.models import Affiliation, Edition, Host, Paper, Proof, Terms
from kaibo.hosts.rules import Age, Identity
from kaibo.hosts.rules.standing import (
    Agreed,
    IdentityTerms,
    Published,
    Trained,
    agreement_state,
    holds_on,
    trained_through,
    training_state,
)


@dataclass(frozen=True, slots=True)
class AffiliationView:
    """Where somebody belongs, from a day on."""

    id: int
    kind: str
    party_name: str
    party_code: str
    responsible_name: str
    responsible_code: str
    since_on: dt.date
    until_on: dt.date | None
    paper_id: int


@dataclass(frozen=True, slots=True)
class HostStanding:
    """Whether somebody may stand before the camera today.

    ``affiliation``: the one that holds today. ``document_digest``: a keyed hash of the number, by
    which the same person is known again.
    """

    identity: Identity
    age: Age
    verified_through: dt.date | None
    portrait_id: int | None
    affiliation: AffiliationView | None
    agreement: Agreed
    training: Trained
    trained_through: dt.date | None
    document_digest: str


def terms_of(org_id: int) -> IdentityTerms:
    """What an organisation has set; without anything the law's own numbers."""
    row = Terms.objects.filter(organisation_id=org_id).first()
    if row is None:
        return IdentityTerms()
    return IdentityTerms(
        reverify_months=row.reverify_months,
        age_min=row.age_min,
        training_months=row.training_months,
        check_hours=row.check_hours,
    )


def standings(org_id: int, hosts: Iterable[Host], *, now: dt.datetime) -> dict[int, HostStanding]:
    """The standing of each, in six queries however many they are."""
    rows = list(hosts)
    ids, terms, today = [row.pk for row in rows], terms_of(org_id), shop_day(now)
    mine = {"organisation_id": org_id, "host_id__in": ids}
    papers = Paper.objects.filter(**mine, kind="portrait").order_by("pk")
    portraits = dict(papers.values_list("host_id", "pk"))
    homes: dict[int, AffiliationView] = {}
    for home in Affiliation.objects.filter(**mine).order_by("since_on", "pk"):
        if holds_on(home.since_on, home.until_on, today):
            homes[home.host_id] = affiliation_view(home)
    editions: dict[str, list[Published]] = {"agreement": [], "course": []}
    for one in Edition.objects.filter(organisation_id=org_id).order_by("-number"):
        editions[one.kind].append(
            Published(one.number, one.is_mandatory, one.published_at, one.grace_days)
        )
    done: dict[tuple[int, str], list[tuple[int, dt.date]]] = defaultdict(list)
    proofs = Proof.objects.filter(**mine, is_passed=True)
    for host_id, kind, number, day in proofs.values_list(
        "host_id", "edition__kind", "edition__number", "done_on"
    ):
        done[host_id, kind].append((number, day))
    found = {}
    for row in rows:
        signed = {number for number, _ in done[row.pk, "agreement"]}
        passes = done[row.pk, "course"]
        months = terms.training_months
        found[row.pk] = HostStanding(
            identity=rules.identity_state(
                row.verified_at,
                now=now,
                is_refused=row.refused_at is not None,
                months=terms.reverify_months,
            ),
            age=rules.age_state(
                row.born_on,
                has_consent=row.guardian_consent_at is not None,
                now=now,
                years_min=terms.age_min,
            ),
            verified_through=rules.valid_through(row.verified_at, terms.reverify_months)
            if row.verified_at
            else None,
            portrait_id=portraits.get(row.pk),
            affiliation=homes.get(row.pk),
            agreement=agreement_state(editions["agreement"], signed, now=now),
            training=training_state(editions["course"], passes, months=months, now=now),
            trained_through=trained_through(editions["course"], passes, months=months),
            document_digest=row.id_number_digest,
        )
    return found


def affiliation_view(row: Affiliation) -> AffiliationView:
    """A row as a value."""
    return AffiliationView(
        id=row.pk,
        kind=row.kind,
        party_name=row.party_name,
        party_code=row.party_code,
        responsible_name=row.responsible_name,
        responsible_code=row.responsible_code,
        since_on=row.since_on,
        until_on=row.until_on,
        paper_id=row.paper_id,
    )
