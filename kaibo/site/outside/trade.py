"""Shows, claims, orders and the ledger, for other programs."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from kaibo.access.actions import answer_once, by_key
from kaibo.access.reads import caller
from kaibo.orders import actions
from kaibo.orders import reads as orders
from kaibo.orders.reads import EntryView, OrderView, SoldOrder
from kaibo.orders.rules import REASON_CHARS_MAX, OrderState
from kaibo.planning import reads as planning
from kaibo.planning.reads import ShowDetail, ShowView
from kaibo.promotions import reads as promotions
from kaibo.promotions.reads import ShopClaim
from kaibo.site.outside.shapes import (
    ID_MAX,
    After,
    Body,
    Id,
    Limit,
    Once,
    Router,
    answers,
    example,
)

router = Router(tags=["trade"])


ShowId = Annotated[int | None, Query(None, ge=1, le=ID_MAX, description="Of this show only.")]


class Shows(Body):
    items: list[ShowView]
    next: int | None


class Claims(Body):
    items: list[ShopClaim]
    next: int | None


class Orders(Body):
    items: list[SoldOrder]
    next: int | None


class Entries(Body):
    items: list[EntryView]
    next: int | None


class Reason(Body):
    reason: str = Field(max_length=REASON_CHARS_MAX)


@router.get("/shows", response=answers(Shows), auth=by_key("planning.read"))
def list_shows(request: HttpRequest, after: After, limit: Limit) -> Shows:
    """Shows in the order they were planned, newest first."""
    piece = planning.shows_after(caller(request).org_id, after=after, limit=limit)
    return Shows(items=piece.items, next=piece.next)


@router.get("/shows/{int:id}", response=answers(ShowDetail), auth=by_key("planning.read"))
def show_show(request: HttpRequest, id: Id) -> ShowDetail:
    """One show with its run of show."""
    return planning.show_detail(caller(request).org_id, id)


@router.get("/shows/{int:id}/claims", response=answers(Claims), auth=by_key("orders.read"))
def list_claims(request: HttpRequest, id: Id, after: After, limit: Limit) -> Claims:
    """Flash-sale claims of a show, newest first; viewers are ids, never names."""
    org_id = caller(request).org_id
    planning.show(org_id, id)
    piece = promotions.claims_after(org_id, id, after=after, limit=limit)
    return Claims(items=piece.items, next=piece.next)


@router.get("/orders", response=answers(Orders), auth=by_key("orders.read"))
def list_orders(
    request: HttpRequest,
    after: After,
    limit: Limit,
    show_id: ShowId,
    state: OrderState | None = None,
) -> Orders:
    """Orders newest first, of all shows or one, in all states or one; receivers are masked."""
    piece = orders.orders_after(
        caller(request).org_id, after=after, limit=limit, show_id=show_id, state=state
    )
    return Orders(items=piece.items, next=piece.next)


@router.get("/orders/{no}", response=answers(SoldOrder), auth=by_key("orders.read"))
def show_order(request: HttpRequest, no: str) -> SoldOrder:
    """One order by its number, with who bears what of each line's discount."""
    return orders.sold(no, org_id=caller(request).org_id)


@router.post(
    "/orders/{no}/refund",
    response=answers(OrderView, body=True),
    auth=by_key("orders.refund"),
    openapi_extra=example('{"reason": "协商退款"}'),
)
def refund_order(request: HttpRequest, no: str, body: Reason, once: Once) -> HttpResponse:
    """Undo a paid order. The money goes back in a moment: the state is `refunding` until then."""
    return answer_once(
        request,
        lambda by, now: actions.refund_order(no=no, reason=body.reason, by=by, now=now),
        name=once,
    )


@router.get("/ledger", response=answers(Entries), auth=by_key("orders.ledger"))
def list_entries(
    request: HttpRequest,
    after: After,
    limit: Limit,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Entries:
    """Ledger entries, refunds among them, in the order they were written, newest first."""
    piece = orders.entries_after(
        caller(request).org_id, after=after, limit=limit, since=since, until=until
    )
    return Entries(items=piece.items, next=piece.next)
