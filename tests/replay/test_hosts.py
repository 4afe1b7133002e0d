"""Facts of hosts replayed equal what their reads say, though no fact names anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.access.actions import add_person
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import Refusal
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import hosts as told
from kaibo.facts.base import Fact
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostSpec, IdentityTerms
from kaibo.hosts.errors import IdentityMismatch
from kaibo.hosts.models import Operator
from kaibo.hosts.tests.people import consented, id_number, operating, stand
from kaibo.journal.reads import Entry, Position, last_position, read

pytestmark = pytest.mark.django_db

ADULT = id_number(dt.date(1995, 3, 8))
MINOR = id_number(dt.date(2010, 1, 5))
CHILD = id_number(dt.date(2011, 1, 5))
ALL_METHODS: tuple[actions.Method, ...] = ("document", "in_person", "provider")

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.HostAdded,
        told.HostChanged,
        told.HostVerified,
        told.HostIdentityRefused,
        told.GuardianConsented,
        told.IdNumberRevealed,
        told.HostPaperAdded,
        told.HostAffiliated,
        told.EditionPublished,
        told.EditionProved,
        told.IdentityTermsSet,
        told.OperatorFiled,
        told.LicenceFiled,
        told.OperatorVerified,
    }
)

IDENTITY: frozenset[type[Fact]] = frozenset(
    {
        told.HostAdded,
        told.HostChanged,
        told.HostVerified,
        told.HostIdentityRefused,
        told.GuardianConsented,
        told.HostPaperAdded,
    }
)


@dataclass(frozen=True)
class Person:
    """A host as the facts alone tell it."""

    person_id: int | None
    has_id_number: bool
    part: str = "host"
    document: str = "resident_id"
    verified_at: dt.datetime | None = None
    verified_by: int | None = None
    method: str = ""
    guardian_consent_at: dt.datetime | None = None
    refused_at: dt.datetime | None = None


@dataclass
class Books:
    """Every host and their file, and how often a document was somebody else's."""

    hosts: dict[int, Person] = field(default_factory=dict)
    mismatches: int = 0
    seen_in_full: int = 0
    papers: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    guardians: dict[int, tuple[int, str, dt.date | None, int | None]] = field(default_factory=dict)
    homes: dict[int, told.HostAffiliated] = field(default_factory=dict)
    editions: dict[int, told.EditionPublished] = field(default_factory=dict)
    proofs: dict[int, told.EditionProved] = field(default_factory=dict)
    terms: IdentityTerms = field(default_factory=IdentityTerms)
    operator: told.OperatorFiled | None = None
    licence: str = ""
    operator_verified_at: dt.datetime | None = None

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        match entry.fact:
            case told.HostAdded() as added:
                self.hosts[added.host_id] = Person(
                    added.person_id, added.has_id_number, added.part, added.document
                )
            case told.HostChanged() as changed:
                before = self.hosts[changed.host_id]
                now = Person(
                    changed.person_id, changed.has_id_number, changed.part, changed.document
                )
                kept = replace(
                    before,
                    person_id=changed.person_id,
                    has_id_number=changed.has_id_number,
                    part=changed.part,
                    document=changed.document,
                )
                self.hosts[changed.host_id] = now if changed.identity_changed else kept
            case told.HostVerified() as verified:
                kind, _, number = entry.actor.partition(":")
                self.hosts[verified.host_id] = replace(
                    self.hosts[verified.host_id],
                    verified_at=entry.at,
                    verified_by=int(number) if kind == "person" else None,
                    method=verified.method,
                    refused_at=None,
                )
            case told.HostIdentityRefused() as refused:
                assert self.hosts[refused.host_id].has_id_number
                self.mismatches += 1
                assert refused.ends
                before = self._unverified(refused.host_id)
                self.hosts[refused.host_id] = replace(before, refused_at=entry.at)
            case told.GuardianConsented() as consented:
                self.hosts[consented.host_id] = replace(
                    self.hosts[consented.host_id], guardian_consent_at=entry.at
                )
                assert consented.guardian_id is not None
                self.guardians[consented.guardian_id] = (
                    consented.host_id, consented.relation, consented.signed_on, consented.paper_id,
                )  # fmt: skip
            case told.HostPaperAdded() as paper:
                if paper.ends_verification:
                    self.hosts[paper.host_id] = self._unverified(paper.host_id)
                self._file(entry)
            case _:
                self._file(entry)

    def _file(self, entry: Entry) -> None:
        match entry.fact:
            case told.IdNumberRevealed():
                self.seen_in_full += 1
            case told.HostPaperAdded() as paper:
                self.papers[paper.paper_id] = (paper.host_id, paper.kind, paper.digest)
            case told.HostAffiliated() as home:
                self.homes[home.affiliation_id] = home
            case told.EditionPublished() as edition:
                self.editions[edition.edition_id] = edition
            case told.EditionProved() as proof:
                self.proofs[proof.proof_id] = proof
            case told.OperatorFiled() as operator:
                self.operator, self.operator_verified_at = operator, None
            case told.LicenceFiled() as licence:
                self.licence, self.operator_verified_at = licence.digest, None
            case told.OperatorVerified():
                self.operator_verified_at = entry.at
            case told.IdentityTermsSet() as terms:
                self.terms = IdentityTerms(
                    reverify_months=terms.reverify_months,
                    age_min=terms.age_min,
                    training_months=terms.training_months,
                    check_hours=terms.check_hours,
                )
            case _:
                assert not entry.tag.startswith("hosts."), f"no page for {entry.tag}"

    def _unverified(self, host_id: int) -> Person:
        none = {"verified_at": None, "verified_by": None, "method": ""}
        return replace(self.hosts[host_id], **none)  # type: ignore[arg-type]  # fields by name


