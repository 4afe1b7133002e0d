"""Facts of prices that fell replayed equal the tables, after any prices, purchases and refunds."""

import datetime as dt
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.journal.actions import follow
from kaibo.journal.reads import read
from kaibo.orders import actions
from kaibo.orders.follow import on_entry
from kaibo.orders.models import Order, OrderLine, PriceDrop
from kaibo.orders.rules.protection import STANDS
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions import actions as promotions
from kaibo.promotions.tests.shop import SHOW, after, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset({told.PriceDropNoted, told.PriceDropSettled})

Told = tuple[int, int, dt.datetime, dt.datetime]


class Falls:
    """What the facts alone say of prices that fell."""

    def __init__(self) -> None:
        self.noted: dict[int, Told] = {}
        self.settled: dict[int, tuple[str, int, int]] = {}

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.PriceDropNoted():
                self.noted[fact.drop_id] = (fact.sku_id, fact.price_fen, fact.since, fact.due_at)
            case told.PriceDropSettled():
                self.settled[fact.drop_id] = (fact.state, fact.lines, fact.amount_fen)


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=90)
    open_link(shop, units=60, per_buyer_max=5)
    actions.set_shop_terms(
        ship_within_h=48, may_refund_only=False, protects_days=1, by=shop.by, now=after(0)
    )
    price = 9_900
    for step in range(1, 50):
        now = after(step * 300)
        key: dict[str, Any] = {"request_key": f"k{step}", "viewer_id": step}
        act = chance.random()
        try:
            if act < 0.4:
                units = chance.randint(1, 3)
                total = units * price
                order = place(shop, now=now, units=units, expected_total_fen=total, **key)
                pay(order, viewer_id=step, now=now)
            elif act < 0.7:
                fen = chance.randint(80, 99) * 100
                promotions.open_price(show_id=SHOW, link_no=1, price_fen=fen, by=shop.by, now=now)
                price = fen
            elif orders := list(Order.objects.order_by("pk").values_list("no", flat=True)):
                order_no = chance.choice(orders)
                line = OrderLine.objects.get(order__no=order_no)
                actions.refund_units(
                    no=order_no, units={line.pk: 1}, request_key=f"r{step}", reason="",
                    by=shop.by, now=now,
                )  # fmt: skip
        except Refusal:
            pass
        follow("orders", on_entry)
        actions.honour_price_drops(now=now)
    books = Falls()
    for entry in read(limit=10_000):
        books.replay(entry.fact)
    rows = list(PriceDrop.objects.all())
    assert books.noted == {
        row.pk: (row.sku_id, row.price_fen, row.since, row.since + STANDS) for row in rows
    }
    done = {r.pk: (r.state, r.lines, r.amount_fen) for r in rows if r.state != "noted"}
    assert books.settled == done
    assert done
    back = sum(OrderLine.objects.values_list("protected_fen", flat=True))
    assert back == sum(row.amount_fen for row in rows) > 0
    audit()
