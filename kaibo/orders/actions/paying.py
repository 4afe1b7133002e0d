"""Sending a buyer to a payment provider."""

import datetime as dt
import secrets
from collections.abc import Mapping

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.facts.orders import PaymentOpened
from kaibo.journal.actions import append
from kaibo.orders import edge
from kaibo.orders.actions.presales import part_due
from kaibo.orders.actions.units import lines_of, lock_order
from kaibo.orders.errors import OrderStateWrong, PayTooLate
from kaibo.orders.models import Order, Payment
from kaibo.orders.ports import OpenedPage, PayBy, PaymentToOpen
from kaibo.orders.rules import ORDER


def open_payment(
    *,
    no: str,
    viewer_id: int,
    now: dt.datetime,
    provider_name: str = "",
    payer_ip: str = "",
    by: PayBy = "page",
    back_url: str = "",
) -> OpenedPage:
    """The page where the buyer pays, or the QR code by which they do.

    Safe to repeat: while an attempt at a provider is open, the same one is shown again. The
    provider is asked after our commit, so it never knows of a payment that we don't.

    Args:
        provider_name: one of ``edge.offered(org_id)``, or "" for the first of them.
        payer_ip: where the buyer's request comes from; some providers ask for it.
        by: ``qr`` is a page where the provider has no code (``edge.pays_by``).
        back_url: where the provider's page sends the buyer afterwards.

    Raises:
        BalanceNotOpen: the deposit is there, and it is too early for the balance.
        NoSuchOrder, OrderStateWrong, PayTooLate, NoSuchProvider, PaymentOff: nothing was written.
        ProviderDown, ProviderRefused: the attempt is written and waits for the next try.
    """
    with transaction.atomic():
        order = lock_order(no, viewer_id=viewer_id)
        provider = edge.chosen_provider(provider_name, org_id=order.organisation_id)
        if not ORDER.may(order.state, "pay"):
            raise OrderStateWrong(no=no, state=order.get_state_display())
        if order.pay_before <= now:
            raise PayTooLate(no=no, pay_before=order.pay_before)
        part, amount_fen = part_due(order, now=now)
        way = {"provider": provider.name, "by": edge.pays_by(provider.name, by), "part": part}
        payment = order.payments.filter(state="opened", **way).first()
        if payment is None:
            payment = _open(order, way, amount_fen=amount_fen, now=now)
    page = provider.open(
        PaymentToOpen(
            token=payment.attempt_token,
            order_no=order.no,
            title=_title(order),
            amount_fen=payment.amount_fen,
            opened_at=payment.opened_at,
            pay_before=order.pay_before,
            payer_ip=payer_ip,
            by=edge.pays_by(provider.name, by),
            back_url=back_url,
        )
    )
    Payment.objects.filter(pk=payment.pk, provider_ref="").update(provider_ref=page.ref)
    return page


def _title(order: Order) -> str:
    """What the provider's page says is bought."""
    first, *others = lines_of(order)
    return f"{first.title} 等 {1 + len(others)} 种商品" if others else first.title


def _open(order: Order, way: Mapping[str, str], *, amount_fen: int, now: dt.datetime) -> Payment:
    payment = order.payments.create(
        # 32 letters and digits: what every provider takes as the seller's own number.
        attempt_token=secrets.token_hex(16),
        amount_fen=amount_fen,
        opened_at=now,
        **way,
    )
    fact = PaymentOpened(
        order_id=order.pk,
        no=order.no,
        payment_id=payment.pk,
        provider=payment.provider,
        amount_fen=payment.amount_fen,
    )
    buyer = Actor("viewer", order.viewer_id, order.organisation_id)
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=buyer)
    return payment
