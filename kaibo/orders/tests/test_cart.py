"""The cart: lines kept on the server, priced anew each time, ordered as the buyer chose."""

import dataclasses
from typing import Any

import pytest
from django.utils import timezone

from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.facts.orders import CartLinePut, CartLineRemoved, CartOrdered
from kaibo.orders import actions
from kaibo.orders.actions import CartOwner, CheckoutSpec
from kaibo.orders.errors import CartFull, NotInCart, PriceChanged
from kaibo.orders.models import Cart, CartLine, Order
from kaibo.orders.reads import OrderView
from kaibo.orders.reads.cart import CartView, cart
from kaibo.orders.reads.quoting import LineAsked, quote_line
from kaibo.orders.rules import LINES_MAX
from kaibo.orders.rules.cart import KEPT_FOR, check_cart_line
from kaibo.orders.tests.buying import HOME, place
from kaibo.promotions.actions import (
    close_link,
    open_price,
    put_on_shelf,
)
from kaibo.promotions.errors import (
    BuyerLimit,
    CouponCannotBeUsed,
    NoSuchClaim,
    NoSuchLink,
    NotOnSale,
    SoldOut,
)
from kaibo.promotions.models import Coupon, PromotionUse, Taking
from kaibo.promotions.rules import AmountOff, PercentOff
from kaibo.promotions.tests.http import viewer
from kaibo.promotions.tests.promoting import give, run
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    facts,
    list_link,
    make_shop,
    open_link,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """Link 1 at 99 yuan, link 2 at 70, link 3 at 60 and at most two a buyer."""
    return three_links()


def three_links(*, floor_fen: int = 5_000) -> Shop:
    shop = make_shop(on_hand=100, floor_fen=floor_fen)
    open_link(shop, 1, units=10)
    open_link(shop, 2, units=10, price_fen=7_000)
    open_link(shop, 3, units=10, price_fen=6_000, per_buyer_max=2)
    return shop


def owner(shop: Shop, viewer_id: int = 1) -> CartOwner:
    return CartOwner(org_id=shop.org_id, show_id=SHOW, viewer_id=viewer_id)


def put(shop: Shop, link_no: int, units: int = 1, *, viewer_id: int = 1, at: float = 1) -> None:
    actions.put_in_cart(owner=owner(shop, viewer_id), link_no=link_no, units=units, now=after(at))


def look(shop: Shop, *, at: float = 2, viewer_id: int = 1, **choice: Any) -> CartView:
    whose = dataclasses.asdict(owner(shop, viewer_id))
    return cart(**whose, now=after(at), **choice)


def checkout(shop: Shop, *links: int, total_fen: int, at: float = 3, **more: Any) -> OrderView:
    values: dict[str, Any] = {"owner": owner(shop), "request_key": "c-1", "address": HOME} | more
    spec = CheckoutSpec(links=frozenset(links), expected_total_fen=total_fen, **values)
    return actions.checkout_cart(spec=spec, now=after(at))


def links(shop: Shop) -> list[tuple[int, int]]:
    return [(line.link_no, line.units) for line in look(shop).lines]


def test_what_lay_in_a_cart_for_long_is_taken_out_once(shop: Shop) -> None:
    put(shop, 1, at=1)
    put(shop, 2, at=2)
    put(shop, 1, viewer_id=2, at=1)
    assert actions.forget_old_carts(now=after(0.9) + KEPT_FOR) == 0
    assert actions.forget_old_carts(now=after(1) + KEPT_FOR) == 2
    assert actions.forget_old_carts(now=after(1) + KEPT_FOR) == 0
    assert (links(shop), Cart.objects.count()) == ([(2, 1)], 1)
    removed = [CartLineRemoved(viewer_id=id, link_no=1) for id in (1, 2)]
    assert facts(CartLineRemoved) == removed
    # A cart goes with its last line, whoever takes it out.
    actions.remove_from_cart(owner=owner(shop), link_no=2, now=after(3))
    assert Cart.objects.count() == 0
    put(shop, 2, 3, at=5)
    assert links(shop) == [(2, 3)]


