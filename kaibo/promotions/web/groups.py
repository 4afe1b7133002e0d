"""Group buys over HTTP: the desk starts and ends them, viewers see what they may open."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import staff
from kaibo.audience.reads import viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import GroupOfferSpec
from kaibo.promotions.reads import GroupOfferView
from kaibo.promotions.web.selling import Body, Whole, _by, _viewer

router = Router()


class NewGroupOffer(Body):
    link_no: Whole
    size: Whole
    price_fen: Whole
    fill_s: Whole
    per_buyer_max: Whole = 1
    leader_price_fen: Whole | None = None


@router.get(
    "/desk/shows/{int:show_id}/group-offers",
    response=list[GroupOfferView],
    auth=staff("room.desk"),
)
def show_group_offers(request: HttpRequest, show_id: int) -> list[GroupOfferView]:
    return reads.group_offers(show_id, org_id=_by(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/group-offers",
    response={201: GroupOfferView},
    auth=staff("room.desk"),
)
def start_group_offer(
    request: HttpRequest, show_id: int, body: NewGroupOffer
) -> Status[GroupOfferView]:
    spec = GroupOfferSpec(show_id=show_id, **body.model_dump())
    made = actions.start_group_offer(spec=spec, by=_by(request), now=timezone.now())
    return Status(201, made)


@router.post(
    "/desk/group-offers/{int:id}/end", response=GroupOfferView, auth=staff("room.desk")
)
def end_group_offer(request: HttpRequest, id: int) -> GroupOfferView:
    return actions.end_group_offer(group_offer_id=id, by=_by(request), now=timezone.now())


@router.get("/my/group-offers", response=list[GroupOfferView], auth=viewer_auth)
def group_offers(request: HttpRequest) -> list[GroupOfferView]:
    viewer = _viewer(request)
    return reads.group_offers(viewer.show_id, org_id=viewer.org_id, running=True)
