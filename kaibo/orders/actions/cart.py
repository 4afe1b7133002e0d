"""The cart: lines put, changed, removed, and ordered."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.base import Fact
from kaibo.facts.orders import CartLinePut, CartLineRemoved, CartOrdered
from kaibo.journal.actions import append
from kaibo.orders import reads
from kaibo.orders.actions.placing import OrderSpec, OrderWish, check_same_show, place_order
from kaibo.orders.models import Cart, CartLine, Order
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import LINES_MAX, Address, check_request_key
from kaibo.orders.rules.cart import KEPT_FOR, check_cart_line, check_chosen
from kaibo.promotions.reads import check_wanted

_LINES_A_TIME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CartOwner:
    """Whose cart, and in which show."""

    org_id: int
    show_id: int
    viewer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSpec:
    """What of a cart is to be ordered.

    Args:
        links: the lines that the buyer chose; none is added to them.
        expected_total_fen: what the page showed; another total is refused, not charged.
        coupon_ids: the coupons that the buyer chose; none is used that is not among them.
        confirmed_links, note, gifts_shown: as for ``OrderSpec``.
    """

    owner: CartOwner
    request_key: str
    links: frozenset[int]
    address: Address
    expected_total_fen: int
    coupon_ids: tuple[int, ...] = ()
    confirmed_links: frozenset[int] = frozenset()
    note: str = ""
    gifts_shown: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def put_in_cart(*, owner: CartOwner, link_no: int, units: int, now: dt.datetime) -> None:
    """Let a link stand in the cart with so many units, whatever stood there. Safe to repeat.

    Nothing is held: what is sold out or not open yet may wait in a cart.

    Raises:
        NoSuchLink, NotOnSale, NumberOutOfRange, BuyerLimit, CartFull: nothing was written.
    """
    cart, _ = Cart.objects.select_for_update(no_key=True).get_or_create(
        show_id=owner.show_id,
        viewer_id=owner.viewer_id,
        defaults={"organisation_id": owner.org_id},
    )
    lines = {line.link_no: line for line in cart.lines.all()}
    check_cart_line(units=units, others=len(lines.keys() - {link_no}))
    seen_fen = check_wanted(
        org_id=owner.org_id,
        show_id=owner.show_id,
        viewer_id=owner.viewer_id,
        link_no=link_no,
        units=units,
    )
    line = lines.get(link_no)
    if line is not None and (line.units, line.seen_fen) == (units, seen_fen):
        return
    if line is None:
        cart.lines.create(link_no=link_no, units=units, seen_fen=seen_fen, put_at=now)
    else:
        line.units, line.seen_fen = units, seen_fen
        line.save(update_fields=["units", "seen_fen"])
    fact = CartLinePut(viewer_id=owner.viewer_id, link_no=link_no, units=units, seen_fen=seen_fen)
    _tell(owner, fact, now=now)


@transaction.atomic
def remove_from_cart(*, owner: CartOwner, link_no: int, now: dt.datetime) -> None:
    """Take a link out of the cart. Safe to repeat: one that is not there changes nothing."""
    cart = _lock(owner)
    if cart is None or (line := cart.lines.filter(link_no=link_no).first()) is None:
        return
    line.delete()
    _leave_no_empty(cart)
    _tell(owner, CartLineRemoved(viewer_id=owner.viewer_id, link_no=link_no), now=now)


@transaction.atomic
def checkout_cart(*, spec: CheckoutSpec, now: dt.datetime) -> OrderView:
    """Order the chosen lines as one order, and take them out of the cart; the others stay.

    Safe to repeat: the same ``request_key`` returns the first order. Prices are read anew: a
    promotion that has ended since takes nothing off, and the total the buyer saw is refused.

    Raises:
        NotInCart: a chosen link is not there.
        PriceChanged: with the total that was seen and the one that holds.
        And whatever ``place_order`` raises. Nothing was written in any of these cases.
    """
    check_request_key(spec.request_key)
    check_whole("links", len(spec.links), least=1, most=LINES_MAX)
    owner = spec.owner
    cart = _lock(owner)
    earlier = Order.objects.filter(viewer_id=owner.viewer_id, request_key=spec.request_key).first()
    if earlier is not None:
        check_same_show(earlier, owner.show_id)
        return reads.order(earlier.no, viewer_id=owner.viewer_id)
    lines = [] if cart is None else list(cart.lines.order_by("pk"))
    check_chosen(sorted(spec.links), {line.link_no for line in lines})
    chosen = [line for line in lines if line.link_no in spec.links]
    wanted = OrderSpec(
        org_id=owner.org_id,
        show_id=owner.show_id,
        viewer_id=owner.viewer_id,
        request_key=spec.request_key,
        wishes=tuple(OrderWish(link_no=line.link_no, units=line.units) for line in chosen),
        address=spec.address,
        expected_total_fen=spec.expected_total_fen,
        coupon_ids=spec.coupon_ids,
        confirmed_links=spec.confirmed_links,
        note=spec.note,
        gifts_shown=spec.gifts_shown,
    )
    view = place_order(spec=wanted, now=now)
    for line in chosen:
        line.delete()
    # What was chosen was there, so there is a cart.
    assert cart is not None
    _leave_no_empty(cart)
    fact = CartOrdered(
        order_id=Order.objects.only("pk").get(no=view.no).pk,
        no=view.no,
        viewer_id=owner.viewer_id,
        links=[line.link_no for line in chosen],
    )
    _tell(owner, fact, now=now)
    return view


def forget_old_carts(*, now: dt.datetime) -> int:
    """Take lines out of carts ``KEPT_FOR`` after they were put there.

    A call looks at so many of them, each cart in a transaction of its own; what is left waits for
    the next.

    Returns:
        How many lines were taken out.
    """
    old = CartLine.objects.filter(put_at__lte=now - KEPT_FOR).order_by("put_at")
    carts = dict.fromkeys(old.values_list("cart_id", flat=True)[:_LINES_A_TIME])
    return sum(_forget(cart_id, now=now) for cart_id in carts)


@transaction.atomic
def _forget(cart_id: int, *, now: dt.datetime) -> int:
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        return 0
    owner = CartOwner(org_id=cart.organisation_id, show_id=cart.show_id, viewer_id=cart.viewer_id)
    lines = list(cart.lines.filter(put_at__lte=now - KEPT_FOR).order_by("pk"))
    for line in lines:
        line.delete()
        fact = CartLineRemoved(viewer_id=cart.viewer_id, link_no=line.link_no)
        _tell(owner, fact, now=now, by=SYSTEM(cart.organisation_id))
    _leave_no_empty(cart)
    return len(lines)


def _leave_no_empty(cart: Cart) -> None:
    """A cart without a line is of no use to anybody; the caller holds its lock."""
    if not cart.lines.exists():
        cart.delete()


def _lock(owner: CartOwner) -> Cart | None:
    rows = Cart.objects.select_for_update(no_key=True)
    return rows.filter(
        organisation_id=owner.org_id, show_id=owner.show_id, viewer_id=owner.viewer_id
    ).first()


def _tell(owner: CartOwner, fact: Fact, *, now: dt.datetime, by: Actor | None = None) -> None:
    actor = by or Actor("viewer", owner.viewer_id, owner.org_id)
    append(fact, at=now, org_id=owner.org_id, show_id=owner.show_id, actor=actor)
