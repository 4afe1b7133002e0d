"""What is on file of somebody, and the editions that people sign and learn."""

import datetime as dt
from dataclasses import dataclass

from kaibo.access.crypto import decrypt_bytes
from kaibo.hosts.errors import NoSuchEdition, NoSuchHost, NoSuchPaper
from kaibo.hosts.models import Affiliation, Edition, Guardian, Host, Paper, Proof
from kaibo.hosts.reads.standing import AffiliationView, affiliation_view


@dataclass(frozen=True, slots=True)
class PaperView:
    """A picture on file; sides in pixels."""

    id: int
    kind: str
    digest: str
    width: int
    height: int
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class GuardianView:
    """Who consented for a minor; name and number masked."""

    id: int
    name_masked: str
    id_number_masked: str
    relation: str
    signed_on: dt.date
    paper_id: int
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition of the agreement or the course."""

    id: int
    kind: str
    number: int
    title: str
    text: str
    digest: str
    is_mandatory: bool
    pass_score: int
    grace_days: int
    published_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ProofView:
    """An edition that somebody signed, or sat the test of."""

    id: int
    edition_id: int
    kind: str
    number: int
    title: str
    done_on: dt.date
    score: int
    is_passed: bool
    paper_id: int | None


@dataclass(frozen=True, slots=True)
class HostFile:
    """Everything on file of one person, newest first."""

    host_id: int
    papers: list[PaperView]
    guardians: list[GuardianView]
    affiliations: list[AffiliationView]
    proofs: list[ProofView]


def host_file(org_id: int, host_id: int) -> HostFile:
    """What is on file of somebody.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    if not Host.objects.filter(organisation_id=org_id, pk=host_id).exists():
        raise NoSuchHost(id=host_id)
    mine = {"organisation_id": org_id, "host_id": host_id}
    papers = Paper.objects.filter(**mine).order_by("-pk").defer("content_encrypted")
    proofs = Proof.objects.filter(**mine).select_related("edition").order_by("-pk")
    return HostFile(
        host_id=host_id,
        papers=[paper_view(row) for row in papers],
        guardians=[guardian_view(row) for row in Guardian.objects.filter(**mine).order_by("-pk")],
        affiliations=[
            affiliation_view(row) for row in Affiliation.objects.filter(**mine).order_by("-pk")
        ],
        proofs=[proof_view(row) for row in proofs],
    )


def paper_data(org_id: int, id: int) -> bytes:
    """A picture on file, as JPEG.

    Raises:
        NoSuchPaper: none of this id in the organisation.
    """
    row = Paper.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchPaper(id=id)
    return decrypt_bytes(row.content_encrypted)


def editions(org_id: int) -> list[EditionView]:
    """Every edition, newest first."""
    rows = Edition.objects.filter(organisation_id=org_id).order_by("-published_at", "-pk")
    return [edition_view(row) for row in rows]


def edition(org_id: int, id: int) -> EditionView:
    """One edition.

    Raises:
        NoSuchEdition: none of this id in the organisation.
    """
    row = Edition.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchEdition(id=id)
    return edition_view(row)


def paper_view(row: Paper) -> PaperView:
    """A row as a value, without the picture."""
    return PaperView(row.pk, row.kind, row.digest, row.width, row.height, row.added_at)


def guardian_view(row: Guardian) -> GuardianView:
    """A row as a value, masked."""
    return GuardianView(
        id=row.pk,
        name_masked=row.name_masked,
        id_number_masked=row.id_number_masked,
        relation=row.relation,
        signed_on=row.signed_on,
        paper_id=row.paper_id,
        recorded_at=row.recorded_at,
    )


def edition_view(row: Edition) -> EditionView:
    """A row as a value."""
    return EditionView(
        id=row.pk,
        kind=row.kind,
        number=row.number,
        title=row.title,
        text=row.text,
        digest=row.digest,
        is_mandatory=row.is_mandatory,
        pass_score=row.pass_score,
        grace_days=row.grace_days,
        published_at=row.published_at,
    )


def proof_view(row: Proof) -> ProofView:
    """A row as a value."""
    return ProofView(
        id=row.pk,
        edition_id=row.edition_id,
        kind=row.edition.kind,
        number=row.edition.number,
        title=row.edition.title,
        done_on=row.done_on,
        score=row.score,
        is_passed=row.is_passed,
        paper_id=row.paper_id,
    )
