"""Contracts over HTTP."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from kaibo.access.reads import caller, staff
from kaibo.agreements import actions, reads
from kaibo.agreements.actions import ContractSpec
from kaibo.agreements.reads import ContractView
from kaibo.base.photos import check_size

router = Router()


class ContractForm(Schema):
    """The fields beside the picture of the signed pages."""

    party_name: str
    party_code: str
    since_on: dt.date
    until_on: dt.date | None = None
    has_security: bool = False
    has_quality: bool = False
    has_consumer: bool = False


@router.get("/desk/contracts", response=list[ContractView], auth=staff("hosts.read"))
def list_contracts(request: HttpRequest) -> list[ContractView]:
    return reads.contracts(caller(request).org_id)


@router.post("/desk/contracts", response={201: ContractView}, auth=staff("hosts.verify"))
def record_contract(
    request: HttpRequest, form: Form[ContractForm], file: File[UploadedFile]
) -> Status[ContractView]:
    """The signed pages as a picture, and what they say."""
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    spec = ContractSpec(**form.model_dump())
    return Status(201, actions.record_contract(spec=spec, paper=file.read(), by=by, now=now))


@router.post("/desk/contracts/{int:id}/end", response=ContractView, auth=staff("hosts.verify"))
def end_contract(request: HttpRequest, id: int) -> ContractView:
    return actions.end_contract(contract_id=id, by=caller(request), now=timezone.now())


@router.get("/desk/contracts/{int:id}/paper", auth=staff("hosts.check"))
def show_contract_paper(request: HttpRequest, id: int) -> HttpResponse:
    data = reads.contract_paper(caller(request).org_id, id)
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
