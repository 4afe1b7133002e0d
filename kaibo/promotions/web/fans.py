"""What fan tiers give, over HTTP: for the desk and for viewers."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions.reads import fans as reads
from kaibo.promotions.reads.fans import FanCard, FanRight, FanUse, TierPrice

router = Router()


@router.get("/desk/fans/rights", response=list[FanRight], auth=staff("room.desk"))
def list_fan_rights(request: HttpRequest) -> list[FanRight]:
    return reads.fan_rights(caller(request).org_id, show_id=None, now=timezone.now())


@router.get("/desk/fans/members/{int:viewer_id}/uses", response=list[FanUse], auth=staff("room.desk"))
def list_fan_uses(request: HttpRequest, viewer_id: int) -> list[FanUse]:
    return reads.fan_uses(viewer_id, org_id=caller(request).org_id)


@router.get(
    "/desk/shows/{int:show_id}/fan-prices", response=list[TierPrice], auth=staff("planning.read")
)
def show_fan_prices(request: HttpRequest, show_id: int) -> list[TierPrice]:
    return reads.tier_prices(caller(request).org_id, show_id=show_id, now=timezone.now())


@router.get("/my/fan", response=FanCard, auth=viewer_auth)
def my_fan(request: HttpRequest) -> FanCard:
    viewer = asker(request)
    return reads.fan_card(
        viewer.id, org_id=viewer.org_id, show_id=viewer.show_id, now=timezone.now()
    )
