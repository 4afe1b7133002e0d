"""What is on file of people, and the editions that they sign and learn, over HTTP."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router, Status
from ninja.files import UploadedFile

from kaibo.access.reads import caller, staff
from kaibo.base.photos import check_size
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import AffiliationSpec, EditionSpec, GuardianSpec
from kaibo.hosts.reads import EditionView, HostFile, PaperView
from kaibo.hosts.rules.documents import Document
from kaibo.hosts.rules.standing import AffiliationKind, EditionKind, PaperKind, Relation
from kaibo.hosts.web.bodies import Body, Whole, picture_answer

router = Router()


class Consent(Body):
    """The guardian as their document says, and the paper they signed."""

    name: str
    id_number: str
    relation: Relation
    signed_on: dt.date
    paper_id: Whole
    document: Document = "resident_id"
    born_on: dt.date | None = None


class NewAffiliation(Body):
    """Where somebody belongs; ``responsible_*`` is asked of those on their own alone."""

    kind: AffiliationKind
    since_on: dt.date
    paper_id: Whole
    until_on: dt.date | None = None
    party_name: str = ""
    party_code: str = ""
    responsible_name: str = ""
    responsible_code: str = ""


class NewProof(Body):
    """An agreement signed, or a test sat."""

    edition_id: Whole
    done_on: dt.date
    score: Whole = 0
    paper_id: Whole | None = None


class NewEdition(Body):
    """``number`` is of the edition that it follows."""

    kind: EditionKind
    number: Whole
    title: str
    text: str
    is_mandatory: bool = True
    pass_score: Whole = 0
    grace_days: Whole = 0


@router.get("/desk/hosts/{int:id}/file", response=HostFile, auth=staff("hosts.read"))
def show_host_file(request: HttpRequest, id: int) -> HostFile:
    return reads.host_file(caller(request).org_id, id)


@router.post("/desk/hosts/{int:id}/papers", response={201: PaperView}, auth=staff("hosts.edit"))
def add_paper(
    request: HttpRequest, id: int, kind: PaperKind, file: File[UploadedFile]
) -> Status[PaperView]:
    """A picture for the file: JPEG, PNG or WebP."""
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    paper = actions.add_paper(host_id=id, kind=kind, data=file.read(), by=by, now=now)
    return Status(201, paper)


@router.get("/desk/host-papers/{int:id}", auth=staff("hosts.check"))
def show_paper(request: HttpRequest, id: int) -> HttpResponse:
    return picture_answer(reads.paper_data(caller(request).org_id, id))


@router.post("/desk/hosts/{int:id}/guardian", response=HostFile, auth=staff("hosts.verify"))
def record_guardian_consent(request: HttpRequest, id: int, body: Consent) -> HostFile:
    by, now = caller(request), timezone.now()
    spec = GuardianSpec(**body.model_dump())
    actions.record_guardian_consent(host_id=id, spec=spec, by=by, now=now)
    return reads.host_file(by.org_id, id)


@router.post("/desk/hosts/{int:id}/affiliations", response=HostFile, auth=staff("hosts.edit"))
def affiliate_host(request: HttpRequest, id: int, body: NewAffiliation) -> HostFile:
    by, now = caller(request), timezone.now()
    spec = AffiliationSpec(**body.model_dump())
    actions.affiliate_host(host_id=id, spec=spec, by=by, now=now)
    return reads.host_file(by.org_id, id)


@router.post("/desk/hosts/{int:id}/proofs", response=HostFile, auth=staff("hosts.edit"))
def record_proof(request: HttpRequest, id: int, body: NewProof) -> HostFile:
    by, now = caller(request), timezone.now()
    actions.record_proof(host_id=id, **body.model_dump(), by=by, now=now)
    return reads.host_file(by.org_id, id)


@router.get("/desk/editions", response=list[EditionView], auth=staff("hosts.read"))
def list_editions(request: HttpRequest) -> list[EditionView]:
    return reads.editions(caller(request).org_id)


@router.post("/desk/editions", response={201: EditionView}, auth=staff("hosts.verify"))
def publish_edition(request: HttpRequest, body: NewEdition) -> Status[EditionView]:
    by, now = caller(request), timezone.now()
    spec = EditionSpec(**body.model_dump())
    return Status(201, actions.publish_edition(spec=spec, by=by, now=now))
