"""What is put on file of people: pictures, guardians, affiliations, signatures, tests."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from kaibo.access.crypto import decrypt_text, encrypt_bytes, encrypt_text
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole
from kaibo.base.photos import clean_photo
from kaibo.base.times import shop_day
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.hosts import EditionProved, GuardianConsented, HostAffiliated, HostPaperAdded
from kaibo.hosts import rules
from kaibo.hosts.actions.people import end_verification, lock_host
from kaibo.hosts.errors import (
    DayAhead,
    GuardianIsHost,
    GuardianNotNeeded,
    NoSuchEdition,
    NoSuchPaper,
    PapersFull,
    SignerUnverified,
)
from kaibo.hosts.models import Affiliation, Edition, Guardian, Host, Paper, Proof
from kaibo.hosts.reads import (
    AffiliationView,
    GuardianView,
    PaperView,
    ProofView,
    terms_of,
)
from kaibo.hosts.reads.files import guardian_view, paper_view, proof_view
from kaibo.hosts.reads.standing import affiliation_view
from kaibo.hosts.rules.documents import Document, read_document
from kaibo.hosts.rules.standing import (
    SCORE_MAX,
    AffiliationSpec,
    PaperKind,
    Relation,
    check_guardian,
    clean_affiliation,
    clean_guardian_name,
)
from kaibo.journal.actions import append

# Enough to compare faces and to read a page.
SIDES_MAX: Final[dict[PaperKind, int]] = {"portrait": 800}
PAGE_SIDE_MAX: Final = 1_600
PAPERS_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianSpec:
    """A guardian as their document says, and the paper that they signed."""

    name: str
    document: Document
    id_number: str
    relation: Relation
    signed_on: dt.date
    paper_id: int
    born_on: dt.date | None = None


def add_paper(
    *, host_id: int, kind: PaperKind, data: bytes, by: Actor, now: dt.datetime
) -> PaperView:
    """Put a picture on file, decoded, written anew and encrypted.

    Safe to repeat: the newest of its kind again is no second one. A new portrait ends the
    verification, because whose face it is has to be seen beside the document.

    Raises:
        NoSuchHost, PapersFull, PhotoTooLarge, PhotoUnreadable: nothing was written.
    """
    if not Host.objects.filter(organisation_id=by.org_id, pk=host_id).exists():
        lock_host(by.org_id, host_id)
    # Decoded before anything is locked.
    photo = clean_photo(data, side_max=SIDES_MAX.get(kind, PAGE_SIDE_MAX))
    digest = hashlib.sha256(photo.data).hexdigest()
    with transaction.atomic():
        host = lock_host(by.org_id, host_id)
        newest = host.papers.filter(kind=kind).order_by("-pk").first()
        if newest is not None and newest.digest == digest:
            return paper_view(newest)
        if host.papers.count() >= PAPERS_MAX:
            raise PapersFull(most=PAPERS_MAX)
        row = Paper.objects.create(
            organisation_id=by.org_id, host=host, kind=kind, digest=digest, added_at=now,
            content_encrypted=encrypt_bytes(photo.data),
            width=photo.width, height=photo.height,
        )  # fmt: skip
        ends = kind == "portrait" and host.verified_at is not None
        if ends:
            end_verification(host)
            host.save()
        fact = HostPaperAdded(
            host_id=host.pk, paper_id=row.pk, kind=kind, digest=digest, ends_verification=ends
        )
        append(fact, at=now, org_id=by.org_id, actor=by)
        return paper_view(row)


@transaction.atomic
def record_guardian_consent(
    *, host_id: int, spec: GuardianSpec, by: Actor, now: dt.datetime
) -> GuardianView:
    """Record that the guardian of somebody of 16 or 17 agreed in writing, and who they are.

    Raises:
        NoSuchHost, GuardianNotNeeded, GuardianIsHost, GuardianTooYoung, NoSuchPaper, BadInput:
            nothing was written.

    Source: LM-007.
    """
    host = lock_host(by.org_id, host_id)
    has_consent = host.guardian_consent_at is not None
    years_min = terms_of(by.org_id).age_min
    age = rules.age_state(host.born_on, has_consent=has_consent, now=now, years_min=years_min)
    if age not in ("needs_guardian", "with_guardian"):
        raise GuardianNotNeeded(id=host_id)
    name = clean_guardian_name(spec.name)
    number = read_document(spec.document, spec.id_number, born_on=spec.born_on)
    if decrypt_text(host.id_number_encrypted) == number.text:
        raise GuardianIsHost()
    check_guardian(number.born_on, now=now)
    _check_day("signed_on", spec.signed_on, now=now)
    row = Guardian.objects.create(
        organisation_id=by.org_id,
        host=host,
        name_encrypted=encrypt_text(name),
        name_masked=f"{name[:1]}**",
        id_number_encrypted=encrypt_text(number.text),
        id_number_masked=number.masked,
        relation=spec.relation,
        signed_on=spec.signed_on,
        paper=_paper(host, spec.paper_id, "consent"),
        recorded_at=now,
    )
    host.guardian_consent_at = now
    host.save(update_fields=["guardian_consent_at"])
    fact = GuardianConsented(
        host_id=host.pk,
        guardian_id=row.pk,
        relation=row.relation,
        signed_on=row.signed_on,
        paper_id=spec.paper_id,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return guardian_view(row)


@transaction.atomic
def affiliate_host(
    *, host_id: int, spec: AffiliationSpec, by: Actor, now: dt.datetime
) -> AffiliationView:
    """Record where somebody belongs from a day on, and the paper that proves it.

    Raises:
        NoSuchHost, NoSuchPaper, BadInput: nothing was written.
        OnBlacklist: employer, agency or who answers is listed; neither.

    Source: LM-005, LM-020.
    """
    host, clean = lock_host(by.org_id, host_id), clean_affiliation(spec)
    for code in {clean.party_code, clean.responsible_code}:
        check_not_listed(by.org_id, "credit_code", code, now=now)
    row = Affiliation.objects.create(
        organisation_id=by.org_id,
        host=host,
        kind=clean.kind,
        party_name=clean.party_name,
        party_code=clean.party_code,
        responsible_name=clean.responsible_name,
        responsible_code=clean.responsible_code,
        since_on=clean.since_on,
        until_on=clean.until_on,
        paper=_paper(host, clean.paper_id, "affiliation"),
        recorded_at=now,
    )
    fact = HostAffiliated(
        host_id=host.pk,
        affiliation_id=row.pk,
        kind=row.kind,
        since_on=row.since_on,
        until_on=row.until_on,
        paper_id=row.paper_id,
        has_entity=bool(row.responsible_name),
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return affiliation_view(row)


@transaction.atomic
def record_proof(
    *,
    host_id: int,
    edition_id: int,
    done_on: dt.date,
    by: Actor,
    now: dt.datetime,
    score: int = 0,
    paper_id: int | None = None,
) -> ProofView:
    """Record that somebody signed an agreement, on the page they signed, or sat a course's test.

    A test below the pass mark is kept as one that was not passed.

    Raises:
        NoSuchHost, NoSuchEdition, NoSuchPaper, DayAhead, NumberOutOfRange: nothing was written.
        SignerUnverified: an agreement, and nobody knows yet who the signer is; neither.

    Source: LM-013, LM-018.
    """
    host = lock_host(by.org_id, host_id)
    edition = Edition.objects.filter(organisation_id=by.org_id, pk=edition_id).first()
    if edition is None:
        raise NoSuchEdition(id=edition_id)
    _check_day("done_on", done_on, now=now, since=shop_day(edition.published_at))
    paper: Paper | None = None
    if edition.kind == "agreement":
        months = terms_of(by.org_id).reverify_months
        state = rules.identity_state(
            host.verified_at, now=now, is_refused=host.refused_at is not None, months=months
        )
        if state not in ("valid", "due"):
            raise SignerUnverified(name=host.stage_name)
        paper, score = _paper(host, paper_id or 0, "agreement"), 0
    else:
        check_whole("score", score, most=SCORE_MAX)
        paper = _paper(host, paper_id, "training") if paper_id is not None else None
    row = Proof.objects.create(
        organisation_id=by.org_id,
        host=host,
        edition=edition,
        done_on=done_on,
        score=score,
        is_passed=score >= edition.pass_score,
        paper=paper,
        recorded_at=now,
    )
    fact = EditionProved(
        host_id=host.pk,
        proof_id=row.pk,
        edition_id=edition.pk,
        done_on=done_on,
        score=score,
        is_passed=row.is_passed,
        paper_id=row.paper_id,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return proof_view(row)


def _paper(host: Host, id: int, kind: PaperKind) -> Paper:
    row = host.papers.filter(pk=id, kind=kind).first()
    if row is None:
        raise NoSuchPaper(id=id)
    return row


def _check_day(field: str, day: dt.date, *, now: dt.datetime, since: dt.date | None = None) -> None:
    if day > shop_day(now) or (since is not None and day < since):
        raise DayAhead(field=field)
