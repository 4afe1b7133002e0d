"""What a viewer bought: where it is, and sending it back."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.photos import check_size
from kaibo.orders import actions
from kaibo.orders.actions import ReturnWish
from kaibo.orders.reads import OrderView
from kaibo.orders.reads import cancels as cancel_reads
from kaibo.orders.reads import parcels as parcel_reads
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.cancels import CancelView
from kaibo.orders.reads.parcels import ParcelView
from kaibo.orders.reads.returns import ReturnableLine, ReturnView
from kaibo.orders.rules.returns import Reason
from kaibo.orders.web.bodies import Body, Whole, photo_answer
from kaibo.orders.web.shipping import Handed

router = Router()


class NewReturn(Body):
    """Units by line id, and why."""

    request_key: str
    units: Annotated[dict[int, Whole], Field(max_length=100)]
    reason: Reason
    wants: Literal["refund", "exchange"] = "refund"
    said: str = ""
    photos: Annotated[list[str], Field(max_length=20)] = []


class Answer(Body):
    """Whether the buyer lets the order be cancelled."""

    agrees: Annotated[bool, Field(strict=True)]


@router.get("/my/orders/{no}/parcels", response=list[ParcelView], auth=viewer_auth)
def my_parcels(request: HttpRequest, no: str) -> list[ParcelView]:
    return parcel_reads.parcels_of_order(no, viewer_id=asker(request).id)


@router.post("/my/parcels/{int:id}/received", response=ParcelView, auth=viewer_auth)
def got_parcel(request: HttpRequest, id: int) -> ParcelView:
    """The parcel is here; the days to send back run from now."""
    return actions.deliver_parcel(parcel_id=id, by=asker(request), now=timezone.now())


@router.get("/my/orders/{no}/returnable", response=list[ReturnableLine], auth=viewer_auth)
def my_returnable(request: HttpRequest, no: str) -> list[ReturnableLine]:
    return reads.returnable(no, viewer_id=asker(request).id, now=timezone.now())


@router.get("/my/orders/{no}/returns", response=list[ReturnView], auth=viewer_auth)
def my_returns(request: HttpRequest, no: str) -> list[ReturnView]:
    return reads.returns_of_order(no, viewer_id=asker(request).id)


@router.post("/my/orders/{no}/returns", response={201: ReturnView}, auth=viewer_auth)
def ask_return(request: HttpRequest, no: str, body: NewReturn) -> Status[ReturnView]:
    wish = ReturnWish(
        units=body.units,
        reason=body.reason,
        request_key=body.request_key,
        wants_exchange=body.wants == "exchange",
        said=body.said,
        photos=body.photos,
    )
    by, now = asker(request), timezone.now()
    return Status(201, actions.ask_return(no=no, wish=wish, by=by, now=now))


@router.post("/my/returns/{int:id}/photos", response={201: ReturnView}, auth=viewer_auth)
def add_return_photo(
    request: HttpRequest, id: int, file: File[UploadedFile]
) -> Status[ReturnView]:
    """Show what is wrong with the goods: JPEG, PNG or WebP."""
    check_size(file.size or 0)
    by, now = asker(request), timezone.now()
    return Status(201, actions.add_return_photo(return_id=id, data=file.read(), by=by, now=now))


@router.get("/my/return-photos/{int:id}", auth=viewer_auth)
def my_return_photo(request: HttpRequest, id: int) -> HttpResponse:
    viewer = asker(request)
    return photo_answer(reads.photo_data(id, org_id=viewer.org_id, viewer_id=viewer.id))


@router.post("/my/returns/{int:id}/withdraw", response=ReturnView, auth=viewer_auth)
def withdraw_return(request: HttpRequest, id: int) -> ReturnView:
    return actions.withdraw_return(return_id=id, by=asker(request), now=timezone.now())


@router.post("/my/returns/{int:id}/send", response=ReturnView, auth=viewer_auth)
def send_return(request: HttpRequest, id: int, body: Handed) -> ReturnView:
    return actions.send_return(
        return_id=id,
        carrier=body.carrier,
        waybill=body.waybill,
        by=asker(request),
        now=timezone.now(),
    )


@router.get("/my/cancel-asks", response=list[CancelView], auth=viewer_auth)
def open_cancel_asks(request: HttpRequest) -> list[CancelView]:
    """What sellers ask of this viewer and has no end yet."""
    viewer = asker(request)
    return cancel_reads.open_cancels(viewer.id, org_id=viewer.org_id)


@router.get("/my/orders/{no}/cancel-asks", response=list[CancelView], auth=viewer_auth)
def my_cancel_asks(request: HttpRequest, no: str) -> list[CancelView]:
    return cancel_reads.cancels_of_order(no, viewer_id=asker(request).id)


@router.post("/my/orders/{no}/cancel-answer", response=CancelView, auth=viewer_auth)
def answer_cancel(request: HttpRequest, no: str, body: Answer) -> CancelView:
    """Agree to what the seller asks, or not; nothing else undoes a paid order."""
    by, now = asker(request), timezone.now()
    return actions.answer_cancel(no=no, agrees=body.agrees, by=by, now=now)


class NoticeAnswer(Body):
    """Whether the buyer has the money back."""

    refund: Annotated[bool, Field(strict=True)]


@router.post("/my/orders/{no}/notices/{int:notice_id}", response=OrderView, auth=viewer_auth)
def answer_notice(
    request: HttpRequest, no: str, notice_id: int, body: NoticeAnswer
) -> OrderView:
    """Keep the order in spite of the correction, or have the money of its goods back."""
    return actions.answer_notice(
        no=no, notice_id=notice_id, refund=body.refund, by=asker(request), now=timezone.now()
    )
