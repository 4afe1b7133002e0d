"""Buyers' moves, made of the product's own actions."""

import datetime as dt
from typing import Any

import msgspec

from kaibo.orders import actions
from kaibo.orders.actions import Address, OrderSpec, OrderWish
from kaibo.orders.models import Payment
from kaibo.orders.reads import OrderView
from kaibo.orders.sandbox import bank, signing
from kaibo.orders.sandbox.provider import Notice
from kaibo.orders.tests.providers import Provider
from kaibo.promotions.tests.shop import NOW, SHOW, Shop

HOME = Address(name="张三", phone="138 1234 5678", region="上海市黄浦区", detail="南京东路 1 号")


def spec_of(shop: Shop, **changes: object) -> OrderSpec:
    """One unit of link 1 for viewer 1 at 99 yuan."""
    values: dict[str, object] = {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "viewer_id": 1,
        "request_key": "order-1",
        "units": 1,
        "address": HOME,
        "expected_total_fen": 9_900,
    }
    values |= changes
    line: dict[str, Any] = {"units": values.pop("units")}
    line["claim_id"] = values.pop("claim_id", None)
    line["link_no"] = values.pop("link_no", None if line["claim_id"] else 1)
    return OrderSpec(**{"wishes": (OrderWish(**line),)} | values)  # type: ignore[arg-type]


def place(shop: Shop, *, now: dt.datetime = NOW, **changes: object) -> OrderView:
    """Place an order."""
    return actions.place_order(spec=spec_of(shop, **changes), now=now)


def open_payment(order: OrderView, *, viewer_id: int = 1, now: dt.datetime = NOW) -> Payment:
    """Open the sandbox's page; returns our row of the attempt."""
    url = actions.open_payment(no=order.no, viewer_id=viewer_id, now=now).url
    return Payment.objects.get(attempt_token=url.rsplit("/", 1)[1])


def tell(
    payment: Payment,
    *,
    now: dt.datetime,
    event_id: str = "",
    amount_fen: int | None = None,
    failed: bool = False,
) -> str:
    """A signed callback, as the sandbox would send it."""
    notice = Notice(
        type="payment.failed" if failed else "payment.paid",
        token=payment.attempt_token,
        amount_fen=payment.amount_fen if amount_fen is None else amount_fen,
    )
    body = msgspec.json.encode(notice)
    headers = signing.sign(event_id or f"evt-{payment.pk}", body.decode(), now=now)
    return actions.receive_callback(provider="sandbox", headers=headers, body=body, now=now)


def pay(order: OrderView, *, viewer_id: int = 1, now: dt.datetime = NOW) -> Payment:
    """Open and pay."""
    payment = open_payment(order, viewer_id=viewer_id, now=now)
    bank.press(payment.attempt_token, "pay", now=now)
    assert tell(payment, now=now) == "done"
    payment.refresh_from_db()
    return payment


def open_at(bank: Provider, no: str, *, now: dt.datetime = NOW) -> str:
    """Send viewer 1 to a real provider; returns the page's address."""
    page = actions.open_payment(
        no=no, viewer_id=1, now=now, provider_name=bank.name, payer_ip="203.0.113.7"
    )
    return page.url


def begin_at(bank: Provider, shop: Shop, **changes: Any) -> Payment:
    """An order of one unit at 99 yuan, and its attempt at this provider."""
    order = place(shop, **changes)
    open_at(bank, order.no)
    return Payment.objects.get(order__no=order.no)


def tell_from(bank: Provider, payment: Payment, *, now: dt.datetime = NOW, **changes: Any) -> str:
    """The provider's callback, signed and told at ``now`` unless ``changes`` say otherwise."""
    values = {"at": now, "fen": payment.amount_fen, **changes}
    headers, body = bank.notice(payment.attempt_token, **values)
    return actions.receive_callback(provider=bank.name, headers=headers, body=body, now=now)
