"""Orders at the desk: the list, its exports, refunds."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.base.actor import Actor
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.orders import actions, reads
from kaibo.orders.reads import OrderPage, OrderView
from kaibo.orders.rules.cancels import Ground
from kaibo.orders.web.bodies import Body
from kaibo.orders.web.my import RefundWish, undo

router = Router()


class DeskRefund(RefundWish):
    """As a buyer's, with a reason, and whose wish it is: a seller's own undoes nothing (ECL 49)."""

    reason: str
    ground: Ground = "buyer_asked"


class DefaultWish(Body):
    """Why the seller does not deliver."""

    reason: str


@router.get("/desk/shows/{int:show_id}/orders", response=OrderPage, auth=staff("orders.read"))
def show_orders(request: HttpRequest, show_id: int, state: str = "", page: int = 1) -> OrderPage:
    return reads.orders_of_show(caller(request).org_id, show_id, state=state, page=page)


@router.post("/desk/orders/{no}/refund", response=OrderView, auth=staff("orders.refund"))
def refund_order(request: HttpRequest, no: str, body: DeskRefund) -> OrderView:
    return undo(no, body, by=caller(request), ground=body.ground)


@router.post("/desk/orders/{no}/default", response=OrderView, auth=staff("orders.refund"))
def default_presale(request: HttpRequest, no: str, body: DefaultWish) -> OrderView:
    return actions.default_presale(
        no=no, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.post("/desk/orders/{no}/penalty", response=OrderView, auth=staff("orders.refund"))
def pay_penalty(request: HttpRequest, no: str) -> OrderView:
    return actions.pay_penalty(no=no, by=caller(request), now=timezone.now())


def file_answer(data: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=kind, headers=disposition)

