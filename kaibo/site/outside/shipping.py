"""Parcels and returns, for other programs."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from kaibo.access.actions import answer_once, by_key
from kaibo.access.reads import caller
from kaibo.base.carriers import WAYBILL_CHARS_MAX
from kaibo.orders import actions
from kaibo.orders.models.returns import SAID_CHARS_MAX
from kaibo.orders.reads import parcels, returns
from kaibo.orders.reads.parcels import ParcelLineView, ParcelView
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.rules.parcels import ParcelState
from kaibo.orders.rules.photos import PHOTOS_MAX
from kaibo.orders.rules.returns import RefusalReason, ReturnState
from kaibo.site.outside.shapes import After, Body, Id, Limit, Once, Router, answers, example

router = Router(tags=["shipping"])

CARRIER_CHARS_MAX = 40
# The rules refuse what makes no sense; this bound only keeps numbers storable.
Units = Annotated[int, Field(strict=True, ge=0, le=10**15)]
Answer = Annotated[str, Field(max_length=SAID_CHARS_MAX)]


@dataclass(frozen=True, slots=True)
class ShopReturn:
    """A return as other programs see it: what the buyer wrote and pictured stays at the desk."""

    id: int
    no: str
    state: str
    reason: str
    wants_exchange: bool
    lines: list[ParcelLineView]
    asked_at: dt.datetime
    last_day: dt.date
    freight_by: str
    refusal: str
    answer: str
    carrier: str
    waybill: str
    received_at: dt.datetime | None
    is_sellable: bool | None
    refund_due_at: dt.datetime | None
    ended_at: dt.datetime | None
    new_parcel_id: int | None
    amount_fen: int


class Parcels(Body):
    items: list[ParcelView]
    next: int | None


class Returns(Body):
    items: list[ShopReturn]
    next: int | None


class NewParcel(Body):
    """Handed to a carrier. ``units`` by line id; without it all that are left to ship."""

    carrier: str = Field(min_length=1, max_length=CARRIER_CHARS_MAX)
    waybill: str = Field(min_length=1, max_length=WAYBILL_CHARS_MAX)
    units: dict[Annotated[int, Field(ge=1)], Units] | None = None


class Accepted(Body):
    """Who pays for sending back, if both agreed otherwise, and a word to the buyer."""

    freight: Literal["", "buyer", "seller"] = ""
    answer: Answer = ""


class Refusal(Body):
    """Why not. ``proofs``: addresses of photographs, which goods judged by their looks need."""

    refusal: RefusalReason
    answer: Annotated[str, Field(min_length=1, max_length=SAID_CHARS_MAX)]
    proofs: Annotated[list[str], Field(max_length=PHOTOS_MAX)] = []


@router.get("/parcels", response=answers(Parcels), auth=by_key("orders.read"))
def list_parcels(
    request: HttpRequest, after: After, limit: Limit, state: ParcelState | None = None
) -> Parcels:
    """Parcels newest first, in all states or one; to whom they go is not said."""
    org_id = caller(request).org_id
    piece = parcels.parcels_after(org_id, after=after, limit=limit, state=state)
    return Parcels(items=piece.items, next=piece.next)


@router.get("/parcels/{int:id}", response=answers(ParcelView), auth=by_key("orders.read"))
def show_parcel(request: HttpRequest, id: Id) -> ParcelView:
    """One parcel."""
    return parcels.parcel_of(id, org_id=caller(request).org_id)


@router.post(
    "/orders/{no}/parcels",
    response=answers(ParcelView, status=201, body=True),
    auth=by_key("orders.ship"),
    openapi_extra=example('{"carrier": "中通", "waybill": "73100000000088"}'),
)
def ship_order(request: HttpRequest, no: str, body: NewParcel, once: Once) -> HttpResponse:
    """A parcel of a paid order goes under its waybill; the same waybill is the same parcel."""
    return answer_once(
        request,
        lambda by, now: actions.ship_order(
            no=no, carrier=body.carrier, waybill=body.waybill, units=body.units, by=by, now=now
        ),
        name=once,
        status=201,
    )


@router.get("/returns", response=answers(Returns), auth=by_key("orders.read"))
def list_returns(
    request: HttpRequest, after: After, limit: Limit, state: ReturnState | None = None
) -> Returns:
    """Returns in the order in which they were asked for, newest first, in all states or one."""
    org_id = caller(request).org_id
    piece = returns.returns_after(org_id, after=after, limit=limit, state=state)
    return Returns(items=[_shown(one) for one in piece.items], next=piece.next)


@router.get("/returns/{int:id}", response=answers(ShopReturn), auth=by_key("orders.read"))
def show_return(request: HttpRequest, id: Id) -> ShopReturn:
    """One return."""
    return _shown(returns.return_of(id, org_id=caller(request).org_id))


@router.post(
    "/returns/{int:id}/accept",
    response=answers(ShopReturn, body=True),
    auth=by_key("orders.refund"),
    openapi_extra=example('{"freight": "seller"}'),
)
def accept_return(request: HttpRequest, id: Id, body: Accepted, once: Once) -> HttpResponse:
    """Let the goods come back. What the law decides by itself is decided when it is asked for."""
    return answer_once(
        request,
        lambda by, now: _shown(
            actions.accept_return(
                return_id=id, freight=body.freight, answer=body.answer, by=by, now=now
            )
        ),
        name=once,
    )


@router.post(
    "/returns/{int:id}/refuse",
    response=answers(ShopReturn, body=True),
    auth=by_key("orders.refund"),
    openapi_extra=example('{"refusal": "not_proved", "answer": "照片看不出问题"}'),
)
def refuse_return(request: HttpRequest, id: Id, body: Refusal, once: Once) -> HttpResponse:
    """Refuse what was asked with a reason; that the pack was opened is none."""
    return answer_once(
        request,
        lambda by, now: _shown(
            actions.refuse_return(
                return_id=id,
                refusal=body.refusal,
                answer=body.answer,
                proofs=body.proofs,
                by=by,
                now=now,
            )
        ),
        name=once,
    )


def _shown(row: ReturnView) -> ShopReturn:
    return ShopReturn(**{one.name: getattr(row, one.name) for one in fields(ShopReturn)})
