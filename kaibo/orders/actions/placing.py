"""Placing an order: units taken, promotions held, priced as the page said, all or nothing."""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
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
from kaibo.orders.actions.seats import GroupWish, take_seat
from kaibo.orders.actions.units import fact_lines
from kaibo.orders.errors import GroupAlone, LineTwice, LinkOrClaim
from kaibo.orders.models import Order, OrderLine
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import (
    LINES_MAX,
    PAY_WITHIN,
    Address,
    check_request_key,
    check_total,
    clean_address,
    mask_receiver,
    order_no,
)
from kaibo.promotions.actions import (
    PaidUnits,
    Taken,
    Used,
    lock_links,
    lock_promotions,
    note_paid,
    order_claim,
    take_group_units,
    take_units,
    use_promotions,
)
from kaibo.promotions.reads import GroupOfferView, LineWish, offer_id, payer_amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """One line that a buyer asks for: units of a link, or a claim's units; never both.

    Args:
        units: with a claim, the claim's own number.
    """

    units: int
    link_no: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpec:
    """What a buyer asks for.

    Args:
        wishes: one line each; a link or a claim stands in one of them.
        expected_total_fen: what the page showed; another total is refused, not charged.
        coupon_ids: the coupons to use; None is the best of all they hold, () is none.
        group: open or join a group; then the one line is the link of its group buy.
    """

    org_id: int
    show_id: int
    viewer_id: int
    request_key: str
    wishes: tuple[OrderWish, ...]
    address: Address
    expected_total_fen: int
    coupon_ids: tuple[int, ...] | None = None
    group: GroupWish | None = None


@transaction.atomic
def place_order(*, spec: OrderSpec, now: dt.datetime) -> OrderView:
    """Hold units and promotions, keep what the page said, and wait for the money.

    Until ``pay_before``: the earliest of the claims', or a quarter of an hour. Safe to repeat: the
    same ``request_key`` returns the first order unchanged. Prices, promotions and floors are read
    anew under their locks: no path sells below a floor.

    Raises:
        BadInput and its kin: something typed cannot be used.
        NoSuchLink, NotOnSale, SoldOut, BuyerLimit: a link does not give the units.
        NoSuchClaim, ClaimUsed, ClaimLapsed: a claim does not.
        NoSuchGroupOffer, NoSuchGroup, GroupOver, GroupFull, InGroupAlready: no seat in a group.
        CouponCannotBeUsed: a chosen coupon is not theirs or not good here and now.
        PriceChanged, BelowFloor: the price does not stand.
        Nothing was written in any of these cases.
    """
    address = _check(spec)
    order, is_new = _write_order(spec, address, now=now)
    if not is_new:
        return reads.order(order.no, viewer_id=spec.viewer_id)
    seat = None if spec.group is None else take_seat(order, spec.group, now=now)
    buyer = {"org_id": spec.org_id, "show_id": spec.show_id, "viewer_id": spec.viewer_id}
    among = lock_promotions(**buyer, coupon_ids=spec.coupon_ids, now=now)
    taken = _take_all(spec, seat, now=now)
    used = use_promotions(
        **buyer,
        lines=[
            LineWish(
                key=str(place),
                sku_id=one.sku_id,
                units=one.units,
                unit_price_fen=one.unit_price_fen,
            )
            for place, one in enumerate(taken)
        ],
        coupon_ids=spec.coupon_ids,
        among=among,
        now=now,
    )
    check_total(expected_fen=spec.expected_total_fen, actual_fen=used.quote.total_fen)
    _write_lines(order, taken, used)
    _note_paid(taken, used, now=now)
    ends = [one.pay_before for one in taken if one.pay_before is not None]
    order.pay_before = min(ends, default=order.pay_before)
    order.snapshot = _snapshot(taken, used, seat, now=now)
    order.use_ids = list(used.use_ids)
    order.save(update_fields=["pay_before", "snapshot", "use_ids"])
    _tell(order, spec, now=now)
    return reads.order(order.no, viewer_id=spec.viewer_id)


def _check(spec: OrderSpec) -> Address:
    check_request_key(spec.request_key)
    check_whole("expected_total_fen", spec.expected_total_fen, least=1, most=FEN_MAX)
    check_whole("lines", len(spec.wishes), least=1, most=LINES_MAX)
    sources = [(wish.link_no, wish.claim_id) for wish in spec.wishes]
    if any((link_no is None) == (claim_id is None) for link_no, claim_id in sources):
        raise LinkOrClaim(field="link_no")
    if len(set(sources)) < len(sources):
        raise LineTwice(field="lines")
    if spec.group is not None and (len(sources) > 1 or sources[0][0] is None):
        raise GroupAlone(field="lines")
    return clean_address(spec.address)


