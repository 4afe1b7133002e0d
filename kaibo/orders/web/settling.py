"""Refunds by bank at the desk: what waits, entering a transfer, and the second person."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.orders import actions
from kaibo.orders.reads import settling as reads
from kaibo.orders.reads.settling import BankRefundPage, BankRefundView
from kaibo.orders.web.bodies import Body

router = Router()

may_settle = staff("orders.refund")


class Transfer(Body):
    """The bank's number of a transfer, and why the money went that way."""

    bank_ref: str
    reason: str


@router.get("/desk/bank-refunds", response=BankRefundPage, auth=staff("orders.read"))
def list_bank_refunds(request: HttpRequest, state: str = "", page: int = 1) -> BankRefundPage:
    return reads.bank_refunds(caller(request).org_id, state=state, page=page)


@router.post("/desk/refunds/{int:id}/settle", response=BankRefundView, auth=may_settle)
def settle_refund(request: HttpRequest, id: int, body: Transfer) -> BankRefundView:
    return actions.settle_refund(
        refund_id=id,
        bank_ref=body.bank_ref,
        reason=body.reason,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/refunds/{int:id}/confirm", response=BankRefundView, auth=may_settle)
def confirm_settlement(request: HttpRequest, id: int) -> BankRefundView:
    return actions.confirm_settlement(refund_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/refunds/{int:id}/refuse", response=BankRefundView, auth=may_settle)
def refuse_settlement(request: HttpRequest, id: int) -> BankRefundView:
    return actions.refuse_settlement(refund_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/refunds/{int:id}/ask-again", response=BankRefundView, auth=may_settle)
def ask_refund_again(request: HttpRequest, id: int) -> BankRefundView:
    return actions.ask_refund_again(refund_id=id, by=caller(request), now=timezone.now())
