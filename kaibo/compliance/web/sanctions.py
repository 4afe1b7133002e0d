"""Decisions against hosts and the operator over HTTP."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.compliance import actions, reads
from kaibo.compliance.reads import SanctionsView, SanctionView

router = Router()

ID_MAX = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=ID_MAX)]


class SanctionBody(Schema):
    """A decision; it rests on findings, or on the notice of an authority."""

    model_config = ConfigDict(extra="forbid")

    who: str
    host_id: Id | None = None
    name: str
    measure: str
    finding_ids: Annotated[list[Id], Field(max_length=50)] = []
    facts: str
    reason: str
    law: str
    article: str
    appeal_to: str
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime
    authority: str = ""
    order_no: str = ""
    listing_id: Id | None = None


class SanctionAppeal(Schema):
    """What the party says against a decision."""

    model_config = ConfigDict(extra="forbid")

    appeal: str


class SanctionAnswer(Schema):
    """What became of the appeal, and why."""

    model_config = ConfigDict(extra="forbid")

    is_upheld: bool
    answer: str


@router.get("/desk/sanctions", response=SanctionsView, auth=staff("sanctions.read"))
def sanctions(request: HttpRequest) -> SanctionsView:
    """Every decision with its letter, newest first."""
    return reads.sanctions(caller(request).org_id, now=timezone.now())


@router.post("/desk/sanctions", response={201: SanctionView}, auth=staff("sanctions.edit"))
def decide(request: HttpRequest, body: SanctionBody) -> Status[SanctionView]:
    """Order a measure; without a start it begins at once."""
    now = timezone.now()
    spec = actions.SanctionSpec(**body.model_dump() | {"starts_at": body.starts_at or now})
    return Status(201, actions.decide_sanction(spec=spec, by=caller(request), now=now))


@router.post(
    "/desk/sanctions/{int:id}/confirm", response=SanctionView, auth=staff("sanctions.edit")
)
def confirm(request: HttpRequest, id: int) -> SanctionView:
    """Confirm that an account is closed; not by who asked."""
    return actions.confirm_sanction(sanction_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/sanctions/{int:id}/refuse", response=SanctionView, auth=staff("sanctions.edit"))
def refuse(request: HttpRequest, id: int) -> SanctionView:
    """Do not close the account."""
    return actions.refuse_sanction(sanction_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/sanctions/{int:id}/appeal", response=SanctionView, auth=staff("sanctions.edit"))
def appeal(request: HttpRequest, id: int, body: SanctionAppeal) -> SanctionView:
    """Write an appeal down; it is answered by another person."""
    return actions.appeal_sanction(
        sanction_id=id, appeal=body.appeal, by=caller(request), now=timezone.now()
    )


@router.post("/desk/sanctions/{int:id}/answer", response=SanctionView, auth=staff("sanctions.edit"))
def answer(request: HttpRequest, id: int, body: SanctionAnswer) -> SanctionView:
    """Answer an appeal; not by who decided or confirmed."""
    return actions.answer_sanction(
        sanction_id=id,
        is_upheld=body.is_upheld,
        answer=body.answer,
        by=caller(request),
        now=timezone.now(),
    )
