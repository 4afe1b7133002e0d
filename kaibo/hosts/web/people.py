"""People who appear: writing down, verifying, and seeing a number in full."""

import datetime as dt
from dataclasses import asdict
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostChanges, HostSpec, IdentityTerms, Method
from kaibo.hosts.reads import HostCard
from kaibo.hosts.rules.documents import Document
from kaibo.hosts.rules.standing import Part
from kaibo.hosts.web.bodies import Body, Whole

router = Router()


class NewHost(Body):
    name: str
    stage_name: str
    avatar_url: str = ""
    person_id: Whole | None = None
    id_number: str = ""
    part: Part = "host"
    document: Document = "resident_id"
    born_on: dt.date | None = None


class ChangedHost(Body):
    name: str = ""
    stage_name: str = ""
    avatar_url: str = ""
    person_id: Whole | None = None
    id_number: str = ""
    part: Part = "host"
    document: Document = "resident_id"
    born_on: dt.date | None = None


class Verification(Body):
    id_number: str
    method: Method


class Why(Body):
    reason: str


class Revealed(Body):
    id_number: str


class TermsBody(Body):
    reverify_months: Whole
    age_min: Whole
    training_months: Whole
    check_hours: Whole


@router.get("/desk/hosts", response=list[HostCard], auth=staff("hosts.read"))
def list_hosts(request: HttpRequest) -> list[HostCard]:
    return reads.host_cards(caller(request).org_id, now=timezone.now())


@router.post("/desk/hosts", response={201: HostCard}, auth=staff("hosts.edit"))
def add_host(request: HttpRequest, body: NewHost) -> Status[HostCard]:
    by, now = caller(request), timezone.now()
    host = actions.add_host(spec=HostSpec(**body.model_dump()), by=by, now=now)
    return Status(201, reads.host_card(by.org_id, host.id, now=now))


@router.get("/desk/hosts/{int:id}", response=HostCard, auth=staff("hosts.read"))
def show_host(request: HttpRequest, id: int) -> HostCard:
    return reads.host_card(caller(request).org_id, id, now=timezone.now())


@router.patch("/desk/hosts/{int:id}", response=HostCard, auth=staff("hosts.edit"))
def change_host(request: HttpRequest, id: int, body: ChangedHost) -> HostCard:
    by, now = caller(request), timezone.now()
    changes = cast(HostChanges, body.model_dump(exclude_unset=True))
    actions.change_host(host_id=id, changes=changes, by=by, now=now)
    return reads.host_card(by.org_id, id, now=now)


@router.post("/desk/hosts/{int:id}/verify", response=HostCard, auth=staff("hosts.verify"))
def verify_host(request: HttpRequest, id: int, body: Verification) -> HostCard:
    by, now = caller(request), timezone.now()
    actions.verify_host(host_id=id, id_number=body.id_number, method=body.method, by=by, now=now)
    return reads.host_card(by.org_id, id, now=now)


@router.post("/desk/hosts/{int:id}/reveal", response=Revealed, auth=staff("hosts.reveal"))
def reveal_id_number(request: HttpRequest, id: int, body: Why) -> Revealed:
    """The number in full, for a reason that is kept with the name of who asked."""
    by, now = caller(request), timezone.now()
    number = actions.reveal_id_number(host_id=id, reason=body.reason, by=by, now=now)
    return Revealed(id_number=number)


@router.get("/desk/identity-terms", response=TermsBody, auth=staff("hosts.read"))
def show_identity_terms(request: HttpRequest) -> TermsBody:
    return TermsBody(**asdict(reads.terms_of(caller(request).org_id)))


@router.put("/desk/identity-terms", response=TermsBody, auth=staff("hosts.verify"))
def set_identity_terms(request: HttpRequest, body: TermsBody) -> TermsBody:
    by, now = caller(request), timezone.now()
    terms = IdentityTerms(**body.model_dump())
    return TermsBody(**asdict(actions.set_identity_terms(terms=terms, by=by, now=now)))
