"""Auctions over HTTP: the desk plans and cancels them, viewers see them.

Bids come in through the room (``kaibo.room.web``), which counts them by address.
"""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import AuctionTerms
from kaibo.promotions.reads import AuctionView, DeskAuctionView, WinView
from kaibo.promotions.web.selling import Body, Seconds, Whole

router = Router()


class NewAuction(Body):
    link_no: Whole
    units: Whole = 1
    start_fen: Whole
    step_fen: Whole
    reserve_fen: Whole | None = None
    buy_now_fen: Whole | None = None
    opens_in_s: Seconds
    lasts_s: Seconds
    extend_within_s: Seconds = 10
    extend_by_s: Seconds = 10
    extend_max_s: Seconds = 120
    bids_per_buyer_max: Whole = 100
    pay_within_s: Seconds = 900
    next_offers_max: Whole = 0


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
def plan_auction(request: HttpRequest, show_id: int, body: NewAuction) -> Status[DeskAuctionView]:
    now = timezone.now()
    opens_at = now + dt.timedelta(seconds=body.opens_in_s)
    values = body.model_dump(exclude={"link_no", "opens_in_s", "lasts_s"})
    terms = AuctionTerms(
        opens_at=opens_at, closes_at=opens_at + dt.timedelta(seconds=body.lasts_s), **values
    )
    made = actions.plan_auction(
        show_id=show_id, link_no=body.link_no, terms=terms, by=caller(request), now=now
    )
    return Status(201, made)


@router.post("/desk/auctions/{int:id}/cancel", response=DeskAuctionView, auth=staff("room.desk"))
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
