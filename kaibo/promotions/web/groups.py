"""Group buys and presales over HTTP: the desk starts and ends them, viewers see them."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import GroupOfferSpec, PresaleTerms
from kaibo.promotions.reads import GroupOfferView, PresaleOfferView
from kaibo.promotions.web.changes import GroupBody, PresaleBody
from kaibo.promotions.web.once import once
from kaibo.promotions.web.selling import Whole

router = Router()


class NewGroupOffer(GroupBody):
    link_no: Whole
    price_fen: Whole


class NewPresale(PresaleBody):
    link_no: Whole


@router.get(
    "/desk/shows/{int:show_id}/group-offers",
    response=list[GroupOfferView],
    auth=staff("room.desk"),
)
def show_group_offers(request: HttpRequest, show_id: int) -> list[GroupOfferView]:
    return reads.group_offers(show_id, org_id=caller(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/group-offers",
    response={201: GroupOfferView},
    auth=staff("room.desk"),
)
@once(201)
def start_group_offer(
    request: HttpRequest, show_id: int, body: NewGroupOffer
) -> Status[GroupOfferView]:
    spec = GroupOfferSpec(show_id=show_id, **body.model_dump())
    made = actions.start_group_offer(spec=spec, by=caller(request), now=timezone.now())
    return Status(201, made)


@router.post(
    "/desk/group-offers/{int:id}/end", response=GroupOfferView, auth=staff("room.desk")
)
@once()
def end_group_offer(request: HttpRequest, id: int) -> GroupOfferView:
    return actions.end_group_offer(group_offer_id=id, by=caller(request), now=timezone.now())


@router.get("/my/group-offers", response=list[GroupOfferView], auth=viewer_auth)
def group_offers(request: HttpRequest) -> list[GroupOfferView]:
    viewer = asker(request)
    return reads.group_offers(viewer.show_id, org_id=viewer.org_id, running=True)


@router.get(
    "/desk/shows/{int:show_id}/presales", response=list[PresaleOfferView], auth=staff("room.desk")
)
def show_presales(request: HttpRequest, show_id: int) -> list[PresaleOfferView]:
    return reads.presale_offers(show_id, org_id=caller(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/presales", response={201: PresaleOfferView}, auth=staff("room.desk")
)
@once(201)
def start_presale(request: HttpRequest, show_id: int, body: NewPresale) -> Status[PresaleOfferView]:
    made = actions.start_presale_offer(
        show_id=show_id,
        link_no=body.link_no,
        terms=PresaleTerms(**body.model_dump(exclude={"link_no"})),
        by=caller(request),
        now=timezone.now(),
    )
    return Status(201, made)


@router.post("/desk/presales/{int:id}/end", response=PresaleOfferView, auth=staff("room.desk"))
@once()
def end_presale(request: HttpRequest, id: int) -> PresaleOfferView:
    return actions.end_presale_offer(presale_offer_id=id, by=caller(request), now=timezone.now())


@router.get("/my/presales", response=list[PresaleOfferView], auth=viewer_auth)
def presales(request: HttpRequest) -> list[PresaleOfferView]:
    """What is on, with every term before anything is paid (LM-111)."""
    viewer = asker(request)
    return reads.presale_offers(viewer.show_id, org_id=viewer.org_id, running=True)