def _as_read(org_id: int) -> dict[int, Person]:
    return {
        host.id: Person(
            host.person_id,
            bool(host.id_number_masked),
            host.part,
            host.document,
            host.verified_at,
            host.verified_by,
            host.verification_method,
            host.guardian_consent_at,
            host.refused_at,
        )
        for host in reads.hosts(org_id)
    }


def _since(start: Position) -> tuple[Books, set[type[Fact]]]:
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry)
    return books, {type(entry.fact) for entry in entries}


def _colleague(org_id: int, username: str, role: str) -> Actor:
    person: dict[str, Any] = {"username": username, "name": username, "password": "x" * 12}
    return add_person(org_id=org_id, **person, roles=[role], now=NOW)


def test_a_host_from_first_line_to_a_new_name_replays() -> None:
    """Added without a number, given one, refused, verified, renamed, verified by the system."""
    org_id = manager_of("ana").org_id
    by, host_of = _colleague(org_id, "ana", "management"), _colleague(org_id, "bo", "host")
    start = last_position()
    host_id = actions.add_host(spec=HostSpec(name="林小满", stage_name="小满"), by=by, now=NOW).id
    change = partial(actions.change_host, host_id=host_id, by=by, now=NOW)
    verify = partial(actions.verify_host, host_id=host_id, now=NOW)
    change(changes={"id_number": MINOR, "person_id": host_of.id})
    with pytest.raises(IdentityMismatch):
        verify(id_number=ADULT, method="document", by=by)
    verify(id_number=MINOR, method="in_person", by=by)
    consented(host_id, by=by, now=NOW + dt.timedelta(days=1))
    books, kinds = _since(start)
    assert books.hosts == _as_read(org_id)
    assert books.hosts[host_id] == Person(
        host_of.id, True, verified_at=NOW, verified_by=by.id, method="in_person",
        guardian_consent_at=NOW + dt.timedelta(days=1),
    )  # fmt: skip
    assert books.mismatches == 1
    assert kinds == IDENTITY
    change(changes={"stage_name": "满满", "id_number": MINOR})
    assert _since(start)[0].hosts == books.hosts == _as_read(org_id), "the same person still"
    change(changes={"name": "林大满"})
    assert _since(start)[0].hosts == _as_read(org_id) == {host_id: Person(host_of.id, True)}
    verify(id_number=MINOR, method="provider", by=SYSTEM(org_id))
    assert _since(start)[0].hosts == _as_read(org_id)


