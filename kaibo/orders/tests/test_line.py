"""The line for a sold-out link: exact rows and facts, in its order, and ordered like any unit."""

from typing import Any

import pytest

from kaibo.facts.promotions import LinkPlaceMoved
from kaibo.orders import actions as orders
from kaibo.orders import reads as orders_reads
from kaibo.orders.models import Order
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.promotions import actions
from kaibo.promotions.errors import BuyerLimit, NoSuchLink, NotOnSale, SoldOut, StillThere
from kaibo.promotions.models import LinkPlace, Offer, Taking
from kaibo.promotions.reads import LinkPlaceView, line_of, shelf
from kaibo.promotions.reads.carts import buyable
from kaibo.promotions.tests.http import viewer
from kaibo.promotions.tests.shop import SHOW, Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db
MINUTES_15 = 900


@pytest.fixture
def shop() -> Shop:
    """One unit of link 1, at most one a buyer; viewer 1 holds it unpaid."""
    shop = make_shop()
    open_link(shop, units=1, per_buyer_max=1)
    place(shop)
    return shop


def join(shop: Shop, viewer_id: int, at: float = 1) -> LinkPlaceView:
    return actions.join_line(
        show_id=SHOW, link_no=1, viewer_id=viewer_id, org_id=shop.org_id, now=after(at)
    )


def leave(shop: Shop, viewer_id: int, at: float) -> None:
    actions.leave_line(
        show_id=SHOW, link_no=1, viewer_id=viewer_id, org_id=shop.org_id, now=after(at)
    )


def add(shop: Shop, units: int, at: float) -> None:
    actions.add_units(show_id=SHOW, link_no=1, units=units, by=shop.by, now=after(at))


def order(shop: Shop, viewer_id: int, at: float, *, key: str = "k") -> OrderView:
    return place(shop, viewer_id=viewer_id, request_key=f"{key}{viewer_id}", now=after(at))


def line() -> list[tuple[int, str]]:
    return [(row.viewer_id, row.state) for row in LinkPlace.objects.order_by("number")]


def test_who_waits_is_kept_a_unit_in_the_order_of_joining(shop: Shop) -> None:
    assert [join(shop, n, at=n).place for n in (4, 2, 3)] == [1, 2, 3]
    assert join(shop, 2, at=9).place == 2
    assert LinkPlace.objects.count() == 3
    (seen,) = shelf(SHOW)
    assert (seen.units_left, seen.waiting) == (0, 3)
    add(shop, 2, at=10)
    assert line() == [(4, "kept"), (2, "kept"), (3, "waiting")]
    four, two, _three = LinkPlace.objects.order_by("number")
    assert (four.pay_before, two.pay_before) == (after(910), after(910))
    taking = four.taking
    assert taking is not None
    assert (taking.viewer_id, taking.units, taking.state) == (4, 1, "held")
    assert line_of(4, show_id=SHOW, org_id=shop.org_id) == [
        LinkPlaceView(1, "保湿面霜", "kept", None, after(4), after(910))
    ]
    assert line_of(3, show_id=SHOW, org_id=shop.org_id)[0].place == 1
    offer = Offer.objects.get()
    assert (offer.units_left, offer.units_held, offer.waiting, offer.places_given) == (0, 3, 1, 3)
    told = [fact for fact in facts(LinkPlaceMoved) if isinstance(fact, LinkPlaceMoved)]
    assert [(fact.viewer_id, fact.state, fact.waiting) for fact in told] == [
        (4, "waiting", 1), (2, "waiting", 2), (3, "waiting", 3), (4, "kept", 2), (2, "kept", 1),
    ]  # fmt: skip
    assert (told[3].taking_id, told[3].pay_before) == (four.taking_id, after(910))


def test_what_is_kept_is_ordered_like_any_unit(shop: Shop) -> None:
    join(shop, 2)
    add(shop, 1, at=10)
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "now": after(20)}
    assert buyable({1: 1}, viewer_id=2, **asked)[1].refusal is None
    assert isinstance(buyable({1: 1}, viewer_id=3, **asked)[1].refusal, SoldOut)
    view = order(shop, 2, at=20)
    # Its end is that of the unit, not a quarter of an hour more.
    assert (view.state, view.total_fen, view.pay_before) == ("created", 9_900, after(910))
    assert line() == [(2, "ordered")]
    assert order(shop, 2, at=21).no == view.no
    pay(view, viewer_id=2, now=after(30))
    assert Taking.objects.get(viewer_id=2).state == "sold"
    with pytest.raises(BuyerLimit):
        join(shop, 2, at=40)


