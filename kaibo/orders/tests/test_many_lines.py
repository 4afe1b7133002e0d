"""Orders of many lines with promotions: one price on every path, and every part of it undone."""

from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.facts.orders import OrderPlaced, OrderRefunded, OrderRefundStarted
from kaibo.orders import actions, reads
from kaibo.orders.actions import OrderWish
from kaibo.orders.errors import LineTwice, NothingToRefund, OrderStateWrong, PriceChanged
from kaibo.orders.models import LedgerEntry, Order, OrderLine, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.books import audit, audited, refunds_of
from kaibo.orders.tests.buying import open_payment, pay, spec_of, tell
from kaibo.promotions.actions import claim_flash_sale_batch
from kaibo.promotions.errors import BelowFloor, SoldOut
from kaibo.promotions.models import Coupon, Offer, Promotion, PromotionUse
from kaibo.promotions.reads import LineWish, quote_basket
from kaibo.promotions.rules import PAYERS, AmountOff, AtLeastFen, Benefit, PercentOff, Share
from kaibo.promotions.tests.promoting import counters, give, run
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    attempt,
    facts,
    make_shop,
    open_link,
    run_sale,
)

pytestmark = pytest.mark.django_db

TWO_OF_LINK_1 = OrderWish(link_no=1, units=2)
ONE_OF_LINK_2 = OrderWish(link_no=2, units=1)


@pytest.fixture
def shop() -> Shop:
    """Link 1 at 99 yuan, link 2 at 70, a flash sale at 69; no floor above 50."""
    shop = make_shop(on_hand=100)
    open_link(shop, 1, units=10)
    open_link(shop, 2, units=10, price_fen=7_000)
    return shop


def ten_off(shop: Shop) -> Promotion:
    """10 yuan off the whole, six tenths of it borne by the platform."""
    payers = (Share("platform", 6_000), Share("shop", 4_000))
    return run(shop, AmountOff(1_000), of={"payers": payers})


def five_off_coupon(shop: Shop) -> tuple[Promotion, int]:
    """5 yuan off by a coupon in the viewer's purse."""
    promotion = run(shop, AmountOff(500), of={"stacking": "coupon"}, got="claim")
    return promotion, give(shop, promotion).id


def order(shop: Shop, *wishes: OrderWish, total_fen: int, at: float = 1, **more: Any) -> OrderView:
    spec = spec_of(shop, wishes=wishes, expected_total_fen=total_fen, **more)
    return actions.place_order(spec=spec, now=after(at))


def all_three(shop: Shop) -> tuple[OrderView, Promotion, Promotion]:
    """Two links and a claim, with a promotion and a coupon: 337 yuan less 15."""
    sale = run_sale(shop, units=2)
    tries = [attempt(1, key="c")]
    (answer,) = claim_flash_sale_batch(sale_id=sale.id, attempts=tries, now=NOW)
    activity, (coupon, _) = ten_off(shop), five_off_coupon(shop)
    claim = OrderWish(claim_id=answer.claim_id, units=1)
    return order(shop, TWO_OF_LINK_1, ONE_OF_LINK_2, claim, total_fen=32_200), activity, coupon


def lines() -> list[OrderLine]:
    return list(OrderLine.objects.order_by("pk"))


@pytest.mark.row("R-061")
def test_three_lines_and_two_promotions_to_the_fen(shop: Shop) -> None:
    view, activity, coupon = all_three(shop)
    assert [(x.units, x.unit_price_fen, x.discount_fen, x.amount_fen) for x in view.lines] == [
        (2, 9_900, 881, 18_919),
        (1, 7_000, 312, 6_688),
        (1, 6_900, 307, 6_593),
    ]
    assert view.total_fen == sum(line.amount_fen for line in view.lines)
    assert [line.borne for line in lines()] == [
        {"platform": 352},
        {"platform": 125},
        {"platform": 123},
    ]
    assert (counters(activity), counters(coupon)) == ((1, 0, 0, 1_000), (1, 0, 1, 500))
    (placed,) = facts(OrderPlaced)
    row = Order.objects.get()
    assert isinstance(placed, OrderPlaced)
    assert placed.use_ids == row.use_ids == [use.pk for use in PromotionUse.objects.order_by("pk")]
    assert [one["off_fen"] for one in row.snapshot["promotions"]] == [1_000, 500]
    # The claim's time to pay is the order's.
    assert view.pay_before == after(120)


def test_what_others_bear_is_owed_by_them(shop: Shop) -> None:
    view, activity, coupon = all_three(shop)
    pay(view, now=after(2))
    entered = LedgerEntry.objects.order_by("pk").values_list("why", "amount_fen")
    assert list(entered) == [("receive", 32_200), ("sell", 32_200), ("platform_share", 600)]
    assert (counters(activity), counters(coupon)) == ((0, 1, 0, 1_000), (0, 1, 1, 500))
    audit()


def test_units_go_back_one_by_one_until_all_is_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, activity, coupon = all_three(shop)
    with audited(monkeypatch):
        pay(view, now=after(2))
        first, second, third = (line.id for line in view.lines)
        steps = [({first: 1}, 9_459), ({first: 1, third: 1}, 16_053), ({second: 1}, 6_688)]
        for number, (units, fen) in enumerate(steps, start=1):
            before = sum(refund.amount_fen for refund in Refund.objects.all())
            left = actions.refund_units(
                no=view.no, units=units, request_key=f"r{number}", reason="坏", by=shop.by,
                now=after(10 + number),
            )  # fmt: skip
            assert left.refund_fen - before == fen
            assert left.state == ("refunding" if number == 3 else "paid")
        assert left.refund_fen == view.total_fen
        assert actions.retry_refunds(now=after(20)) == 3
    assert reads.order(view.no, viewer_id=1).state == "refunded"
    shares = LedgerEntry.objects.filter(why="platform_unshare").order_by("pk")
    assert [entry.amount_fen for entry in shares] == [176, 176 + 123, 125]
    assert shop.levels() == (100, 18, 0)
    assert Offer.objects.get(link_no=1).units_sold == 0
    # The coupon is good again, the promotion's stock and budget are back.
    assert Coupon.objects.get().state == "open"
    assert (counters(activity), counters(coupon)) == ((0, 0, 0, 0), (0, 0, 1, 0))
    done = [fact for fact in facts(OrderRefunded) if isinstance(fact, OrderRefunded)]
    assert [(fact.amount_fen, fact.is_all) for fact in done] == [
        (9_459, False),
        (16_053, False),
        (6_688, True),
    ]


def test_a_key_refunds_once(shop: Shop) -> None:
    view = order(shop, TWO_OF_LINK_1, total_fen=19_800)
    pay(view)
    for _ in range(2):
        told = actions.refund_units(
            no=view.no, units={view.lines[0].id: 1}, request_key="r", reason="", by=shop.by,
            now=after(9),
        )  # fmt: skip
        assert (told.state, told.refund_fen) == ("paid", 9_900)
    assert Refund.objects.count() == len(facts(OrderRefundStarted)) == 1
    # What is left goes as a whole.
    assert (
        actions.refund_order(no=view.no, reason="", by=shop.by, now=after(10)).refund_fen == 19_800
    )


@pytest.mark.parametrize(
    ("units", "refusal"), [({}, NothingToRefund), ({0: 1}, Refusal), (3, NumberOutOfRange)]
)
def test_what_is_not_there_is_not_refunded(shop: Shop, units: Any, refusal: type[Refusal]) -> None:
    view = order(shop, TWO_OF_LINK_1, total_fen=19_800)
    ask: dict[str, Any] = {
        "no": view.no, "request_key": "r", "reason": "", "by": shop.by, "now": after(9)
    }  # fmt: skip
    with pytest.raises(OrderStateWrong):
        actions.refund_units(units={view.lines[0].id: 1}, **ask)
    pay(view)
    wanted = {view.lines[0].id: units} if isinstance(units, int) else units
    with pytest.raises(refusal):
        actions.refund_units(units=wanted, **ask)
    assert not Refund.objects.exists()
    assert lines()[0].units_refunded == 0


def test_one_line_that_cannot_be_had_takes_nothing(shop: Shop) -> None:
    ten_off(shop)
    with pytest.raises(SoldOut):
        order(shop, TWO_OF_LINK_1, OrderWish(link_no=2, units=11), total_fen=1)
    with pytest.raises(LineTwice):
        order(shop, TWO_OF_LINK_1, TWO_OF_LINK_1, total_fen=1)
    with pytest.raises(PriceChanged):
        order(shop, TWO_OF_LINK_1, ONE_OF_LINK_2, total_fen=26_800)
    assert (Order.objects.count(), PromotionUse.objects.count()) == (0, 0)
    assert shop.levels() == (100, 20, 0)


