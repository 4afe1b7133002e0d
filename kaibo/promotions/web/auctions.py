"""Auctions over HTTP: the desk plans and cancels them, viewers see them.

Bids come in through the room (``kaibo.room.web``), which counts them by address.
"""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import AuctionPart
from kaibo.promotions.reads import AuctionView, DeskAuctionView, WinView
from kaibo.promotions.web.changes import AuctionBody
from kaibo.promotions.web.once import once
from kaibo.promotions.web.selling import Whole

router = Router()


class NewAuction(AuctionBody):
    link_no: Whole


@router.get(
    "/desk/shows/{int:show_id}/auctions",
    response=list[DeskAuctionView],
    auth=staff("room.desk"),
)
def show_auctions(request: HttpRequest, show_id: int) -> list[DeskAuctionView]:
    return reads.desk_auctions(show_id, org_id=caller(request).org_id)


@router.post(
    "/desk/shows/{int:show_id}/auctions",
    response={201: DeskAuctionView},
    auth=staff("room.desk"),
)
@once(201)
def plan_auction(request: HttpRequest, show_id: int, body: NewAuction) -> Status[DeskAuctionView]:
    now = timezone.now()
    terms = AuctionPart(**body.model_dump(exclude={"link_no"})).at(now)
    made = actions.plan_auction(
        show_id=show_id, link_no=body.link_no, terms=terms, by=caller(request), now=now
    )
    return Status(201, made)


@router.post("/desk/auctions/{int:id}/cancel", response=DeskAuctionView, auth=staff("room.desk"))
@once()
def cancel_auction(request: HttpRequest, id: int) -> DeskAuctionView:
    return actions.cancel_auction(auction_id=id, by=caller(request), now=timezone.now())


@router.get("/my/auctions", response=list[AuctionView], auth=viewer_auth)
def auctions(request: HttpRequest) -> list[AuctionView]:
    """With every term before anybody bids; of a reserve only that there is one."""
    viewer = asker(request)
    return reads.auctions(viewer.show_id, org_id=viewer.org_id, viewer_id=viewer.id)


@router.get("/my/auctions/{int:id}", response=AuctionView, auth=viewer_auth)
def auction(request: HttpRequest, id: int) -> AuctionView:
    viewer = asker(request)
    return reads.auction(id, org_id=viewer.org_id, show_id=viewer.show_id, viewer_id=viewer.id)


@router.get("/my/wins", response=list[WinView], auth=viewer_auth)
def my_wins(request: HttpRequest) -> list[WinView]:
    viewer = asker(request)
    return reads.wins_of(viewer.id, org_id=viewer.org_id, show_id=viewer.show_id)
