"""Parcels: exact rows and facts, promises kept and missed, and nothing written on refusal."""

import datetime as dt
from typing import Any

import pytest

from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import SaleTerms
from kaibo.facts.orders import LineUnits, ParcelMoved, ParcelPacked, ShippingPromised
from kaibo.journal.models import Entry
from kaibo.orders import actions
from kaibo.orders.errors import (
    DeliveredTooEarly,
    NoSuchLine,
    NoSuchOrder,
    NoSuchParcel,
    NothingToShip,
    OrderStateWrong,
    ParcelStateWrong,
    TooManyToShip,
    UnitsShipped,
    WaybillTaken,
    WaybillUnusable,
)
from kaibo.orders.models import OrderPromise, Parcel
from kaibo.orders.reads import parcels as reads
from kaibo.orders.tests.buying import place
from kaibo.orders.tests.shipping import DAY, bought, buyer, delivered, line_id, ship
from kaibo.promotions.tests.shop import NOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


def test_an_order_is_shipped_in_parts_and_never_more_than_was_bought(shop: Shop) -> None:
    order = bought(shop, units=3)
    first = ship(shop, order, units=1, now=after(60))
    assert (first.state, first.carrier, first.waybill) == ("shipped", "zto", "73100000000001")
    assert [line.units for line in first.lines] == [1]
    with pytest.raises(TooManyToShip):
        ship(shop, order, "73100000000002", units=3)
    second = ship(shop, order, "73100000000002", now=after(90))
    assert [line.units for line in second.lines] == [2]
    with pytest.raises(NothingToShip):
        ship(shop, order, "73100000000003")
    assert Parcel.objects.count() == 2
    (one, two), moved = facts(ParcelPacked), facts(ParcelMoved)
    assert isinstance(one, ParcelPacked)
    units = LineUnits(line_id=line_id(order), sku_id=shop.sku_id, units=1)
    assert (one.parcel_id, one.no, one.viewer_id, one.lines) == (first.id, order.no, 1, [units])
    assert isinstance(two, ParcelPacked)
    assert [line.units for line in two.lines] == [2]
    assert [fact.state for fact in moved if isinstance(fact, ParcelMoved)] == ["shipped"] * 2
    assert not [entry for entry in Entry.objects.all() if "7310000" in str(entry.body)]


def test_shipping_again_with_the_same_waybill_changes_nothing(shop: Shop) -> None:
    order = bought(shop)
    first = ship(shop, order, units=1)
    before = Entry.objects.count()
    assert ship(shop, order, units=1, now=after(9)) == first
    assert Entry.objects.count() == before
    other = bought(shop, viewer_id=2, key="order-2")
    with pytest.raises(WaybillTaken):
        ship(shop, other)
    assert Parcel.objects.count() == 1


def test_what_cannot_be_shipped_writes_nothing(shop: Shop) -> None:
    paid, unpaid = bought(shop), place(shop, viewer_id=2, request_key="open")
    stranger = make_shop("ben")
    before = Entry.objects.count()
    id = line_id(paid)
    good: dict[str, Any] = {"carrier": "中通", "waybill": "73100000000001", "by": shop.by}
    refused: list[tuple[type[Refusal], dict[str, Any]]] = [
        (OrderStateWrong, {"no": unpaid.no}),
        (NoSuchOrder, {"no": "K0"}),
        (NoSuchOrder, {"no": paid.no, "by": stranger.by}),
        (NoSuchLine, {"no": paid.no, "units": {id + 99: 1}}),
        (NumberOutOfRange, {"no": paid.no, "units": {id: 0}}),
        (TooManyToShip, {"no": paid.no, "units": {id: 3}}),
        (WaybillUnusable, {"no": paid.no, "waybill": "1.2E+13"}),
    ]
    for kind, wrong in refused:
        with pytest.raises(kind):
            actions.ship_order(**{**good, **wrong}, now=NOW)
    assert (Parcel.objects.count(), Entry.objects.count()) == (0, before)


def test_a_parcel_goes_its_way(shop: Shop) -> None:
    order = bought(shop)
    packed = actions.pack_parcel(no=order.no, by=shop.by, now=NOW)
    assert (packed.state, packed.waybill) == ("packed", "")
    for verb in (actions.deliver_parcel, actions.lose_parcel, actions.bounce_parcel):
        with pytest.raises(ParcelStateWrong):
            verb(parcel_id=packed.id, by=shop.by, now=NOW)
    void = actions.unpack_parcel(parcel_id=packed.id, by=shop.by, now=after(1))
    assert (void.state, void.ended_at) == ("void", after(1))
    assert actions.unpack_parcel(parcel_id=packed.id, by=shop.by, now=after(2)) == void
    again = actions.pack_parcel(no=order.no, by=shop.by, now=after(3))
    how = {"parcel_id": again.id, "carrier": "SF", "waybill": "SF1234567890123", "by": shop.by}
    shipped = actions.ship_parcel(**how, now=after(4))  # type: ignore[arg-type]
    assert actions.ship_parcel(**how, now=after(5)) == shipped  # type: ignore[arg-type]
    for at in (after(3), after(99)):
        with pytest.raises(DeliveredTooEarly):
            actions.deliver_parcel(parcel_id=again.id, by=shop.by, now=after(9), delivered_at=at)
    with pytest.raises(NoSuchParcel):
        actions.deliver_parcel(parcel_id=again.id, by=buyer(shop, 2), now=after(9))
    done = actions.deliver_parcel(parcel_id=again.id, by=buyer(shop), now=after(9))
    assert (done.state, done.delivered_at) == ("delivered", after(9))
    assert actions.deliver_parcel(parcel_id=again.id, by=shop.by, now=after(10)) == done
    with pytest.raises(ParcelStateWrong):
        actions.lose_parcel(parcel_id=again.id, by=shop.by, now=after(11))
    states = [fact.state for fact in facts(ParcelMoved) if isinstance(fact, ParcelMoved)]
    assert states == ["void", "shipped", "delivered"]
    seen = reads.parcels_of_order(order.no, viewer_id=1)
    assert [parcel.state for parcel in seen] == ["delivered"]