def _verbs(
    chance: Random, by: Actor, ids: list[int], *, now: dt.datetime
) -> list[Callable[[], Any]]:
    """What a shop may try next; half of it is refused."""
    serial = chance.randrange(2, 1_000)
    new, young = (id_number(dt.date(*day), serial) for day in ((1995, 3, 8), (2010, 1, 5)))
    number = chance.choice([ADULT, ADULT, MINOR, MINOR, CHILD, "", "110", new, young, young])
    person_id = chance.choice([None, by.id, 10**9])
    doer = chance.choice([by, SYSTEM(by.org_id)])
    spec = HostSpec(name=chance.choice(["林", ""]), stage_name="满", id_number=number)
    one: dict[str, Any] = {"host_id": chance.choice([*ids, 0]), "now": now}
    changes: list[actions.HostChanges] = [
        {"name": chance.choice(["林", "李"])},
        {"id_number": number},
        {"person_id": person_id},
        {"stage_name": "小满", "avatar_url": "https://example.com/a.png"},
    ]
    document: dict[str, Any] = {"id_number": number, "method": chance.choice(ALL_METHODS)}
    return [
        partial(actions.add_host, spec=spec, by=by, now=now),
        *[partial(actions.change_host, **one, changes=chance.choice(changes), by=by)] * 3,
        *[partial(actions.verify_host, **one, **document, by=doer)] * 3,
        *[partial(consented, one["host_id"], by=by, now=now)] * 3,
    ]


@pytest.mark.parametrize("seed", range(4))
def test_hosts_replay_after_any_history(seed: int) -> None:
    chance, org_id = Random(seed), manager_of("ana").org_id
    by, start = _colleague(org_id, "ana", "management"), last_position()
    done = mismatches = 0
    for hours in range(300):
        verbs = _verbs(chance, by, list(_as_read(org_id))[:4], now=NOW + dt.timedelta(hours=hours))
        try:
            chance.choice(verbs)()
            done += 1
        except Refusal as refusal:
            mismatches += isinstance(refusal, IdentityMismatch)
    books, kinds = _since(start)
    assert books.hosts == _as_read(org_id)
    assert books.mismatches == mismatches > 0
    assert kinds == IDENTITY
    assert done > 25


def test_a_file_replays() -> None:
    """Papers, affiliation, editions, proofs and terms are what the facts say of them."""
    org_id = manager_of("ana").org_id
    by, start = _colleague(org_id, "ana", "management"), last_position()
    one = actions.add_host(spec=HostSpec(name="林", stage_name="满", part="guest"), by=by, now=NOW)
    stand(one.id, ADULT, by=by, now=NOW)
    actions.reveal_id_number(host_id=one.id, reason="税务报送", by=by, now=NOW)
    terms = IdentityTerms(reverify_months=3, check_hours=6)
    actions.set_identity_terms(terms=terms, by=by, now=NOW)
    minor = actions.add_host(
        spec=HostSpec(name="李", stage_name="子", id_number=MINOR), by=by, now=NOW
    )
    consented(minor.id, by=by, now=NOW)
    operating(by=by, now=NOW)
    books, _ = _since(start)
    assert books.hosts == _as_read(org_id)
    assert (books.seen_in_full, books.terms) == (1, reads.terms_of(org_id))
    assert books.terms == terms
    files = [reads.host_file(org_id, id) for id in books.hosts]
    assert books.papers == {
        paper.id: (file.host_id, paper.kind, paper.digest)
        for file in files
        for paper in file.papers
    }
    assert books.guardians == {
        guardian.id: (file.host_id, guardian.relation, guardian.signed_on, guardian.paper_id)
        for file in files
        for guardian in file.guardians
    }
    assert len(books.papers) == 4
    row = Operator.objects.get(organisation_id=org_id)
    assert books.operator is not None
    assert (books.operator.kind, books.licence, books.operator_verified_at) == (
        row.kind, row.licence_digest, row.verified_at,
    )  # fmt: skip
    _compare_proofs(books, files, org_id)


def _compare_proofs(books: Books, files: list[reads.HostFile], org_id: int) -> None:
    assert books.homes == {
        home.id: told.HostAffiliated(
            host_id=file.host_id, affiliation_id=home.id, kind=home.kind, since_on=home.since_on,
            until_on=home.until_on, paper_id=home.paper_id, has_entity=bool(home.responsible_name),
        )
        for file in files
        for home in file.affiliations
    }  # fmt: skip
    assert books.editions == {
        edition.id: told.EditionPublished(
            edition_id=edition.id, kind=edition.kind, number=edition.number,
            digest=edition.digest, is_mandatory=edition.is_mandatory,
            pass_score=edition.pass_score, grace_days=edition.grace_days,
        )
        for edition in reads.editions(org_id)
    }  # fmt: skip
    assert books.proofs == {
        proof.id: told.EditionProved(
            host_id=file.host_id, proof_id=proof.id, edition_id=proof.edition_id,
            done_on=proof.done_on, score=proof.score, is_passed=proof.is_passed,
            paper_id=proof.paper_id,
        )
        for file in files
        for proof in file.proofs
    }  # fmt: skip
    assert len(books.proofs) == len(books.editions) == 2