def test_the_price_is_that_of_the_moment_of_ordering(shop: Shop) -> None:
    join(shop, 2)
    add(shop, 1, at=10)
    actions.open_price(show_id=SHOW, link_no=1, price_fen=9_500, by=shop.by, now=after(15))
    view = place(shop, viewer_id=2, request_key="k2", expected_total_fen=9_500, now=after(20))
    assert Taking.objects.get(viewer_id=2).unit_price_fen == view.total_fen == 9_500


def test_what_is_not_ordered_or_not_paid_goes_to_the_next(shop: Shop) -> None:
    late = open_payment(orders_reads.order(Order.objects.get().no, viewer_id=1))
    for number in (2, 3, 4):
        join(shop, number, at=number)
    add(shop, 1, at=10)
    assert actions.release_due_places(now=after(909)) == 0
    assert actions.release_due_places(now=after(910)) == 1
    assert line() == [(2, "lapsed"), (3, "kept"), (4, "waiting")]
    with pytest.raises(SoldOut):
        order(shop, 2, at=911)
    order(shop, 3, at=920)
    # Viewer 1 never paid, viewer 3 pays too late: both units go on, each to one.
    assert orders.close_due_orders(now=after(920)) == 1
    assert line() == [(2, "lapsed"), (3, "ordered"), (4, "kept")]
    join(shop, 5, at=930)
    assert orders.close_due_orders(now=after(910 + MINUTES_15)) == 1
    assert line()[2:] == [(4, "kept"), (5, "kept")]
    # Late money passes nobody who waits: it goes back.
    join(shop, 6, at=1_811)
    tell(late, now=after(1_812))
    late.refresh_from_db()
    assert (late.state, line()[-1]) == ("refund_due", (6, "waiting"))


def test_leaving_gives_the_kept_unit_to_the_next(shop: Shop) -> None:
    for number in (2, 3, 4):
        join(shop, number, at=number)
    leave(shop, 3, at=5)
    leave(shop, 3, at=6)
    add(shop, 1, at=10)
    leave(shop, 2, at=11)
    assert line() == [(2, "left"), (3, "left"), (4, "kept")]
    assert join(shop, 3, at=12).place == 1
    assert [number for number, in LinkPlace.objects.order_by("number").values_list("number")] == [
        0, 1, 2, 3,
    ]  # fmt: skip


def test_a_link_taken_down_ends_its_line(shop: Shop) -> None:
    join(shop, 2)
    add(shop, 1, at=10)
    join(shop, 3, at=11)
    actions.close_link(show_id=SHOW, link_no=1, by=shop.by, now=after(20))
    assert line() == [(2, "ended"), (3, "ended")]
    offer = Offer.objects.get()
    # Viewer 1 ordered before; the unit that was kept is back in the catalogue.
    assert (offer.units_given, offer.units_held, offer.waiting) == (1, 1, 0)
    assert shop.levels() == (100, 1, 0)
    with pytest.raises(NotOnSale):
        order(shop, 2, at=21)
    with pytest.raises(NotOnSale):
        join(shop, 4, at=22)


def test_nobody_waits_for_what_can_be_bought(shop: Shop) -> None:
    open_link(shop, 2, units=1)
    with pytest.raises(StillThere):
        actions.join_line(show_id=SHOW, link_no=2, viewer_id=2, org_id=shop.org_id, now=after(1))
    with pytest.raises(NoSuchLink):
        actions.join_line(show_id=SHOW, link_no=1, viewer_id=2, org_id=999, now=after(1))
    assert LinkPlace.objects.count() == 0


def test_the_chore_serves_what_came_free_in_a_stop(shop: Shop) -> None:
    join(shop, 2)
    Offer.objects.update(tripped_at=after(5))
    add(shop, 1, at=10)
    assert (line(), actions.serve_lines(now=after(11))) == ([(2, "waiting")], 0)
    Offer.objects.update(tripped_at=None)
    assert (actions.serve_lines(now=after(12)), line()) == (1, [(2, "kept")])


def test_a_phone_joins_reads_and_leaves(shop: Shop) -> None:
    phone = viewer(shop.org_id, 2)
    joined = phone.post("/my/line/1")
    assert (joined["state"], joined["place"], joined["pay_before"]) == ("waiting", 1, None)
    assert phone.get("/my/line") == [joined]
    assert phone.send("DELETE", "/my/line/1").status_code == 204
    assert phone.get("/my/line") == []
    assert phone.post("/my/line/9", status=404)["code"] == "no_such_link"
    assert viewer(shop.org_id, 1).post("/my/line/1", status=409)["code"] == "buyer_limit"
