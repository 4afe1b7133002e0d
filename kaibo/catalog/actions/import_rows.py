"""Writing the lines of a sheet: create or change by code, never the same thing twice."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet

from kaibo.base.actor import Actor
from kaibo.base.times import shop_day
from kaibo.catalog.actions.products import (
    add_sku,
    add_supplier,
    change_product,
    change_sku,
    create_product,
    submit_product,
)
from kaibo.catalog.actions.stock import move_stock
from kaibo.catalog.errors import SkuElsewhere, SkuUnclear
from kaibo.catalog.models import ListPrice, Product, Sku, Supplier
from kaibo.catalog.rules import CODE_CHARS_MAX, ProductChanges, ProductSpec, SkuChanges, SkuSpec
from kaibo.catalog.rules.rows import PRODUCT_FIELDS, GoodsRow
from kaibo.facts.catalog import ListPriceSeen, ListPricesSeen
from kaibo.journal.actions import append

Outcome = Literal["created", "changed", "unchanged"]

_SKU_COLUMNS = {
    "spec": "spec",
    "list_price": "list_price_fen",
    "cost": "cost_fen",
    "floor_price": "floor_price_fen",
    "buffer": "buffer",
}


@dataclass(kw_only=True)
class RowWriter:
    """Writes one chunk after the other; inside the chunk's transaction only.

    Args:
        counts_stock: whether units on hand are written; a file that was written before would
            otherwise bring back what has been sold since.
    """

    by: Actor
    now: dt.datetime
    reason: str
    counts_stock: bool
    _products: dict[str, Product] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _suppliers: dict[str, int] = field(default_factory=dict)
    _newer: dict[dt.date, tuple[set[int], set[int]]] = field(default_factory=dict)
    _seen: set[tuple[int, dt.date, int]] = field(default_factory=set)
    _told: list[tuple[int, dt.date, int]] = field(default_factory=list)

    def load(self, rows: Sequence[GoodsRow]) -> None:
        """Know what the chunk speaks of, in a few questions."""
        codes = {code for row in rows for code in (row.code, row.code_typed)}
        found = self._rows().filter(code__in=codes)
        self._products = {product.code: product for product in found}
        sku_codes = {code for row in rows for code in (row.sku_code, row.sku_code_typed) if code}
        owners = Sku.objects.filter(
            organisation_id=self.by.org_id, code__in=sku_codes | codes
        ).values_list("code", "product__code")
        self._owners = dict(owners)
        self._suppliers = dict(
            Supplier.objects.filter(organisation_id=self.by.org_id).values_list("name", "pk")
        )
        self._newer, self._seen = {}, set()

    def write(self, row: GoodsRow) -> Outcome:
        """Bring the catalogue to what the line says.

        Raises:
            Refusal: nothing of the line was written.
        """
        self._told = []
        try:
            with transaction.atomic():
                outcome = self._write(row)
        except BaseException:
            # What is remembered of the line has not happened.
            self._suppliers.pop(row.supplier or "", None)
            self._reload(row.code)
            raise
        self._seen.update(self._told)
        return outcome

    def finish(self) -> None:
        """Write what is cheaper to write once per chunk."""
        for day, (products, skus) in self._newer.items():
            Product.objects.filter(pk__in=products, as_of__lt=day).update(as_of=day)
            Sku.objects.filter(pk__in=skus, as_of__lt=day).update(as_of=day)
        ids = {sku_id for sku_id, _, _ in self._seen}
        known = set(
            ListPrice.objects.filter(sku_id__in=ids).values_list("sku_id", "on_date", "price_fen")
        )
        new = sorted(self._seen - known)
        if not new:
            return
        ListPrice.objects.bulk_create(
            [ListPrice(sku_id=sku, on_date=day, price_fen=fen) for sku, day, fen in new],
            ignore_conflicts=True,
        )
        prices = tuple(
            ListPriceSeen(sku_id=sku, on_date=day, price_fen=fen) for sku, day, fen in new
        )
        append(ListPricesSeen(prices=prices), at=self.now, org_id=self.by.org_id, actor=self.by)

    def _write(self, row: GoodsRow) -> Outcome:
        day = row.on_date or shop_day(self.now)
        product = self._products.get(row.code_typed) or self._products.get(row.code)
        outcome: Outcome = "unchanged"
        if product is None:
            product, outcome = self._create(row), "created"
        elif self._is_news(product.as_of, day) and self._change(product, row):
            product, outcome = self._reload(product.code), "changed"
        else:
            self._note_newer(row, product=product)
        if row.names_sku:
            done = self._write_sku(row, product, day=day)
            outcome = done if outcome == "unchanged" else outcome
        if row.submit and self._submit(product):
            outcome = "changed" if outcome == "unchanged" else outcome
        if outcome != "unchanged":
            self._reload(product.code)
        return outcome

    def _create(self, row: GoodsRow) -> Product:
        spec = ProductSpec(
            code=row.code, title=row.title or "", supplier_id=self._supplier(row.supplier),
            category=row.category or "", brand=row.brand or "",
            image_url=row.image_url or "", description=row.description or "",
            qualification_expires_on=row.qualification_expires_on,
        )  # fmt: skip
        create_product(spec=spec, by=self.by, now=self.now, on_date=row.on_date)
        return self._reload(row.code)

    def _change(self, product: Product, row: GoodsRow) -> bool:
        said: dict[str, Any] = {name: getattr(row, name) for name in PRODUCT_FIELDS}
        said["supplier_id"] = self._supplier(said.pop("supplier"))
        changes: ProductChanges = {}
        for name, value in said.items():
            if value is not None and value != getattr(product, name):
                changes[name] = value  # type: ignore[literal-required]
        if changes:
            change_product(
                product_id=product.pk, changes=changes, by=self.by, now=self.now,
                on_date=row.on_date,
            )  # fmt: skip
        return bool(changes)

    def _write_sku(self, row: GoodsRow, product: Product, *, day: dt.date) -> Outcome:
        sku = self._sku(row, product)
        if sku is None:
            added = self._add_sku(row, product)
            self._note_price(row, sku_id=added)
            return "created"
        self._note_price(row, sku_id=sku.pk)
        if not self._is_news(sku.as_of, day):
            return "unchanged"
        changes: SkuChanges = {}
        for name, column in _SKU_COLUMNS.items():
            value = getattr(row, name)
            now = sku.stock.buffer if column == "buffer" else getattr(sku, column)
            if value is not None and value != now:
                changes[column] = value  # type: ignore[literal-required]
        if changes:
            change_sku(
                sku_id=sku.pk, changes=changes, by=self.by, now=self.now, on_date=row.on_date
            )
        else:
            self._note_newer(row, sku=sku)
        moved = self._count(row, sku)
        return "changed" if changes or moved else "unchanged"

    def _sku(self, row: GoodsRow, product: Product) -> Sku | None:
        """The SKU that a line means, or None for one that is not there yet."""
        skus = list(product.skus.all())
        if row.sku_code:
            for code in (row.sku_code_typed, row.sku_code):
                owner = self._owners.get(code, product.code)
                if owner != product.code:
                    raise SkuElsewhere(sku=code, product=owner)
                found = [sku for sku in skus if sku.code == code]
                if found:
                    return found[0]
            return None
        if row.spec:
            return next((sku for sku in skus if sku.spec == row.spec), None)
        if len(skus) > 1:
            skus = [sku for sku in skus if sku.code == product.code]
            if not skus:
                raise SkuUnclear(product=product.code)
        return skus[0] if skus else None

    def _add_sku(self, row: GoodsRow, product: Product) -> int:
        code = row.sku_code or (f"{product.code}-{row.spec}" if row.spec else product.code)
        if len(code) > CODE_CHARS_MAX:
            raise SkuUnclear(product=product.code)
        spec = SkuSpec(
            code=code, spec=row.spec or "", list_price_fen=row.list_price or 0,
            cost_fen=row.cost or 0, floor_price_fen=row.floor_price or 0,
            on_hand=row.on_hand or 0, buffer=row.buffer or 0,
        )  # fmt: skip
        added = add_sku(
            product_id=product.pk, spec=spec, by=self.by, now=self.now, on_date=row.on_date
        )
        self._owners[code] = product.code
        return added.id

    def _count(self, row: GoodsRow, sku: Sku) -> bool:
        if row.on_hand is None or not self.counts_stock or row.on_hand == sku.stock.on_hand:
            return False
        delta = row.on_hand - sku.stock.on_hand
        move_stock(sku_id=sku.pk, delta=delta, reason=self.reason, by=self.by, now=self.now)
        return True

    def _submit(self, product: Product) -> bool:
        fresh = self._reload(product.code)
        if fresh.state != "draft":
            return False
        submit_product(product_id=fresh.pk, by=self.by, now=self.now)
        return True

    def _supplier(self, name: str | None) -> int | None:
        if name is None:
            return None
        if name not in self._suppliers:
            added = add_supplier(name=name, by=self.by, now=self.now)
            self._suppliers[name] = added.id
        return self._suppliers[name]

    def _is_news(self, as_of: dt.date | None, day: dt.date) -> bool:
        return as_of is None or day >= as_of

    def _note_newer(
        self, row: GoodsRow, *, product: Product | None = None, sku: Sku | None = None
    ) -> None:
        if row.on_date is None:
            return
        products, skus = self._newer.setdefault(row.on_date, (set(), set()))
        if product is not None:
            products.add(product.pk)
        if sku is not None:
            skus.add(sku.pk)

    def _note_price(self, row: GoodsRow, *, sku_id: int) -> None:
        if row.on_date is not None and row.seen_price:
            self._told.append((sku_id, row.on_date, row.seen_price))

    def _reload(self, code: str) -> Product:
        product = self._rows().filter(code=code).first()
        if product is None:
            self._products.pop(code, None)
            return Product(code=code)
        self._products[code] = product
        return product

    def _rows(self) -> QuerySet[Product]:
        rows = Product.objects.filter(organisation_id=self.by.org_id)
        return rows.prefetch_related("skus__stock")
