"""Placing an order."""

import datetime as dt
import json
import secrets
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from kaibo.access.crypto import encrypt_text
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX
from kaibo.base.times import shop_day
from kaibo.facts.orders import OrderPlaced
from kaibo.journal.actions import append
from kaibo.orders import reads
from kaibo.orders.actions.parcel_units import promise_shipping
from kaibo.orders.actions.units import fact_lines
from kaibo.orders.errors import LinkOrClaim
from kaibo.orders.models import Order, OrderLine
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import (
    PAY_WITHIN,
    Address,
    check_request_key,
    check_total,
    clean_address,
    mask_receiver,
    order_no,
)
from kaibo.promotions.actions import Taken, order_claim, take_units
from kaibo.promotions.reads import offer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpec:
    """What a buyer asks for: units of a link, or a claim's units; never both.

    Args:
        confirmed_links: links whose goods the buyer confirmed, each by a mark of its own, not to
            send back without a reason.
        expected_total_fen: what the page showed; another total is refused, not charged.
        units: with a claim, the claim's own number.
    """

    org_id: int
    show_id: int
    viewer_id: int
    request_key: str
    units: int
    address: Address
    expected_total_fen: int
    link_no: int | None = None
    claim_id: int | None = None
    confirmed_links: frozenset[int] = frozenset()


@transaction.atomic
def place_order(*, spec: OrderSpec, now: dt.datetime) -> OrderView:
    """Hold the units, keep what the page said, and wait for the money until ``pay_before``.

    Safe to repeat: the same ``request_key`` returns the first order unchanged. The floor price
    is read anew under its lock: no path sells below it.

    Raises:
        BadInput and its kin: something typed cannot be used.
        NoSuchLink, NotOnSale, SoldOut, BuyerLimit: the link does not give the units.
        NoSuchClaim, ClaimUsed, ClaimLapsed: the claim does not.
        PriceChanged, BelowFloor: the price does not stand.
        Nothing was written in any of these cases.
    """
    check_request_key(spec.request_key)
    address = clean_address(spec.address)
    check_whole("expected_total_fen", spec.expected_total_fen, least=1, most=FEN_MAX)
    if (spec.link_no is None) == (spec.claim_id is None):
        raise LinkOrClaim(field="link_no")
    order, is_new = _write_order(spec, address, now=now)
    if not is_new:
        return reads.order(order.no, viewer_id=spec.viewer_id)
    taken = _take(spec, now=now)
    amount_fen = taken.units * taken.unit_price_fen
    check_total(expected_fen=spec.expected_total_fen, actual_fen=amount_fen)
    if taken.pay_before is not None:
        order.pay_before = taken.pay_before
    order.snapshot = _snapshot(taken, now=now)
    order.save(update_fields=["pay_before", "snapshot"])
    OrderLine.objects.create(
        order=order,
        sku_id=taken.sku_id,
        offer_id=taken.offer_id,
        taking_id=taken.taking_id,
        claim_id=taken.claim_id,
        link_no=taken.link_no,
        title=taken.title,
        spec=taken.spec,
        units=taken.units,
        unit_price_fen=taken.unit_price_fen,
        amount_fen=amount_fen,
    )
    fact = OrderPlaced(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        total_fen=order.total_fen,
        pay_before=order.pay_before,
        lines=fact_lines(order),
        claim_id=taken.claim_id,
    )
    buyer = Actor("viewer", spec.viewer_id, spec.org_id)
    append(fact, at=now, org_id=spec.org_id, show_id=spec.show_id, actor=buyer)
    promise_shipping(order, confirmed=spec.confirmed_links, by=buyer, now=now)
    return reads.order(order.no, viewer_id=spec.viewer_id)


def _write_order(spec: OrderSpec, address: Address, *, now: dt.datetime) -> tuple[Order, bool]:
    """The order's row first: its key is the lock on which a repeated request waits."""
    row = Order(
        organisation_id=spec.org_id,
        no=order_no(shop_day(now), secrets.token_hex(5)),
        show_id=spec.show_id,
        viewer_id=spec.viewer_id,
        total_fen=spec.expected_total_fen,
        address_encrypted=encrypt_text(json.dumps(asdict(address), ensure_ascii=False)),
        receiver_masked=mask_receiver(address),
        placed_at=now,
        pay_before=now + PAY_WITHIN,
        snapshot={},
        request_key=spec.request_key,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        earlier = Order.objects.filter(viewer_id=spec.viewer_id, request_key=spec.request_key)
        found = earlier.first()
        if found is None:
            raise
        return found, False
    return row, True


def _take(spec: OrderSpec, *, now: dt.datetime) -> Taken:
    if spec.claim_id is not None:
        taken = order_claim(
            claim_id=spec.claim_id, viewer_id=spec.viewer_id, show_id=spec.show_id, now=now
        )
        if spec.units != taken.units:
            raise BadInput(field="units", why=f"≠ {taken.units}")
        return taken
    assert spec.link_no is not None
    return take_units(
        offer_id=offer_id(spec.show_id, spec.link_no),
        viewer_id=spec.viewer_id,
        units=spec.units,
        now=now,
    )


def _snapshot(taken: Taken, *, now: dt.datetime) -> dict[str, object]:
    """What the page said at this moment, for disputes years later."""
    return {
        "at": now.isoformat(),
        "link_no": taken.link_no,
        "sku_code": taken.sku_code,
        "title": taken.title,
        "spec": taken.spec,
        "image_url": taken.image_url,
        "units": taken.units,
        "unit_price_fen": taken.unit_price_fen,
        "day_price_fen": taken.day_price_fen,
        "price_basis": taken.price_basis,
        "from": "flash_sale" if taken.claim_id is not None else "link",
        "seller": {"name": taken.seller_name, "licence_no": taken.seller_licence_no},
    }
