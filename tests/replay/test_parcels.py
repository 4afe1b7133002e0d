"""Facts of parcels and returns replayed equal the tables, after any sequence of actions."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import last_position, read
from kaibo.orders import actions
from kaibo.orders.actions import ReturnWish
from kaibo.orders.models import (
    CancelAsk,
    Order,
    OrderLine,
    OrderPromise,
    Parcel,
    ParcelLine,
    Return,
    ReturnLine,
    ReturnPhoto,
    ShopTerms,
)
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.photos import KEPT_FOR
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.photographs import jpeg
from kaibo.orders.tests.shipping import DAY, bought
from kaibo.promotions.tests.shop import NOW, Shop, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.ShopTermsSet,
        told.ShippingPromised,
        told.ParcelPacked,
        told.ParcelMoved,
        told.WaybillsImported,
        told.AddressesExported,
        told.ReturnAsked,
        told.ReturnMoved,
        told.ReturnPhotoAdded,
        told.ReturnPhotosForgotten,
        told.CancelAsked,
        told.CancelMoved,
    }
)
Lines = dict[int, int]
Parts = list[tuple[int, list[int]]]


class Dispatch:
    """What the facts alone say of goods on their way."""

    def __init__(self) -> None:
        self.terms: tuple[int, bool, int, int] = (48, False, 0, 50_000)
        self.promises: dict[str, tuple[int, dt.datetime | None, Parts]] = {}
        self.parcels: dict[int, tuple[str, str, Lines]] = {}
        self.returns: dict[int, tuple[str, Lines, str, bool | None, dt.datetime | None]] = {}
        self.photos: dict[int, dict[int, str]] = {}
        self.asks: dict[int, str] = {}
        self.moved: Counter[str] = Counter()
        self.files: Counter[str] = Counter()
        self.exported = 0

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.ShopTermsSet():
                self.terms = (
                    fact.ship_within_h, fact.may_refund_only, fact.protects_days,
                    fact.settle_alone_fen_max,
                )  # fmt: skip
            case told.ShippingPromised():
                parts = [(one.ship_within_h, one.line_ids) for one in fact.shipments]
                self.promises[fact.no] = (fact.ship_within_h, fact.protected_until, parts)
            case told.ParcelPacked():
                self.parcels[fact.parcel_id] = ("packed", "", _lines(fact.lines))
            case told.ParcelMoved():
                _, _, lines = self.parcels[fact.parcel_id]
                self.parcels[fact.parcel_id] = (fact.state, fact.carrier, lines)
                self.moved[fact.state] += 1
            case told.WaybillsImported():
                self.files += Counter(shipped=fact.shipped, delivered=fact.delivered)
                assert fact.rows >= fact.refused
            case told.AddressesExported():
                self.exported += fact.orders
            case _:
                self._replay_return(fact)

    def _replay_return(self, fact: Fact) -> None:
        match fact:
            case told.ReturnAsked():
                self.returns[fact.return_id] = ("asked", _lines(fact.lines), "", None, None)
            case told.ReturnMoved():
                _, lines, *_ = self.returns[fact.return_id]
                told_of = (fact.refusal, fact.is_sellable, fact.refund_due_at)
                self.returns[fact.return_id] = (fact.state, lines, *told_of)
            case told.ReturnPhotoAdded():
                self.photos.setdefault(fact.return_id, {})[fact.photo_id] = fact.digest
            case told.ReturnPhotosForgotten():
                assert sorted(self.photos.pop(fact.return_id)) == fact.photo_ids
            case told.CancelAsked():
                self.asks[fact.ask_id] = "asked"
            case told.CancelMoved():
                self.asks[fact.ask_id] = fact.state


def _lines(told_of: list[told.LineUnits]) -> Lines:
    return {line.line_id: line.units for line in told_of}


def _stored() -> Dispatch:
    books = Dispatch()
    for terms in ShopTerms.objects.all():
        books.terms = (
            terms.ship_within_h, terms.may_refund_only, terms.protects_days,
            terms.settle_alone_fen_max,
        )  # fmt: skip
    for row in OrderPromise.objects.select_related("order"):
        parts = [(one.ship_within_h, one.line_ids) for one in row.shipments.order_by("number")]
        books.promises[row.order.no] = (row.ship_within_h, row.protected_until, parts)
    for one in Parcel.objects.all():
        lines = dict(ParcelLine.objects.filter(parcel=one).values_list("line_id", "units"))
        books.parcels[one.pk] = (one.state, one.carrier, lines)
    for back in Return.objects.all():
        lines = dict(ReturnLine.objects.filter(back=back).values_list("line_id", "units"))
        rest = (back.refusal, back.is_sellable, back.refund_due_at)
        books.returns[back.pk] = (back.state, lines, *rest)
    for photo in ReturnPhoto.objects.all():
        books.photos.setdefault(photo.back_id, {})[photo.pk] = photo.digest
    books.asks = dict(CancelAsk.objects.values_list("pk", "state"))
    return books


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_and_units_are_never_in_two_places(seed: int) -> None:
    chance, shop, start = Random(seed), make_shop(on_hand=40), last_position()
    open_link(shop, units=40)
    for buyer in range(1, 6):
        bought(shop, units=chance.randint(1, 4), viewer_id=buyer, key=f"k{buyer}")
    done = 0
    for step in range(150):
        try:
            _any_act(shop, chance, now=NOW + step * DAY / 8)()
            done += 1
        except Refusal:
            pass
        _check_units()
    assert done > 40
    kinds = {type(entry.fact) for entry in read(start, limit=10_000)}
    assert {told.ReturnPhotoAdded, told.ReturnMoved} <= kinds
    books = Dispatch()
    for entry in read(start, limit=10_000):
        books.replay(entry.fact)
    stored = _stored()
    for told_of in ("terms", "promises", "parcels", "returns", "photos", "asks"):
        assert getattr(books, told_of) == getattr(stored, told_of), told_of
    assert books.files["shipped"] <= books.moved["shipped"]
    audit()
    _check_promises()


def _check_units() -> None:
    """Shipped ≤ bought − refunded; returned ≤ delivered."""
    for order in Order.objects.prefetch_related("lines", "parcels__lines", "returns__lines"):
        for line in units_of(order).values():
            assert line.away - line.back + line.owed <= line.units - line.refunded
            assert line.returning <= line.delivered


def _check_promises() -> None:
    """An order waits exactly while units of it are left to ship."""
    for row in OrderPromise.objects.select_related("order"):
        units = units_of(row.order)
        left = {id for id, line in units.items() if line.to_ship and row.order.state == "paid"}
        assert (row.ship_by_at is not None) == bool(left)
        parts = list(row.shipments.all())
        assert sorted(id for part in parts for id in part.line_ids) == sorted(units)
        for part in parts:
            assert (part.ship_by_at is not None) == bool(left & {*part.line_ids})


def _any_act(shop: Shop, chance: Random, *, now: dt.datetime) -> Callable[[], Any]:
    """One of everything, to something it can be done to."""
    by, n = shop.by, chance.randint(1, 3)
    common: dict[str, Any] = {"by": by, "now": now}
    acts: list[Callable[[], Any]] = [
        partial(actions.refund_due_returns, now=now),
        partial(actions.forget_return_photos, now=now + KEPT_FOR - 5 * DAY),
        partial(actions.deliver_sandbox_parcels, now=now),
        partial(
            actions.set_shop_terms,
            ship_within_h=24 * n,
            may_refund_only=n > 1,
            protects_days=7 * n,
            **common,
        ),
        partial(actions.import_waybills, data=_file(chance), **common),
    ]
    line = chance.choice(list(OrderLine.objects.select_related("order").order_by("pk")))
    order = line.order
    viewer = Actor("viewer", order.viewer_id, shop.org_id)
    number = f"7310000{chance.randint(0, 10**6):07}"
    carrier = chance.choice(["中通", "sandbox"])
    wish = ReturnWish(
        units={line.pk: n},
        reason=chance.choice(["no_reason", "quality"]),
        request_key=number,
        wants_exchange=chance.random() < 0.3,
    )
    some: dict[str, Any] = {"no": order.no, "units": {line.pk: n}, **common}
    acts += [
        partial(actions.ship_order, carrier=carrier, waybill=number, **some),
        partial(actions.pack_parcel, **some),
        *[partial(actions.ask_return, no=order.no, wish=wish, by=viewer, now=now)] * 4,
        partial(actions.refund_units, request_key=number, reason="", **some),
        partial(actions.ask_cancel, no=order.no, why="out_of_stock", said="缺货", **common),
        partial(actions.answer_cancel, no=order.no, agrees=n == 1, by=viewer, now=now),
        partial(actions.keep_order, no=order.no, **common),
    ]
    acts += _on_parcels(chance, number, common) + _on_returns(chance, number, common)
    return chance.choice(acts)


def _on_parcels(chance: Random, number: str, common: dict[str, Any]) -> list[Callable[[], Any]]:
    parcels = list(Parcel.objects.order_by("pk"))
    if not parcels:
        return []
    on = {"parcel_id": chance.choice(parcels).pk, **common}
    return [
        partial(actions.ship_parcel, carrier="中通", waybill=number, **on),
        partial(actions.unpack_parcel, **on),
        *[partial(actions.deliver_parcel, **on)] * 4,
        partial(actions.lose_parcel, **on),
        partial(actions.bounce_parcel, **on),
    ]


def _on_returns(chance: Random, number: str, common: dict[str, Any]) -> list[Callable[[], Any]]:
    returns = list(Return.objects.order_by("pk"))
    if not returns:
        return []
    one = chance.choice(returns)
    on = {"return_id": one.pk, **common}
    shown = chance.choice([back for back in returns if back.ended_at is None] or returns)
    buyer = Actor("viewer", shown.order.viewer_id, shown.organisation_id)
    picture = jpeg((chance.randint(1, 3), 1))
    photo = {**on, "return_id": shown.pk, "by": buyer, "data": picture}
    no: dict[str, Any] = {"refusal": "not_our_goods", "answer": "标准", "proofs": ["/p.jpg"], **on}
    return [
        partial(actions.accept_return, **on),
        partial(actions.refuse_return, **no),
        partial(actions.withdraw_return, **on),
        partial(actions.send_return, carrier="中通", waybill=number, **on),
        *[partial(actions.receive_return, is_sellable=chance.random() < 0.7, **on)] * 3,
        partial(actions.refund_return, **on),
        partial(actions.waive_return, **on),
        partial(actions.exchange_return, carrier="中通", waybill=number, **on),
        partial(actions.reject_return, **no),
        *[partial(actions.add_return_photo, **photo)] * 6,
    ]


def _file(chance: Random) -> bytes:
    lines = ["订单编号,快递公司,快递单号,签收时间"]
    for no in Order.objects.order_by("pk").values_list("no", flat=True)[:3]:
        at = chance.choice(["", "2026-11-23"])
        lines.append(f"{no},圆通,YT{chance.randint(0, 3):012},{at}")
    return "\n".join(lines).encode()
