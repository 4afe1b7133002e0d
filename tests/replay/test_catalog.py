"""Facts of the catalogue replayed equal what its reads say."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import ProductSpec, SaleTerms, SkuSpec
from kaibo.catalog.models import ImportJob, ListPrice, SkuTerms
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import catalog as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

# In Shanghai, at NOW.
TODAY = dt.date(2026, 11, 22)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.SupplierAdded,
        told.ProductCreated,
        told.ProductChanged,
        told.ProductSubmitted,
        told.ProductApproved,
        told.ProductRefused,
        told.SkuAdded,
        told.SkuChanged,
        told.StockChanged,
        told.ListPricesSeen,
        told.ImportApplied,
        told.SaleTermsSet,
    }
)


@dataclass
class Goods:
    """A product as the facts alone tell it."""

    code: str
    title: str
    brand: str
    supplier_id: int | None
    expires_on: dt.date | None
    state: str = "draft"
    reason: str = ""


@dataclass(frozen=True)
class Level:
    """A SKU as the facts alone tell it."""

    product_id: int
    code: str
    spec: str
    prices: tuple[int, int, int]
    on_hand: int = 0
    held: int = 0
    sold: int = 0
    buffer: int = 0


@dataclass
class Books:
    """Everything the facts say of a catalogue."""

    products: dict[int, Goods] = field(default_factory=dict)
    skus: dict[int, Level] = field(default_factory=dict)
    suppliers: set[int] = field(default_factory=set)
    terms: dict[int, tuple[bool, str, int]] = field(default_factory=dict)
    list_prices: set[tuple[int, dt.date, int]] = field(default_factory=set)
    imports: dict[int, tuple[str, str, tuple[int, ...]]] = field(default_factory=dict)

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.SupplierAdded():
                self.suppliers.add(fact.supplier_id)
            case told.ProductCreated():
                self.products[fact.product_id] = Goods(
                    fact.code,
                    fact.title,
                    fact.brand,
                    fact.supplier_id,
                    fact.qualification_expires_on,
                )
            case told.ProductChanged():
                self.products[fact.product_id] = Goods(
                    self.products[fact.product_id].code,
                    fact.title,
                    fact.brand,
                    fact.supplier_id,
                    fact.qualification_expires_on,
                    fact.state,
                )
            case told.ProductSubmitted():
                self._review(fact.product_id, "submitted", "")
            case told.ProductApproved():
                self._review(fact.product_id, "approved", "")
            case told.ProductRefused():
                self._review(fact.product_id, "refused", fact.reason)
            case told.ImportApplied():
                counts = (fact.rows, fact.created, fact.changed, fact.unchanged)
                assert fact.refused == fact.rows - sum(counts[1:])
                self.imports[fact.import_id] = (fact.filename, fact.sha256, counts)
            case _:
                self._replay_sku(fact)

    def _review(self, product_id: int, state: str, reason: str) -> None:
        self.products[product_id].state = state
        self.products[product_id].reason = reason

    def _replay_sku(self, fact: Fact) -> None:
        match fact:
            case told.SkuAdded():
                prices = (fact.list_price_fen, fact.cost_fen, fact.floor_price_fen)
                self.skus[fact.sku_id] = Level(fact.product_id, fact.code, fact.spec, prices)
                self.products[fact.product_id].state = fact.product_state
                self._price(fact.sku_id, fact.on_date or TODAY, fact.list_price_fen)
            case told.SkuChanged():
                prices = (fact.list_price_fen, fact.cost_fen, fact.floor_price_fen)
                self.skus[fact.sku_id] = replace(
                    self.skus[fact.sku_id], spec=fact.spec, prices=prices
                )
                self.products[fact.product_id].state = fact.product_state
                self._price(fact.sku_id, fact.on_date or TODAY, fact.list_price_fen)
            case told.ListPricesSeen():
                for seen in fact.prices:
                    self._price(seen.sku_id, seen.on_date, seen.price_fen)
            case told.SaleTermsSet():
                said = (fact.no_reason_return, fact.exception_type, fact.ship_within_h)
                self.terms[fact.sku_id] = said
            case told.StockChanged():
                self.skus[fact.sku_id] = _moved(self.skus[fact.sku_id], fact)
            case _:
                raise AssertionError(f"no page for {fact}")

    def _price(self, sku_id: int, day: dt.date, price_fen: int) -> None:
        if price_fen:
            self.list_prices.add((sku_id, day, price_fen))


def _moved(level: Level, fact: told.StockChanged) -> Level:
    n = fact.units
    match fact.change:
        case "move":
            return replace(level, on_hand=level.on_hand + n)
        case "hold":
            return replace(level, held=level.held + n)
        case "release":
            return replace(level, held=level.held - n)
        case "sell":
            return replace(
                level, held=level.held - n, on_hand=level.on_hand - n, sold=level.sold + n
            )
        case "return":
            return replace(level, on_hand=level.on_hand + n, sold=level.sold - n)
        case "buffer":
            return replace(level, buffer=n)


def _as_read(org_id: int) -> Books:
    books = Books(suppliers={supplier.id for supplier in reads.suppliers(org_id)})
    seen = ListPrice.objects.filter(sku__organisation_id=org_id)
    books.list_prices = set(seen.values_list("sku_id", "on_date", "price_fen"))
    rows = SkuTerms.objects.filter(sku__organisation_id=org_id)
    for row in rows:
        said = (row.no_reason_return, row.exception_type, row.ship_within_h)
        books.terms[row.sku_id] = said
    for job in ImportJob.objects.filter(organisation_id=org_id, state="applied"):
        counts = (job.rows, job.created, job.changed, job.unchanged)
        books.imports[job.pk] = (job.filename, job.sha256, counts)
    for item in reads.all_products(org_id):
        books.products[item.id] = Goods(
            item.code,
            item.title,
            item.brand,
            item.supplier_id,
            item.qualification_expires_on,
            item.state,
            item.refused_reason,
        )
        for sku in item.skus:
            prices = (sku.list_price_fen, sku.cost_fen, sku.floor_price_fen)
            books.skus[sku.id] = Level(
                item.id, sku.code, sku.spec, prices, sku.on_hand, sku.held, sku.sold, sku.buffer
            )
    return books


def _verbs(by: Actor, *, product: int, sku: int, n: int) -> list[Callable[[], object]]:
    """What a shop may try next; holds are common, so that there is something to sell."""
    unit: dict[str, Any] = {
        "org_id": by.org_id,
        "sku_id": sku,
        "units": n,
        "reason": "r",
        "now": NOW,
    }
    common: dict[str, Any] = {"by": by, "now": NOW}
    return [
        partial(actions.submit_product, product_id=product, **common),
        partial(actions.approve_product, product_id=product, **common),
        partial(actions.refuse_product, product_id=product, reason="x", **common),
        partial(actions.change_product, product_id=product, changes={"brand": f"b{n}"}, **common),
        partial(
            actions.change_sku,
            sku_id=sku,
            changes={"list_price_fen": n, "cost_fen": n, "buffer": n % 3},
            **common,
        ),
        partial(actions.set_sale_terms, sku_id=sku, terms=_terms(n), **common),
        partial(actions.move_stock, sku_id=sku, delta=n - 3, reason="盘点", **common),
        *[partial(actions.hold_stock, **unit)] * 4,
        partial(actions.release_stock, **unit),
        partial(actions.sell_stock, **unit),
        partial(actions.return_stock, **unit),
    ]


def _terms(n: int) -> SaleTerms:
    return SaleTerms(n > 2, "" if n > 2 else "perishable", n * 24)


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_reload(seed: int) -> None:
    chance, by = Random(seed), manager_of("ana")
    start = last_position()
    supplier = actions.add_supplier(name="花间集", by=by, now=NOW)
    products = [
        actions.create_product(
            spec=ProductSpec(code=f"P{n}", title=f"面霜{n}", supplier_id=supplier.id),
            by=by,
            now=NOW,
        ).id
        for n in range(2)
    ]
    skus = [
        actions.add_sku(
            product_id=products[n % 2],
            spec=SkuSpec(code=f"S{n}", on_hand=10, buffer=n),
            by=by,
            now=NOW,
        ).id
        for n in range(3)
    ]
    done = 0
    for _ in range(80):
        product, sku, n = chance.choice(products), chance.choice(skus), chance.randint(0, 6)
        verbs = _verbs(by, product=product, sku=sku, n=n)
        try:
            chance.choice(verbs)()
            done += 1
        except Refusal:
            pass
    books = Books()
    for entry in read(start, limit=10_000):
        books.replay(entry.fact)
    assert books == _as_read(by.org_id)
    assert done >= 15


def test_sheets_that_were_imported_replay() -> None:
    """Snapshots in no order, goods of today with a bad line, the same file twice, one unwritten."""
    by, start = manager_of("ana"), last_position()
    history = (
        "update_time,product_id,title,price\n2016-11-14,A1,面霜,139.0\n2016-11-09,A1,面霜,99\n"
        "2016-11-05,A1,旧面霜,139\n2016-11-20,A1,面霜,139\n"
    )
    late = "update_time,product_id,title,price\n2016-11-07,A1,面霜,119\n"
    goods = "商品编码,商品名称,供应商,SKU编码,日常价,库存\nP1,面霜,花间集,N1,19.9,3\nP2,,x,N2,1,1\n"
    for number, sheet in enumerate([history, late, goods, goods]):
        job = actions.start_import(data=sheet.encode(), filename=f"{number}", by=by, now=NOW)
        actions.apply_import(import_id=job.id, by=by, now=NOW)
    actions.start_import(data=late.encode(), filename="never written", by=by, now=NOW)
    books, entries = Books(), read(start, limit=10_000)
    for entry in entries:
        books.replay(entry.fact)
    assert books == _as_read(by.org_id)
    assert told.ListPricesSeen in {type(entry.fact) for entry in entries}
    assert [counts for _, _, counts in books.imports.values()] == [
        (4, 1, 2, 1),
        (1, 0, 0, 1),
        (2, 1, 0, 0),
        (2, 0, 0, 1),
    ]
    a1 = next(id for id, sku in books.skus.items() if sku.code == "A1")
    assert (a1, dt.date(2016, 11, 7), 11_900) in books.list_prices
