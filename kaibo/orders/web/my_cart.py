"""A viewer's own cart; times are the server's, and a body has no place for another."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from kaibo.audience.reads import ViewerActor, asker, viewer_auth
from kaibo.orders import actions
from kaibo.orders.actions import CartOwner, CheckoutSpec
from kaibo.orders.reads import OrderView, quoting
from kaibo.orders.reads import cart as reads
from kaibo.orders.reads.cart import CartView
from kaibo.orders.reads.quoting import LineAsked, QuoteView
from kaibo.orders.web.bodies import AddressIn, Body, Whole
from kaibo.orders.web.my_address import chosen_address

router = Router()

Chosen = Annotated[list[Whole], Field(max_length=100)]


class LineUnits(Body):
    units: Whole


class Choice(Body):
    """Lines to price (none named: all that can be had), and the coupons the buyer chose."""

    links: Chosen | None = None
    coupon_ids: Chosen = []


class Checkout(Body):
    """The chosen lines and coupons, and the total that the page showed for them."""

    request_key: str
    links: Chosen
    expected_total_fen: Whole
    address: AddressIn | None = None
    address_id: Whole | None = None
    coupon_ids: Chosen = []
    confirmed_links: Chosen = []
    note: str = ""
    gifts_shown: dict[int, Whole] = {}


class QuoteAsked(Body):
    """One line, and the coupons to use; none named: those that make it cheapest.

    The link, the claim, or the group buy: to open a group, or to join ``group_id``.
    """

    units: Whole
    link_no: Whole | None = None
    claim_id: Whole | None = None
    group_offer_id: Whole | None = None
    group_id: Whole | None = None
    coupon_ids: Chosen | None = None


@router.post("/my/quote", response=QuoteView, auth=viewer_auth)
def quote_line(request: HttpRequest, body: QuoteAsked) -> QuoteView:
    """What an order of this line would cost now; nothing is held."""
    viewer = asker(request)
    return quoting.quote_line(
        LineAsked(**body.model_dump(exclude={"coupon_ids"})),
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        coupon_ids=body.coupon_ids,
        now=timezone.now(),
    )


@router.get("/my/cart", response=CartView, auth=viewer_auth)
def my_cart(request: HttpRequest) -> CartView:
    return _cart(asker(request), Choice())


@router.post("/my/cart/quote", response=CartView, auth=viewer_auth)
def quote_cart(request: HttpRequest, body: Choice) -> CartView:
    return _cart(asker(request), body)


@router.put("/my/cart/{int:link_no}", response=CartView, auth=viewer_auth)
def put_in_cart(request: HttpRequest, link_no: int, body: LineUnits) -> CartView:
    viewer = asker(request)
    actions.put_in_cart(
        owner=_owner(viewer), link_no=link_no, units=body.units, now=timezone.now()
    )
    return _cart(viewer, Choice())


@router.delete("/my/cart/{int:link_no}", response=CartView, auth=viewer_auth)
def remove_from_cart(request: HttpRequest, link_no: int) -> CartView:
    viewer = asker(request)
    actions.remove_from_cart(owner=_owner(viewer), link_no=link_no, now=timezone.now())
    return _cart(viewer, Choice())


@router.post("/my/cart/checkout", response={201: OrderView}, auth=viewer_auth)
def checkout_cart(request: HttpRequest, body: Checkout) -> Status[OrderView]:
    viewer = asker(request)
    spec = CheckoutSpec(
        owner=_owner(viewer),
        request_key=body.request_key,
        links=frozenset(body.links),
        address=chosen_address(viewer, body.address, body.address_id),
        expected_total_fen=body.expected_total_fen,
        coupon_ids=tuple(body.coupon_ids),
        confirmed_links=frozenset(body.confirmed_links),
        note=body.note,
        gifts_shown=body.gifts_shown,
    )
    return Status(201, actions.checkout_cart(spec=spec, now=timezone.now()))


def _cart(viewer: ViewerActor, choice: Choice) -> CartView:
    return reads.cart(
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        links=choice.links,
        coupon_ids=choice.coupon_ids,
        now=timezone.now(),
    )


def _owner(viewer: ViewerActor) -> CartOwner:
    return CartOwner(org_id=viewer.org_id, show_id=viewer.show_id, viewer_id=viewer.id)