@pytest.mark.parametrize("verb", ["lose_parcel", "bounce_parcel"])
def test_units_that_were_lost_or_came_back_may_go_again_or_be_undone(shop: Shop, verb: str) -> None:
    order = bought(shop)
    parcel = ship(shop, order)
    with pytest.raises(UnitsShipped):
        actions.refund_order(no=order.no, reason="", by=buyer(shop), now=after(1))
    assert facts()[-1] == facts(ParcelMoved)[-1]
    getattr(actions, verb)(parcel_id=parcel.id, by=shop.by, now=after(2))
    assert OrderPromise.objects.get().ship_by_at is not None
    ship(shop, order, "73100000000009", units=1, now=after(3))
    with pytest.raises(UnitsShipped):
        actions.refund_order(no=order.no, reason="", by=shop.by, now=after(4))


def test_an_order_promises_the_shortest_hours_and_keeps_its_promise(shop: Shop) -> None:
    assert reads.shop_terms(shop.org_id) == reads.ShopTermsView(48, False)
    actions.set_shop_terms(ship_within_h=72, may_refund_only=False, by=shop.by, now=NOW)
    first = bought(shop)
    terms = SaleTerms(True, "", 24)
    catalog.set_sale_terms(sku_id=shop.sku_id, terms=terms, by=shop.by, now=NOW)
    second = bought(shop, viewer_id=2, key="order-2")
    rows = {row.order.no: row for row in OrderPromise.objects.all()}
    hours = {no: row.ship_within_h for no, row in rows.items()}
    assert hours == {first.no: 72, second.no: 24}
    assert rows[second.no].ship_by_at == NOW + DAY
    promised = [fact.ship_within_h for fact in facts(ShippingPromised)]  # type: ignore[attr-defined]
    assert promised == [72, 24]
    late = reads.to_ship(shop.org_id, now=NOW + DAY)
    assert late.counts == {"late": 1, "today": 0, "later": 1}
    assert [(one.no, one.lateness) for one in late.items] == [
        (second.no, "late"),
        (first.no, "later"),
    ]
    # 20:00 in Shanghai: what is due in two hours is due today, in five tomorrow.
    assert reads.to_ship(shop.org_id, now=NOW + DAY - dt.timedelta(hours=2)).counts["today"] == 1
    ship(shop, second, units=1)
    assert reads.to_ship(shop.org_id, now=NOW, which="later").total == 2
    ship(shop, second, "73100000000002")
    assert [one.no for one in reads.to_ship(shop.org_id, now=NOW).items] == [first.no]
    actions.refund_order(no=first.no, reason="", by=buyer(shop), now=NOW)
    assert reads.to_ship(shop.org_id, now=NOW + 9 * DAY).total == 0


def test_an_unpaid_order_waits_for_money_not_for_shipment(shop: Shop) -> None:
    place(shop)
    row = OrderPromise.objects.get()
    assert (row.ship_within_h, row.promised_at, row.ship_by_at) == (48, None, None)


def test_the_sandboxs_carrier_delivers_after_two_minutes(shop: Shop) -> None:
    order = bought(shop)
    actions.ship_order(no=order.no, carrier="sandbox", waybill="TEST123456", by=shop.by, now=NOW)
    ship(shop, bought(shop, viewer_id=2, key="order-2"))
    assert actions.deliver_sandbox_parcels(now=after(119)) == 0
    assert actions.deliver_sandbox_parcels(now=after(120)) == 1
    assert actions.deliver_sandbox_parcels(now=after(121)) == 0
    assert sorted(Parcel.objects.values_list("state", flat=True)) == ["delivered", "shipped"]


def test_parcels_are_listed_and_exported_by_shop(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order, units=1)
    page = reads.parcels_of_shop(shop.org_id, state="delivered")
    assert (page.total, page.states) == (1, {"delivered": 1})
    (row,) = reads.parcel_rows(shop.org_id)
    assert row[0] == order.no
    assert row[2:6] == ["已签收", "中通快递", "73100000000001", "A1"]
    assert row[-1] == "张** 138****5678"
    assert reads.parcels_of_shop(make_shop("ben").org_id).total == 0
