"""Packs at the desk: ask, watch, take, and the sheet that goes along."""

from typing import Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.evidence import actions, reads
from kaibo.evidence.reads import DeletionView, ExportView, HoldView, Keeping

router = Router(tags=["evidence"])
may_export = staff("evidence.export")
may_keep = staff("evidence.keep")


class NewExport(Schema):
    """What of, which version, why and for whom."""

    model_config = ConfigDict(extra="forbid")

    subject_kind: str
    subject_id: str
    version: Literal["consumer", "authority"]
    reason: str
    recipient: str


class Because(Schema):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str


@router.get("/desk/exports", response=list[ExportView], auth=may_export)
def list_exports(request: HttpRequest, show_id: int | None = None) -> list[ExportView]:
    """The newest packs, of one show and its orders if it is named."""
    return reads.exports(caller(request).org_id, show_id=show_id)


@router.post("/desk/exports", response={201: ExportView}, auth=may_export)
def ask_export(request: HttpRequest, body: NewExport) -> Status[ExportView]:
    """It is built soon; its state says when."""
    view = actions.ask_export(
        subject_kind=body.subject_kind,
        subject_id=body.subject_id,
        version=body.version,
        reason=body.reason,
        recipient=body.recipient,
        by=caller(request),
        now=timezone.now(),
    )
    return Status(201, view)


@router.get("/desk/exports/{int:id}", response=ExportView, auth=may_export)
def show_export(request: HttpRequest, id: int) -> ExportView:
    return reads.export(caller(request).org_id, id)


@router.get("/desk/exports/{int:id}/custody", auth=may_export)
def show_custody(request: HttpRequest, id: int) -> HttpResponse:
    """A page to print: the digest of the file, and everybody who took it."""
    return HttpResponse(reads.custody_sheet(caller(request).org_id, id))


@router.get("/desk/exports/{int:id}/pack", auth=may_export)
def take_pack(request: HttpRequest, id: int) -> FileResponse:
    """The file; who took it is kept before its first byte leaves."""
    path = actions.hand_out(export_id=id, by=caller(request), now=timezone.now())
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"kaibo-{path.stem}.zip")


@router.get("/desk/shows/{int:show_id}/keeping", response=Keeping, auth=may_keep)
def show_keeping(request: HttpRequest, show_id: int) -> Keeping:
    """Until when the recordings are kept, which code decides, holds and deletions."""
    return reads.keeping(caller(request).org_id, show_id)


@router.post("/desk/shows/{int:show_id}/holds", response={201: HoldView}, auth=may_keep)
def place_hold(request: HttpRequest, show_id: int, body: Because) -> Status[HoldView]:
    by, now = caller(request), timezone.now()
    return Status(201, actions.place_hold(show_id=show_id, reason=body.reason, by=by, now=now))


@router.post("/desk/holds/{int:id}/lift", response=HoldView, auth=may_keep)
def lift_hold(request: HttpRequest, id: int, body: Because) -> HoldView:
    by, now = caller(request), timezone.now()
    return actions.lift_hold(hold_id=id, reason=body.reason, by=by, now=now)


@router.post("/desk/shows/{int:show_id}/deletions", response={201: DeletionView}, auth=may_keep)
def ask_deletion(request: HttpRequest, show_id: int, body: Because) -> Status[DeletionView]:
    """Refused before the law's term is over and while anything is held."""
    by, now = caller(request), timezone.now()
    return Status(201, actions.ask_deletion(show_id=show_id, reason=body.reason, by=by, now=now))


@router.post("/desk/deletions/{int:id}/confirm", response=DeletionView, auth=may_keep)
def confirm_deletion(request: HttpRequest, id: int) -> DeletionView:
    """The second person's yes."""
    return actions.confirm_deletion(deletion_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/deletions/{int:id}/refuse", response=DeletionView, auth=may_keep)
def refuse_deletion(request: HttpRequest, id: int) -> DeletionView:
    return actions.refuse_deletion(deletion_id=id, by=caller(request), now=timezone.now())