def _take_all(spec: OrderSpec, seat: GroupOfferView | None, *, now: dt.datetime) -> list[Taken]:
    """Every line's units, in the order of the wishes; links are locked before any goods."""
    if seat is not None:
        assert spec.group is not None
        if spec.wishes[0].link_no != seat.link_no:
            raise GroupAlone(field="link_no")
        taken = take_group_units(
            group_offer_id=seat.id,
            viewer_id=spec.viewer_id,
            units=spec.wishes[0].units,
            leads=spec.group.group_id is None,
            now=now,
        )
        return [taken]
    offers = [
        None if wish.link_no is None else offer_id(spec.show_id, wish.link_no)
        for wish in spec.wishes
    ]
    lock_links(
        offer_ids=[id for id in offers if id is not None],
        claim_ids=[wish.claim_id for wish in spec.wishes if wish.claim_id is not None],
    )
    return [
        _take(wish, offer, spec, now=now) for wish, offer in zip(spec.wishes, offers, strict=True)
    ]


def _take(wish: OrderWish, offer: int | None, spec: OrderSpec, *, now: dt.datetime) -> Taken:
    if offer is not None:
        return take_units(offer_id=offer, viewer_id=spec.viewer_id, units=wish.units, now=now)
    assert wish.claim_id is not None
    taken = order_claim(
        claim_id=wish.claim_id, viewer_id=spec.viewer_id, show_id=spec.show_id, now=now
    )
    if wish.units != taken.units:
        raise BadInput(field="units", why=f"≠ {taken.units}")
    return taken


def _write_lines(order: Order, taken: Sequence[Taken], used: Used) -> None:
    borne = payer_amounts(used.quote)
    for one, fen, by in zip(taken, used.quote.line_fen, borne, strict=True):
        OrderLine.objects.create(
            order=order,
            sku_id=one.sku_id,
            offer_id=one.offer_id,
            taking_id=one.taking_id,
            claim_id=one.claim_id,
            link_no=one.link_no,
            title=one.title,
            spec=one.spec,
            units=one.units,
            unit_price_fen=one.unit_price_fen,
            discount_fen=one.units * one.unit_price_fen - fen,
            borne={payer: part for payer, part in sorted(by.items()) if payer != "shop"},
            amount_fen=fen,
        )


def _note_paid(taken: Sequence[Taken], used: Used, *, now: dt.datetime) -> None:
    """What each line really costs: for the history of prices, and for the breaker."""
    parts = [
        PaidUnits(taking_id=one.taking_id, claim_id=one.claim_id, paid_fen=fen)
        for one, fen in zip(taken, used.quote.line_fen, strict=True)
    ]
    note_paid(parts=parts, now=now)


def _tell(order: Order, spec: OrderSpec, *, now: dt.datetime) -> None:
    claims = [wish.claim_id for wish in spec.wishes if wish.claim_id is not None]
    fact = OrderPlaced(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        total_fen=order.total_fen,
        pay_before=order.pay_before,
        lines=fact_lines(order),
        claim_id=claims[0] if claims else None,
        use_ids=order.use_ids,
    )
    buyer = Actor("viewer", spec.viewer_id, spec.org_id)
    append(fact, at=now, org_id=spec.org_id, show_id=spec.show_id, actor=buyer)


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


def _snapshot(
    taken: Sequence[Taken], used: Used, seat: GroupOfferView | None, *, now: dt.datetime
) -> dict[str, object]:
    """What the page said at this moment, for disputes years later."""
    group = (
        {}
        if seat is None
        else {"group": asdict(seat) | {"started_at": seat.started_at.isoformat()}}
    )
    return group | {
        "at": now.isoformat(),
        "lines": [
            {
                "link_no": one.link_no,
                "sku_code": one.sku_code,
                "title": one.title,
                "spec": one.spec,
                "image_url": one.image_url,
                "units": one.units,
                "unit_price_fen": one.unit_price_fen,
                "day_price_fen": one.day_price_fen,
                "price_basis": one.price_basis,
                "from": "flash_sale" if one.claim_id is not None else "link",
                "amount_fen": fen,
                "seller": {"name": one.seller_name, "licence_no": one.seller_licence_no},
            }
            for one, fen in zip(taken, used.quote.line_fen, strict=True)
        ],
        "promotions": [
            {
                "id": at_work.promotion.id,
                "title": at_work.promotion.title_zh,
                "off_fen": at_work.off_fen,
            }
            for at_work in used.quote.applied
        ],
        "gifts": [
            {"id": gift.promotion.id, "sku_id": gift.sku_id, "units": gift.units}
            for gift in used.quote.gifts
        ],
    }
