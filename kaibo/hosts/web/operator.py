"""The file of who runs the rooms, over HTTP."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from kaibo.access.reads import caller, staff
from kaibo.base.photos import check_size
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import OperatorSpec
from kaibo.hosts.reads import OperatorView
from kaibo.hosts.rules.operator import OperatorKind
from kaibo.hosts.web.bodies import Body, Whole, picture_answer

router = Router()


class OperatorBody(Body):
    kind: OperatorKind
    name: str
    address: str
    contact: str
    credit_code: str = ""
    host_id: Whole | None = None
    licence_expires_on: dt.date | None = None


@router.get("/desk/operator", response=OperatorView, auth=staff("hosts.read"))
def show_operator(request: HttpRequest) -> OperatorView:
    return reads.operator(caller(request).org_id, now=timezone.now())


@router.put("/desk/operator", response=OperatorView, auth=staff("hosts.edit"))
def file_operator(request: HttpRequest, body: OperatorBody) -> OperatorView:
    by, now = caller(request), timezone.now()
    return actions.file_operator(spec=OperatorSpec(**body.model_dump()), by=by, now=now)


@router.post("/desk/operator/licence", response=OperatorView, auth=staff("hosts.edit"))
def file_licence(request: HttpRequest, file: File[UploadedFile]) -> OperatorView:
    check_size(file.size or 0)
    by, now = caller(request), timezone.now()
    return actions.file_licence(data=file.read(), by=by, now=now)


@router.get("/desk/operator/licence", auth=staff("hosts.check"))
def show_licence(request: HttpRequest) -> HttpResponse:
    return picture_answer(reads.licence_data(caller(request).org_id))


@router.post("/desk/operator/verify", response=OperatorView, auth=staff("hosts.verify"))
def verify_operator(request: HttpRequest) -> OperatorView:
    by, now = caller(request), timezone.now()
    return actions.verify_operator(by=by, now=now)