def test_lines_are_put_changed_and_removed_and_told_once(shop: Shop) -> None:
    for _ in range(2):
        put(shop, 2)
        put(shop, 1, 2)
    put(shop, 2, 3)
    assert links(shop) == [(2, 3), (1, 2)]
    for _ in range(2):
        actions.remove_from_cart(owner=owner(shop), link_no=2, now=after(4))
    assert links(shop) == [(1, 2)]
    told = [
        CartLinePut(viewer_id=1, link_no=2, units=1, seen_fen=7_000),
        CartLinePut(viewer_id=1, link_no=1, units=2, seen_fen=9_900),
        CartLinePut(viewer_id=1, link_no=2, units=3, seen_fen=7_000),
    ]
    assert facts(CartLinePut) == told
    assert facts(CartLineRemoved) == [CartLineRemoved(viewer_id=1, link_no=2)]
    # Nothing is held, and nobody else sees it.
    assert (Taking.objects.count(), shop.levels()) == (0, (100, 30, 0))
    assert look(shop, viewer_id=2).lines == []
    actions.remove_from_cart(owner=owner(shop, 2), link_no=1, now=after(4))
    assert links(shop) == [(1, 2)]


@pytest.mark.parametrize(
    ("link_no", "units", "refusal"),
    [
        (1, 0, NumberOutOfRange),
        (1, 10_000, NumberOutOfRange),
        (3, 3, BuyerLimit),
        (4, 1, NoSuchLink),
        (5, 1, NoSuchLink),
        (6, 1, NotOnSale),
        (10**15, 1, NoSuchLink),
    ],
)
def test_what_cannot_be_put(shop: Shop, link_no: int, units: int, refusal: type[Refusal]) -> None:
    """5 is planned and not on the shelf; 6 has been taken down."""
    list_link(shop, 5, units=1)
    open_link(shop, 6, units=1)
    close_link(show_id=SHOW, link_no=6, by=shop.by, now=NOW)
    with pytest.raises(refusal):
        put(shop, link_no, units)
    assert (CartLine.objects.count(), facts(CartLinePut)) == (0, [])


def test_a_cart_holds_what_an_order_may() -> None:
    check_cart_line(units=1, others=LINES_MAX - 1)
    with pytest.raises(CartFull):
        check_cart_line(units=1, others=LINES_MAX)


def test_the_limit_counts_what_the_buyer_has_already(shop: Shop) -> None:
    put(shop, 3, 2)
    checkout(shop, 3, total_fen=12_000)
    with pytest.raises(BuyerLimit):
        put(shop, 3, 1, at=4)
    assert links(shop) == []


def test_what_cannot_be_had_stays_and_says_so(shop: Shop) -> None:
    list_link(shop, 4, units=1)
    put_on_shelf(show_id=SHOW, link_no=4, by=shop.by, now=NOW)
    for link_no, units in ((1, 1), (2, 11), (3, 1), (4, 1)):
        put(shop, link_no, units)
    close_link(show_id=SHOW, link_no=3, by=shop.by, now=after(1))
    view = look(shop)
    said = [(x.link_no, x.why, x.unit_price_fen, x.amount_fen) for x in view.lines]
    assert said == [
        (1, "", 9_900, 9_900),
        (2, "sold_out", 7_000, None),
        (3, "not_on_sale", None, None),
        (4, "not_on_sale", None, None),
    ]
    assert (view.lines[1].why_zh, view.lines[1].why_en) == (
        "2 号链接库存不足，仅剩 10 件",
        "Link 2 has only 10 left",
    )
    assert view.total_fen == 9_900
    with pytest.raises(SoldOut):
        checkout(shop, 1, 2, total_fen=9_900)
    assert (Order.objects.count(), len(links(shop))) == (0, 4)
    # Opened, the link's price is shown beside the one that was not there.
    open_price(show_id=SHOW, link_no=4, by=shop.by, now=after(2))
    opened = look(shop).lines[3]
    assert (opened.seen_fen, opened.unit_price_fen, opened.why) == (None, 9_900, "")


