"""The desk's side of notices and reports."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import AwareDatetime

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import XLSX_TYPE, write_xlsx
from kaibo.base.workdays import YEARS
from kaibo.notices import actions, reads
from kaibo.notices.reads import FilingView, InfringementView, UnreachableView
from kaibo.notices.web.bodies import (
    AcceptBody,
    DeliveredBody,
    FilingBody,
    OutcomeBody,
    ReasonBody,
    SentBody,
    StatementBody,
    SuitBody,
    UnjustBody,
    UnreachableBody,
    UpdatedBody,
    WayBody,
    WhyBody,
)

router = Router()
_READ = staff("notices.read")
_EDIT = staff("notices.edit")
_DECIDE = staff("notices.decide")
_NOTICE = "/desk/infringements/{int:id}"


@dataclass(frozen=True, slots=True)
class NoticesView:
    """The three books; working days are known through ``calendar_through``."""

    infringements: list[InfringementView]
    unreachables: list[UnreachableView]
    filings: list[FilingView]
    calendar_through: int
    server_time: dt.datetime


@router.get("/desk/notices", response=NoticesView, auth=_READ)
def notices(request: HttpRequest) -> NoticesView:
    """Every book, newest first."""
    org_id = caller(request).org_id
    return NoticesView(
        reads.infringements(org_id),
        reads.unreachables(org_id),
        reads.filings(org_id),
        YEARS[1],
        timezone.now(),
    )


@router.get("/desk/notices/register.xlsx", auth=staff("evidence.export"))
def register(request: HttpRequest) -> HttpResponse:
    """The books as one sheet, for an inspection."""
    rows = reads.register_rows(caller(request).org_id)
    answer = HttpResponse(write_xlsx("通知与申诉", reads.REGISTER_COLUMNS, rows), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="notices.xlsx"'
    return answer


@router.post(_NOTICE + "/accept", response=InfringementView, auth=_DECIDE)
def accept(request: HttpRequest, id: int, body: AcceptBody) -> InfringementView:
    """Take a notice up: its goods are kept from sale in every room."""
    return actions.accept_infringement(
        id=id, whole_product=body.whole_product, by=caller(request), now=timezone.now()
    )


@router.post(_NOTICE + "/reject", response=InfringementView, auth=_DECIDE)
def reject(request: HttpRequest, id: int, body: ReasonBody) -> InfringementView:
    """Do not take a notice up."""
    return actions.reject_infringement(
        id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.post(_NOTICE + "/forward", response=InfringementView, auth=_EDIT)
def forward(request: HttpRequest, id: int, body: WayBody) -> InfringementView:
    """The notice was passed on to the seller."""
    return actions.forward_infringement(
        id=id, way=body.way, by=caller(request), now=timezone.now()
    )


@router.post(_NOTICE + "/answer", response=InfringementView, auth=_EDIT)
def answer(request: HttpRequest, id: int, body: StatementBody) -> InfringementView:
    """Write the seller's statement down."""
    return actions.answer_infringement(
        id=id,
        seller=body.seller,
        statement=body.statement,
        by=caller(request),
        now=timezone.now(),
    )


@router.post(_NOTICE + "/deliver", response=InfringementView, auth=_EDIT)
def deliver(request: HttpRequest, id: int, body: DeliveredBody) -> InfringementView:
    """The statement reached the holder; fifteen days begin."""
    now = timezone.now()
    return actions.deliver_statement(
        id=id, way=body.way, reached_at=_at(body.reached_at, now), by=caller(request), now=now
    )


@router.post(_NOTICE + "/suit", response=InfringementView, auth=_EDIT)
def suit(request: HttpRequest, id: int, body: SuitBody) -> InfringementView:
    """The holder complained to an authority or went to court."""
    now = timezone.now()
    return actions.note_suit(
        id=id, suit=body.suit, known_at=_at(body.known_at, now), by=caller(request), now=now
    )


@router.post(_NOTICE + "/settle", response=InfringementView, auth=_DECIDE)
def settle(request: HttpRequest, id: int, body: OutcomeBody) -> InfringementView:
    """Write the outcome down."""
    return actions.settle_infringement(
        id=id,
        is_upheld=body.is_upheld,
        outcome=body.outcome,
        by=caller(request),
        now=timezone.now(),
    )


@router.post(_NOTICE + "/withdraw", response=InfringementView, auth=_EDIT)
def withdraw(request: HttpRequest, id: int, body: WhyBody) -> InfringementView:
    """The holder took the notice back."""
    return actions.withdraw_infringement(
        id=id, reason=body.why, by=caller(request), now=timezone.now()
    )


@router.post(_NOTICE + "/unjust", response=InfringementView, auth=_DECIDE)
def unjust(request: HttpRequest, id: int, body: UnjustBody) -> InfringementView:
    """The notice was mistaken, or sent in bad faith."""
    return actions.find_unjust(
        id=id, kind=body.kind, reason=body.why, by=caller(request), now=timezone.now()
    )


@router.post("/desk/unreachables", response={201: UnreachableView}, auth=_EDIT)
def note_unreachable(request: HttpRequest, body: UnreachableBody) -> Status[UnreachableView]:
    """Write an authority's notice down that somebody cannot be reached."""
    now = timezone.now()
    spec = actions.UnreachableSpec(
        **body.model_dump() | {"received_at": _at(body.received_at, now)}
    )
    return Status(201, actions.note_unreachable(spec=spec, by=caller(request), now=now))


@router.post("/desk/unreachables/{int:id}/remind", response=UnreachableView, auth=_EDIT)
def remind(request: HttpRequest, id: int, body: WayBody) -> UnreachableView:
    """They were reminded."""
    return actions.remind_unreachable(id=id, way=body.way, by=caller(request), now=timezone.now())


@router.post("/desk/unreachables/{int:id}/update", response=UnreachableView, auth=_DECIDE)
def update(request: HttpRequest, id: int, body: UpdatedBody) -> UnreachableView:
    """Their details are right again."""
    return actions.update_unreachable(id=id, how=body.how, by=caller(request), now=timezone.now())


@router.post("/desk/filings", response={201: FilingView}, auth=_DECIDE)
def open_filing(request: HttpRequest, body: FilingBody) -> Status[FilingView]:
    """Confirm a grave violation; it is to be reported."""
    made = actions.open_filing(
        finding_id=body.finding_id, note=body.note, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


@router.post("/desk/filings/{int:id}/send", response=FilingView, auth=_DECIDE)
def send_filing(request: HttpRequest, id: int, body: SentBody) -> FilingView:
    """It was reported."""
    return actions.send_filing(
        id=id,
        authority=body.authority,
        receipt=body.receipt,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/filings/{int:id}/drop", response=FilingView, auth=_DECIDE)
def drop_filing(request: HttpRequest, id: int, body: ReasonBody) -> FilingView:
    """There is nothing to report after all."""
    return actions.drop_filing(id=id, reason=body.reason, by=caller(request), now=timezone.now())


def _at(given: AwareDatetime | None, now: dt.datetime) -> dt.datetime:
    return now if given is None else given.astimezone(dt.UTC)
