"""Papers of goods over HTTP."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import PaperSpec
from kaibo.catalog.reads import KindView, PapersView, PaperView
from kaibo.catalog.web.products import Body, Reason

router = Router()


class NewPaper(Body):
    kind: str
    number: str
    issuer: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    sha256: str = ""
    price_fen: int | None = None
    sku_id: int = 0


@router.get("/desk/paper-kinds", response=list[KindView], auth=staff("catalog.read"))
def list_paper_kinds(request: HttpRequest) -> list[KindView]:
    return reads.paper_kinds()


@router.get("/desk/products/{int:id}/papers", response=PapersView, auth=staff("catalog.read"))
def list_papers(request: HttpRequest, id: int) -> PapersView:
    return reads.papers(caller(request).org_id, id, now=timezone.now())


@router.post(
    "/desk/products/{int:id}/papers", response={201: PaperView}, auth=staff("catalog.edit")
)
def add_paper(request: HttpRequest, id: int, body: NewPaper) -> Status[PaperView]:
    spec = PaperSpec(**body.model_dump())
    added = actions.add_paper(product_id=id, spec=spec, by=caller(request), now=timezone.now())
    return Status(201, added)


@router.post("/desk/papers/{int:id}/accept", response=PaperView, auth=staff("catalog.approve"))
def accept_paper(request: HttpRequest, id: int) -> PaperView:
    return actions.accept_paper(paper_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/papers/{int:id}/refuse", response=PaperView, auth=staff("catalog.approve"))
def refuse_paper(request: HttpRequest, id: int, body: Reason) -> PaperView:
    return actions.refuse_paper(
        paper_id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )
