"""A paid order is a contract: sellers ask, buyers answer."""

import pytest

from kaibo.base.errors import TextMissing
from kaibo.facts.orders import CancelAsked, CancelMoved, OrderRefundStarted
from kaibo.journal.models import Entry
from kaibo.orders import actions
from kaibo.orders.errors import (
    BuyerMustAgree,
    NoSuchOrder,
    NothingToAnswer,
    OrderStateWrong,
    UnitsShipped,
)
from kaibo.orders.models import CancelAsk, Order
from kaibo.orders.reads.cancels import cancels_of_order, cancels_of_shop, open_cancels
from kaibo.orders.tests.buying import place
from kaibo.orders.tests.shipping import bought, buyer, line_id, ship
from kaibo.promotions.tests.shop import NOW, Shop, after, facts

pytestmark = pytest.mark.django_db


@pytest.mark.row("LM-110")
@pytest.mark.parametrize("ground", ["price_mistake", "out_of_stock"])
def test_a_seller_alone_cannot_undo_a_paid_order(shop: Shop, ground: str) -> None:
    order = bought(shop)
    before = Entry.objects.count()
    with pytest.raises(BuyerMustAgree):
        actions.refund_order(no=order.no, reason="标错价", by=shop.by, now=NOW, ground=ground)  # type: ignore[arg-type]
    with pytest.raises(BuyerMustAgree):
        actions.refund_units(
            no=order.no, units={line_id(order): 1}, request_key="k", reason="", by=shop.by, now=NOW,
            ground=ground,  # type: ignore[arg-type]
        )  # fmt: skip
    assert Entry.objects.count() == before
    asked = actions.ask_cancel(no=order.no, why=ground, said="标错了", by=shop.by, now=NOW)  # type: ignore[arg-type]
    assert actions.ask_cancel(no=order.no, why=ground, said="标错了", by=shop.by, now=NOW) == asked  # type: ignore[arg-type]
    assert Order.objects.get().state == "paid"
    no = actions.answer_cancel(no=order.no, agrees=False, by=buyer(shop), now=after(1))
    assert (no.state, Order.objects.get().state) == ("review", "paid")
    assert open_cancels(1, org_id=shop.org_id) == [no]
    assert open_cancels(2, org_id=shop.org_id) == []
    assert actions.answer_cancel(no=order.no, agrees=False, by=buyer(shop), now=after(2)) == no
    kept = actions.keep_order(no=order.no, by=shop.by, now=after(3))
    assert kept.state == "kept"
    assert open_cancels(1, org_id=shop.org_id) == []
    assert ship(shop, order).state == "shipped"
    states = [fact.state for fact in facts(CancelMoved) if isinstance(fact, CancelMoved)]
    assert (len(facts(CancelAsked)), states) == (1, ["review", "kept"])


def test_with_the_buyers_word_all_that_is_left_is_refunded(shop: Shop) -> None:
    order = bought(shop)
    actions.ask_cancel(no=order.no, why="out_of_stock", said="缺货", by=shop.by, now=NOW)
    actions.answer_cancel(no=order.no, agrees=False, by=buyer(shop), now=after(1))
    done = actions.answer_cancel(no=order.no, agrees=True, by=buyer(shop), now=after(2))
    assert (done.state, Order.objects.get().state) == ("agreed", "refunding")
    assert len(facts(OrderRefundStarted)) == 1
    assert cancels_of_order(order.no, viewer_id=1) == [done]
    with pytest.raises(NoSuchOrder):
        cancels_of_order(order.no, viewer_id=2)
    with pytest.raises(NothingToAnswer):
        actions.answer_cancel(no=order.no, agrees=True, by=buyer(shop), now=after(3))


def test_what_cannot_be_asked_or_answered_writes_nothing(shop: Shop) -> None:
    paid, unpaid = bought(shop), place(shop, viewer_id=2, request_key="open")
    with pytest.raises(OrderStateWrong):
        actions.ask_cancel(no=unpaid.no, why="out_of_stock", said="x", by=shop.by, now=NOW)
    with pytest.raises(TextMissing):
        actions.ask_cancel(no=paid.no, why="out_of_stock", said=" ", by=shop.by, now=NOW)
    with pytest.raises(NothingToAnswer):
        actions.answer_cancel(no=paid.no, agrees=True, by=buyer(shop), now=NOW)
    with pytest.raises(NoSuchOrder):
        actions.answer_cancel(no=paid.no, agrees=True, by=buyer(shop, 2), now=NOW)
    actions.ask_cancel(no=paid.no, why="out_of_stock", said="x", by=shop.by, now=NOW)
    ship(shop, paid)
    with pytest.raises(UnitsShipped):
        actions.answer_cancel(no=paid.no, agrees=True, by=buyer(shop), now=NOW)
    assert CancelAsk.objects.get().state == "asked"
    actions.keep_order(no=paid.no, by=shop.by, now=NOW)
    with pytest.raises(UnitsShipped):
        actions.ask_cancel(no=paid.no, why="out_of_stock", said="x", by=shop.by, now=NOW)


def test_the_desk_lists_what_it_decides_first(shop: Shop) -> None:
    first, second, third = (bought(shop, viewer_id=n, key=f"o-{n}", units=1) for n in (1, 2, 3))
    for order in (first, second, third):
        actions.ask_cancel(no=order.no, why="price_mistake", said="标错", by=shop.by, now=NOW)
    actions.answer_cancel(no=first.no, agrees=False, by=buyer(shop), now=after(1))
    actions.answer_cancel(no=third.no, agrees=True, by=buyer(shop, 3), now=after(2))
    page = cancels_of_shop(shop.org_id)
    assert [(one.no, one.state) for one in page.items] == [
        (first.no, "review"),
        (second.no, "asked"),
        (third.no, "agreed"),
    ]
    assert (page.total, page.pages) == (3, 1)
    assert page.states == {"review": 1, "asked": 1, "agreed": 1}
    only = cancels_of_shop(shop.org_id, state="asked")
    assert [one.no for one in only.items] == [second.no]
    assert cancels_of_shop(shop.org_id + 1).items == []
