"""After-sales at the desk: returns, and asking a buyer to let an order be cancelled."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.orders import actions
from kaibo.orders.reads import cancels as cancel_reads
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.cancels import CancelPage, CancelView
from kaibo.orders.reads.returns import ReturnPage, ReturnView
from kaibo.orders.rules.cancels import SellersWhy
from kaibo.orders.rules.returns import RefusalReason
from kaibo.orders.web.desk import file_answer
from kaibo.orders.web.bodies import Body, Whole, photo_answer
from kaibo.orders.web.shipping import Handed

router = Router()


class Yes(Body):
    """Who pays for sending back, if both agreed otherwise, and a word to the buyer."""

    freight: Literal["", "buyer", "seller"] = ""
    answer: str = ""


class No(Body):
    """Why not; that the pack was opened is no reason (R7 §8)."""

    refusal: RefusalReason
    answer: str
    proofs: Annotated[list[str], Field(max_length=20)] = []


class Received(Body):
    """Whether what came back can be sold again, and which gifts of it were not there."""

    is_sellable: Annotated[bool, Field(strict=True)]
    gifts_missing: dict[int, Whole] = {}


class CancelWish(Body):
    """Why the seller would rather not sell."""

    why: SellersWhy
    said: str


@router.get("/desk/returns", response=ReturnPage, auth=staff("orders.read"))
def list_returns(request: HttpRequest, state: str = "", page: int = 1) -> ReturnPage:
    return reads.returns_of_shop(caller(request).org_id, state=state, page=page)


@router.get("/desk/returns/{int:id}", response=ReturnView, auth=staff("orders.read"))
def show_return(request: HttpRequest, id: int) -> ReturnView:
    return reads.return_of(id, org_id=caller(request).org_id)


@router.get("/desk/return-photos/{int:id}", auth=staff("orders.read"))
def show_return_photo(request: HttpRequest, id: int) -> HttpResponse:
    return photo_answer(reads.photo_data(id, org_id=caller(request).org_id))


@router.post("/desk/returns/{int:id}/accept", response=ReturnView, auth=staff("orders.refund"))
def accept_return(request: HttpRequest, id: int, body: Yes) -> ReturnView:
    return actions.accept_return(
        return_id=id,
        freight=body.freight,
        answer=body.answer,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/returns/{int:id}/refuse", response=ReturnView, auth=staff("orders.refund"))
def refuse_return(request: HttpRequest, id: int, body: No) -> ReturnView:
    return actions.refuse_return(
        return_id=id,
        refusal=body.refusal,
        answer=body.answer,
        proofs=body.proofs,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/returns/{int:id}/receive", response=ReturnView, auth=staff("orders.ship"))
def receive_return(request: HttpRequest, id: int, body: Received) -> ReturnView:
    """The goods are here: the money follows within seven days, by itself if nobody decides."""
    return actions.receive_return(
        return_id=id,
        is_sellable=body.is_sellable,
        gifts_missing=body.gifts_missing,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/returns/{int:id}/refund", response=ReturnView, auth=staff("orders.refund"))
def refund_return(request: HttpRequest, id: int) -> ReturnView:
    return actions.refund_return(return_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/returns/{int:id}/waive", response=ReturnView, auth=staff("orders.refund"))
def waive_return(request: HttpRequest, id: int) -> ReturnView:
    """Refund without taking the goods back, where the shop chose to allow it."""
    return actions.waive_return(return_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/returns/{int:id}/exchange", response=ReturnView, auth=staff("orders.refund"))
def exchange_return(request: HttpRequest, id: int, body: Handed) -> ReturnView:
    return actions.exchange_return(
        return_id=id,
        carrier=body.carrier,
        waybill=body.waybill,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/returns/{int:id}/reject", response=ReturnView, auth=staff("orders.refund"))
def reject_return(request: HttpRequest, id: int, body: No) -> ReturnView:
    return actions.reject_return(
        return_id=id,
        refusal=body.refusal,
        answer=body.answer,
        proofs=body.proofs,
        by=caller(request),
        now=timezone.now(),
    )


@router.get("/desk/cancel-asks", response=CancelPage, auth=staff("orders.read"))
def list_shop_cancel_asks(request: HttpRequest, state: str = "", page: int = 1) -> CancelPage:
    return cancel_reads.cancels_of_shop(caller(request).org_id, state=state, page=page)


@router.get("/desk/orders/{no}/cancel-asks", response=list[CancelView], auth=staff("orders.read"))
def list_cancel_asks(request: HttpRequest, no: str) -> list[CancelView]:
    return cancel_reads.cancels_of_order(no, org_id=caller(request).org_id)


@router.post("/desk/orders/{no}/cancel-asks", response=CancelView, auth=staff("orders.refund"))
def ask_cancel(request: HttpRequest, no: str, body: CancelWish) -> CancelView:
    """Ask the buyer to agree; a paid order is not undone by the seller alone (电子商务法 §49)."""
    return actions.ask_cancel(
        no=no, why=body.why, said=body.said, by=caller(request), now=timezone.now()
    )


@router.post("/desk/orders/{no}/keep", response=CancelView, auth=staff("orders.refund"))
def keep_order(request: HttpRequest, no: str) -> CancelView:
    """Take the question back."""
    return actions.keep_order(no=no, by=caller(request), now=timezone.now())