def test_coupons_are_suggested_and_used_only_by_choice(shop: Shop) -> None:
    weak, strong = (
        give(shop, run(shop, AmountOff(fen), of={"stacking": "coupon"}, got="claim")).id
        for fen in (300, 500)
    )
    put(shop, 1)
    put(shop, 2)
    view = look(shop)
    assert (view.before_fen, view.total_fen, view.coupon_ids) == (16_900, 16_900, [])
    assert (view.suggested_coupon_ids, view.suggested_total_fen) == ([strong], 16_400)
    chosen = look(shop, coupon_ids=[weak])
    assert (chosen.total_fen, chosen.coupon_ids) == (16_600, [weak])
    assert [(note.why, note.off_fen) for note in chosen.notes] == [("used", 300)]
    assert chosen.notes[0].text_zh
    assert chosen.notes[0].text_en
    # The buyer's own choice stands although another is better.
    view_of_order = checkout(shop, 1, 2, total_fen=16_600, coupon_ids=(weak,))
    assert view_of_order.total_fen == 16_600
    states = dict(Coupon.objects.values_list("pk", "state"))
    assert states == {weak: "held", strong: "open"}
    put(shop, 1, at=5)
    with pytest.raises(CouponCannotBeUsed):
        look(shop, coupon_ids=[weak])


def test_two_buyers_see_one_price(shop: Shop) -> None:
    """What a cart costs depends on what is in it and on coupons held, not on who asks."""
    run(shop, PercentOff(500))
    give(shop, run(shop, AmountOff(500), of={"stacking": "coupon"}, got="claim"))
    for viewer_id in (1, 2):
        put(shop, 1, 2, viewer_id=viewer_id)
    mine, theirs = look(shop), look(shop, viewer_id=2)
    assert (mine.lines, mine.total_fen) == (theirs.lines, theirs.total_fen)
    assert mine.suggested_coupon_ids
    assert theirs.suggested_coupon_ids == []