def test_promotions_that_meet_below_the_floor_sell_nothing(shop: Shop) -> None:
    """However it came to be: the floor is a hard stop when an order is placed."""
    promotion = run(shop, AmountOff(1_000), of={"condition": AtLeastFen(20_000)})
    Promotion.objects.filter(pk=promotion.pk).update(
        terms=promotion.terms | {"benefit": {"type": "amount_off", "fen": 16_000}}
    )
    with pytest.raises(BelowFloor):
        order(shop, OrderWish(link_no=1, units=3), total_fen=13_700)
    assert (Order.objects.count(), counters(promotion)) == (0, (0, 0, 0, 0))


def test_unpaid_it_gives_everything_back(shop: Shop) -> None:
    view, activity, coupon = all_three(shop)
    attempt_to_pay = open_payment(view, now=after(2))
    assert actions.close_due_orders(now=after(200)) == 1
    assert (counters(activity), counters(coupon)) == ((0, 0, 0, 0), (0, 0, 1, 0))
    assert Coupon.objects.get().state == "open"
    assert shop.levels() == (100, 21, 0)
    # Late money finds the sale over, so that nothing of the order can be had, and goes back.
    tell(attempt_to_pay, now=after(300))
    assert reads.order(view.no, viewer_id=1).state == "closed"
    assert refunds_of([attempt_to_pay]) == [("due", "units_gone", 0)]
    assert (counters(activity), counters(coupon)) == ((0, 0, 0, 0), (0, 0, 1, 0))
    audit()


def test_late_money_takes_the_promotions_again_or_goes_back(shop: Shop) -> None:
    promotion, coupon_id = five_off_coupon(shop)
    view = order(shop, TWO_OF_LINK_1, ONE_OF_LINK_2, total_fen=26_300)
    late = open_payment(view, now=after(2))
    actions.close_due_orders(now=after(1_000))
    other = order(shop, OrderWish(link_no=2, units=1), total_fen=6_500, at=1_001, request_key="2")
    assert Coupon.objects.get(pk=coupon_id).state == "held"
    tell(late, now=after(1_002))
    assert refunds_of([late]) == [("due", "price_gone", 0)]
    # Given up by the other order, the coupon is there for late money of this one.
    actions.cancel_order(no=other.no, viewer_id=1, now=after(1_003))
    again = order(shop, TWO_OF_LINK_1, total_fen=19_300, at=1_004, request_key="3")
    later = open_payment(again, now=after(1_005))
    actions.close_due_orders(now=after(3_000))
    tell(later, now=after(3_001))
    assert reads.order(again.no, viewer_id=1).state == "paid"
    assert (Coupon.objects.get().state, counters(promotion)) == ("used", (0, 1, 1, 500))
    audit()


@pytest.mark.row("R-061")
@pytest.mark.parametrize("seed", range(6))
def test_the_same_basket_costs_the_same_on_every_path(shop: Shop, seed: int) -> None:
    """Cart, order, lines, refunds: random promotions, baskets and steps of refunds."""
    chance = Random(seed)
    for stacking in ("activity", "coupon", "platform"):
        some = chance.randint(1, 500)
        benefit: Benefit = AmountOff(some) if chance.random() < 0.5 else PercentOff(some)
        payer = chance.choice(PAYERS)
        run(shop, benefit, of={"stacking": stacking, "payers": (Share(payer, 10_000),)})
    wishes = [OrderWish(link_no=1, units=chance.randint(1, 4)), OrderWish(link_no=2, units=3)]
    prices = {1: 9_900, 2: 7_000}
    cart = quote_basket(
        org_id=shop.org_id, show_id=SHOW, viewer_id=1, coupon_ids=None, now=after(1),
        lines=[
            LineWish(
                key=str(n), sku_id=shop.sku_id, units=wish.units,
                unit_price_fen=prices[wish.link_no or 0],
            )
            for n, wish in enumerate(wishes)
        ],
    )  # fmt: skip
    view = order(shop, *wishes, total_fen=cart.total_fen)
    assert tuple(line.amount_fen for line in view.lines) == cart.line_fen
    assert cart.before_fen - cart.total_fen == sum(line.discount_fen for line in view.lines)
    pay(view, now=after(2))
    by = Actor("viewer", 1, shop.org_id)
    left = {line.id: line.units for line in view.lines}
    while left:
        id = chance.choice(sorted(left))
        units = chance.randint(1, left[id])
        key = f"r{id}-{left[id]}"
        view = actions.refund_units(
            no=view.no, units={id: units}, request_key=key, reason="", by=by, now=after(3)
        )
        left[id] -= units
        left = {key: n for key, n in left.items() if n}
        audit()
    assert view.refund_fen == view.total_fen
    assert actions.retry_refunds(now=after(9)) >= 1
    audit()
    assert LedgerEntry.objects.exists()
