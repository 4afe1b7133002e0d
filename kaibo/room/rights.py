"""Rights holders at the door of a room: no login, few at a time, and what is published of it."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from kaibo.base.actor import SYSTEM
from kaibo.base.networks import network_of
from kaibo.notices.actions import NoticeSpec, Received, file_infringement
from kaibo.notices.reads import PublicNotice, public_notices
from kaibo.room import actions, reads
from kaibo.room.addresses import Buckets
from kaibo.room.errors import TooFast
from kaibo.room.rules import Limits

router = Router(tags=["room"])

_LIMITS = Limits()
_filers = Buckets(rate=_LIMITS.notices_per_address_s, burst=_LIMITS.notices_per_address_burst)

Link = Annotated[int, Field(strict=True, ge=1, le=10**6)]


class RightsBody(Schema):
    """A notice; ``proof_of_work`` where the operator asks for one."""

    model_config = ConfigDict(extra="forbid")

    links: Annotated[list[Link], Field(max_length=100)] = []
    right: str = ""
    right_name: str = ""
    right_no: str = ""
    holder_kind: str = "company"
    holder: str = ""
    contact: str = ""
    proof: str = ""
    evidence: str = ""
    is_true: bool = False
    proof_of_work: Annotated[str, Field(max_length=4_000)] = ""


@router.post("/rooms/{code}/infringements", response={201: Received})
def file_notice(request: HttpRequest, code: str, body: RightsBody) -> Status[Received]:
    """File a rights holder's notice about links of a room; the answer holds the code, once.

    An address may file a handful at once and then one a minute.
    """
    if not _filers.take(network_of(request.META.get("REMOTE_ADDR"))):
        raise TooFast
    view, now = reads.show_of_room(code), timezone.now()
    if settings.KAIBO_PROOF_OF_WORK:
        actions.check_proof(body.proof_of_work, hashes_max=settings.KAIBO_PROOF_OF_WORK, now=now)
    said = body.model_dump(exclude={"links", "proof_of_work"})
    spec = NoticeSpec(org_id=view.org_id, show_id=view.id, link_nos=body.links, **said)
    return Status(201, file_infringement(spec=spec, by=SYSTEM(view.org_id), now=now))


@router.get("/rooms/{code}/infringements", response=list[PublicNotice])
def list_notices(request: HttpRequest, code: str) -> list[PublicNotice]:
    """Notices, statements and results, as the law has them published (电子商务法 art. 44)."""
    return public_notices(reads.show_of_room(code).org_id)