@pytest.mark.row("R-041")
def test_an_offer_that_ends_reverts_in_a_cart_opened_earlier(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the server's clock alone: what the client says of the time has no place in a body."""
    run(shop, AmountOff(900), ends_at=after(600))
    phone, clock = viewer(shop.org_id), {"at": 1.0}
    monkeypatch.setattr(timezone, "now", lambda: after(clock["at"]))
    put(shop, 1)
    clock["at"] = 599.9
    seen = phone.get("/my/cart")
    assert seen["total_fen"] == 9_000
    body = {
        "request_key": "c-1",
        "links": [1],
        "address": dataclasses.asdict(HOME),
        "expected_total_fen": seen["total_fen"],
    }
    clock["at"] = 600
    told = phone.post("/my/cart/checkout", {**body, "at": "2026-11-22T12:01:00Z"}, status=422)
    assert told["code"] == "bad_input"
    told = phone.post("/my/cart/checkout", body, status=409)
    assert (told["code"], told["data"]) == (
        "price_changed",
        {"expected_fen": 9_000, "actual_fen": 9_900},
    )
    assert (Order.objects.count(), PromotionUse.objects.count()) == (0, 0)
    assert phone.get("/my/cart")["total_fen"] == 9_900
    order = phone.post("/my/cart/checkout", {**body, "expected_total_fen": 9_900}, status=201)
    assert order["total_fen"] == 9_900
    assert phone.get("/my/cart")["lines"] == []


def test_a_changed_price_is_shown_beside_the_one_that_was_seen(shop: Shop) -> None:
    put(shop, 1)
    open_price(show_id=SHOW, link_no=1, price_fen=8_900, by=shop.by, now=after(2))
    (line,) = look(shop).lines
    assert (line.seen_fen, line.unit_price_fen) == (9_900, 8_900)
    with pytest.raises(PriceChanged):
        checkout(shop, 1, total_fen=9_900)
    put(shop, 1, at=3)
    (line,) = look(shop).lines
    assert (line.seen_fen, line.unit_price_fen) == (8_900, 8_900)


def test_checkout_takes_the_chosen_lines_once_and_leaves_the_rest(shop: Shop) -> None:
    for link_no in (3, 1, 2):
        put(shop, link_no)
    first = checkout(shop, 1, 3, total_fen=15_900)
    assert [(line.link_no, line.units) for line in first.lines] == [(3, 1), (1, 1)]
    assert links(shop) == [(2, 1)]
    # Again with the same key: the same order, though its lines have left the cart.
    assert checkout(shop, 1, 3, total_fen=15_900, at=9) == first
    assert Order.objects.count() == 1
    row = Order.objects.get()
    ordered = CartOrdered(order_id=row.pk, no=row.no, viewer_id=1, links=[3, 1])
    assert facts(CartOrdered) == [ordered]
    for chosen in ((1,), (2, 1), (99,)):
        with pytest.raises(NotInCart):
            checkout(shop, *chosen, total_fen=1, request_key="c-2")
    with pytest.raises(NumberOutOfRange):
        checkout(shop, total_fen=1, request_key="c-2")
    with pytest.raises(NotInCart):
        look(shop, links=[1])
    assert links(shop) == [(2, 1)]


def test_one_line_is_quoted_as_it_is_ordered(shop: Shop) -> None:
    run(shop, AmountOff(300), of={"stacking": "activity"})
    coupon = give(shop, run(shop, AmountOff(400), of={"stacking": "coupon"}, got="claim"))
    asked: dict[str, Any] = {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "viewer_id": 1,
        "now": after(2),
    }
    two = LineAsked(units=2, link_no=1)
    best = quote_line(two, **asked, coupon_ids=None)
    assert (best.before_fen, best.total_fen, best.coupon_ids) == (19_800, 19_100, [coupon.id])
    assert sum(note.off_fen for note in best.notes) == 700
    plain = quote_line(two, **asked, coupon_ids=())
    assert (plain.total_fen, plain.coupon_ids) == (19_500, [])
    assert Coupon.objects.get().state == "open"
    wish = {"units": 2, "expected_total_fen": best.total_fen, "coupon_ids": tuple(best.coupon_ids)}
    assert place(shop, now=after(3), **wish).total_fen == 19_100
    with pytest.raises(NoSuchClaim):
        quote_line(LineAsked(units=2, claim_id=9), **asked, coupon_ids=None)
    with pytest.raises(NoSuchLink):
        quote_line(LineAsked(units=2, link_no=9), **asked, coupon_ids=None)


@pytest.mark.row("LM-100")
def test_two_buyers_in_the_same_place_get_the_same_price(shop: Shop) -> None:
    run(shop, AmountOff(300), of={"stacking": "activity"})
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "now": after(2)}
    line = LineAsked(units=2, link_no=1)
    first, second = (
        quote_line(line, **asked, viewer_id=viewer_id, coupon_ids=None) for viewer_id in (1, 2)
    )
    assert first == second
    assert first.total_fen == 19_500


def test_over_http_from_link_to_order(shop: Shop) -> None:
    phone = viewer(shop.org_id)
    answer = phone.client.put("/api/my/cart/1", {"units": 2}, "application/json")
    assert answer.json()["lines"][0]["units"] == 2
    phone.client.put("/api/my/cart/2", {"units": 1}, "application/json")
    assert phone.get("/my/cart")["total_fen"] == 26_800
    assert phone.post("/my/cart/quote", {"links": [2]})["total_fen"] == 7_000
    assert phone.post("/my/cart/quote", {"links": [9]}, status=404)["code"] == "not_in_cart"
    for _ in range(2):
        left = phone.client.delete("/api/my/cart/2").json()
        assert [line["link_no"] for line in left["lines"]] == [1]
    assert viewer(shop.org_id, 2).get("/my/cart")["lines"] == []
    assert viewer(shop.org_id, 1, SHOW + 1).get("/my/cart")["lines"] == []
