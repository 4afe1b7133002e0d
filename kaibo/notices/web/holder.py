"""A notice for whoever has its code: no login, and nothing but the own notice."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.base.actor import SYSTEM
from kaibo.notices import actions, reads
from kaibo.notices.reads import HolderView
from kaibo.notices.web.bodies import HolderSuitBody, WhyBody

router = Router()


@router.get("/infringements/{notice_code}", response=HolderView)
def show_notice(request: HttpRequest, notice_code: str) -> HolderView:
    """How a notice stands; the seller's statement once it was passed on."""
    return reads.notice_of_code(notice_code)


@router.post("/infringements/{notice_code}/suit", response=HolderView)
def tell_suit(request: HttpRequest, notice_code: str, body: HolderSuitBody) -> HolderView:
    """Tell that one complained to an authority or went to court."""
    (org_id, id), now = reads.notice_on_code(notice_code), timezone.now()
    actions.note_suit(id=id, suit=body.suit, known_at=now, by=SYSTEM(org_id), now=now)
    return reads.notice_of_code(notice_code)


@router.post("/infringements/{notice_code}/withdraw", response=HolderView)
def withdraw_notice(request: HttpRequest, notice_code: str, body: WhyBody) -> HolderView:
    """Take a notice back."""
    org_id, id = reads.notice_on_code(notice_code)
    actions.withdraw_infringement(
        id=id, reason=body.why, by=SYSTEM(org_id), now=timezone.now()
    )
    return reads.notice_of_code(notice_code)
