"""Who bears the discounts of an order: at the desk, in the export, for programs, not for buyers."""

import json
from typing import Any

import pytest
from django.test import Client

from kaibo.access.actions import add_person, make_key
from kaibo.orders import actions, reads
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions.rules import AmountOff, Share
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

pytestmark = pytest.mark.django_db


def borne(found: Any) -> list[tuple[str, int, int]]:
    return [(one["payer"], one["fen"], one["undone_fen"]) for one in found]


def test_every_reader_of_the_shop_sees_who_pays(shop: Shop) -> None:
    payers = (Share("host", 3_000), Share("platform", 6_000), Share("shop", 1_000))
    run(shop, AmountOff(1_000), of={"payers": payers})
    order = place(shop, units=2, expected_total_fen=18_800)
    pay(order, now=after(1))
    line = order.lines[0].id
    actions.refund_units(
        no=order.no, units={line: 1}, request_key="r", reason="", by=shop.by, now=after(2)
    )
    meant = [("shop", 100, 50), ("platform", 600, 300), ("host", 300, 150)]
    (row,) = reads.orders_of_show(shop.org_id, SHOW).items
    assert [(one.payer, one.fen, one.undone_fen) for one in row.borne] == meant
    may = desk(shop.org_id)
    ledger = may.get(f"/desk/orders/{order.no}/ledger")
    assert borne(ledger["borne"]) == meant
    boss = add_person(
        org_id=shop.org_id,
        username="boss",
        name="老板",
        password="x",
        roles=["management"],
        now=NOW,
    )
    made = make_key(name="erp", scopes=["orders.read"], by=boss, now=after(3))
    program = Client(headers={"Authorization": f"Bearer {made.token}"})
    one = json.loads(program.get(f"/api/v1/orders/{order.no}").content)
    listed = json.loads(program.get("/api/v1/orders").content)
    assert borne(one["borne"]) == borne(listed["items"][0]["borne"]) == meant
    (cells,) = reads.order_rows(shop.org_id, SHOW)
    told = dict(zip(reads.ORDER_COLUMNS, cells, strict=True))
    by = ("本店承担(元) Discount by shop", "平台承担(元) Discount by platform")
    assert [str(told[f"优惠-{name}"]) for name in by] == ["1.00", "6.00"]
    assert str(told["优惠-供应商承担(元) Discount by supplier"]) == "0.00"
    # Buyers are not told who pays.
    assert "borne" not in viewer(shop.org_id).get(f"/my/orders/{order.no}")
