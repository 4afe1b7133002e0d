"""What others may know of goods and stock, as frozen values."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell, money
from kaibo.base.times import shop_day
from kaibo.catalog import rules
from kaibo.catalog.errors import NoSuchProduct, NoSuchSku
from kaibo.catalog.models import ListPrice, Product, Sku, Supplier
from kaibo.catalog.reads.papers import check_papers_held
from kaibo.catalog.reads.withheld import check_not_withheld
from kaibo.catalog.rules import STATE_ZH, TITLE_CHARS_MAX

PAGE_ROWS = 50
PAGE_MAX = 100_000
DAYS_MAX = 3_660
# Beyond a 64-bit column nothing is stored, and the database would refuse the question.
ID_MAX = 2**63 - 1


PRODUCT_COLUMNS = (
    "商品编码",
    "商品名称",
    "类目",
    "品牌",
    "供应商",
    "图片",
    "描述",
    "资质到期",
    "状态",
    "SKU编码",
    "规格",
    "日常价",
    "成本",
    "底价",
    "现有库存",
    "占用",
    "已售",
    "预留",
    "可用",
)


@dataclass(frozen=True, slots=True)
class SupplierView:
    """Who supplies."""

    id: int
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class SkuView:
    """One specification with prices in fen (0: none set), stock, and its product's standing."""

    id: int
    code: str
    spec: str
    list_price_fen: int
    floor_price_fen: int
    cost_fen: int
    on_hand: int
    held: int
    sold: int
    buffer: int
    available: int
    product_id: int
    product_title: str
    product_state: str
    image_url: str
    brand: str
    qualification_expires_on: dt.date | None


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with its SKUs."""

    id: int
    code: str
    title: str
    category: str
    brand: str
    supplier_id: int | None
    supplier_name: str
    image_url: str
    description: str
    state: str
    refused_reason: str
    qualification_expires_on: dt.date | None
    created_at: dt.datetime
    skus: tuple[SkuView, ...]


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of products; ``states`` counts the whole search by state, for the tabs."""

    items: tuple[ProductView, ...]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def product(org_id: int, id: int) -> ProductView:
    """One product.

    Raises:
        NoSuchProduct: none of this id in the organisation.
    """
    row = _products(org_id).filter(pk=id).first()
    if row is None:
        raise NoSuchProduct(id=id)
    return product_view(row)


def products(
    org_id: int, query: str = "", state: str = "", page: int = 1, sku_id: int | None = None
) -> ProductPage:
    """Products whose title, code, brand or SKU code holds ``query``, newest first.

    Args:
        state: one of the review states, or "" for all.
        page: from 1; a page beyond the last is empty.
        sku_id: the product of this SKU alone; None is any.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    text = clean_text("query", query, chars_max=TITLE_CHARS_MAX)
    found = Product.objects.filter(organisation_id=org_id)
    if sku_id is not None:
        found = found.filter(pk__in=Sku.objects.filter(pk=sku_id).values("product_id"))
    if text:
        by_sku = Sku.objects.filter(organisation_id=org_id, code__icontains=text)
        found = found.filter(
            Q(title__icontains=text)
            | Q(code__icontains=text)
            | Q(brand__icontains=text)
            | Q(pk__in=by_sku.values("product_id"))
        )
    counts = found.order_by().values_list("state").annotate(Count("id"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    rows = _products(org_id).filter(pk__in=found.values("pk"))
    if state:
        rows = rows.filter(state=state)
    start = (page - 1) * PAGE_ROWS
    return ProductPage(
        items=tuple(product_view(row) for row in rows.order_by("-pk")[start : start + PAGE_ROWS]),
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def products_after(org_id: int, *, after: int | None, limit: int) -> Piece[ProductView]:
    """Products newest first, those below the id ``after``."""
    rows = _products(org_id).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = [product_view(row) for row in rows[: limit + 1]]
    return piece_of(found, limit=limit, place=lambda one: one.id)


def all_products(org_id: int) -> Iterator[ProductView]:
    """Every product in order of its code, for exports."""
    for row in _products(org_id).order_by("code").iterator(chunk_size=500):
        yield product_view(row)


def product_rows(org_id: int) -> Iterator[list[Cell]]:
    """Every SKU with its product as one line under ``PRODUCT_COLUMNS``, for export.

    A product without SKU is one line with those cells empty.
    """
    for item in all_products(org_id):
        of_product: list[Cell] = [
            item.code,
            item.title,
            item.category,
            item.brand,
            item.supplier_name,
            item.image_url,
            item.description,
            item.qualification_expires_on,
            STATE_ZH[item.state],
        ]
        for one in item.skus:
            prices = (one.list_price_fen, one.cost_fen, one.floor_price_fen)
            level = (one.on_hand, one.held, one.sold, one.buffer, one.available)
            yield [*of_product, one.code, one.spec, *map(money, prices), *level]
        if not item.skus:
            yield of_product + [None] * (len(PRODUCT_COLUMNS) - len(of_product))


def sku(org_id: int, id: int) -> SkuView:
    """One SKU.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    row = _skus().filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchSku(id=id)
    return sku_view(row, row.product)


def skus(ids: Iterable[int], org_id: int | None = None) -> dict[int, SkuView]:
    """SKUs by id; an id that does not exist (or is another organisation's) is left out."""
    rows = _skus().filter(pk__in={id for id in ids if 0 < id <= ID_MAX})
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    return {row.pk: sku_view(row, row.product) for row in rows}


def skus_by_code(org_id: int, codes: Collection[str]) -> dict[str, SkuView]:
    """SKUs by their own code; unknown codes are left out."""
    rows = _skus().filter(organisation_id=org_id, code__in=set(codes))
    return {row.code: sku_view(row, row.product) for row in rows}


def tags_of(ids: Iterable[int], *, org_id: int) -> dict[int, frozenset[str]]:
    """The groups a SKU stands in: ``category:`` and ``brand:`` of its product, where set."""
    rows = _skus().filter(organisation_id=org_id, pk__in={id for id in ids if 0 < id <= ID_MAX})
    return {
        row.pk: frozenset(
            f"{kind}:{word}"
            for kind, word in (("category", row.product.category), ("brand", row.product.brand))
            if word
        )
        for row in rows
    }


def is_approved(sku_id: int, *, now: dt.datetime) -> bool:
    """Whether a SKU may go on a shelf: reviewed well, and its papers have not run out.

    An unknown SKU is not approved.
    """
    found = _skus().filter(pk=sku_id).first()
    return found is not None and sku_is_approved(sku_view(found, found.product), now=now)


def check_sellable(sku_id: int, *, now: dt.datetime) -> None:
    """Refuse a SKU that nobody may put on a shelf; say nothing if it may stand there.

    Raises:
        NoSuchSku: unknown.
        ProductNotApproved, QualificationExpired, PapersMissing: its product's standing today.
        GoodsWithheldFromSale: a case keeps it from sale.
    """
    row = _skus().filter(pk=sku_id).first()
    if row is None:
        raise NoSuchSku(id=sku_id)
    rules.check_sellable(
        product_id=row.product_id,
        state=row.product.review_state,
        expires_on=row.product.qualification_expires_on,
        now=now,
    )
    check_papers_held(row.product, now=now)
    check_not_withheld(sku_id)


def sku_is_approved(view: SkuView, *, now: dt.datetime) -> bool:
    """The same for a SKU already read; papers hold to the end of their day in the shop's zone."""
    expires_on = view.qualification_expires_on
    in_date = expires_on is None or shop_day(now) <= expires_on
    return view.product_state == "approved" and in_date


def lowest_list_prices(
    sku_ids: Collection[int], *, through: dt.date, days: int = 30
) -> dict[int, int]:
    """The lowest list price in force on any of the ``days`` up to and including ``through``.

    A price holds until the next day that has one, so the last one before the window counts too,
    unless the first day of the window has its own.
    SKUs without any price by then are left out.
    """
    check_whole("days", days, least=1, most=DAYS_MAX)
    first = through - dt.timedelta(days=days - 1)
    rows = ListPrice.objects.filter(sku_id__in=set(sku_ids), on_date__lte=through)
    lowest: dict[int, int] = {}
    before: dict[int, int] = {}
    for sku_id, day, fen in rows.order_by("on_date", "pk").values_list(
        "sku_id", "on_date", "price_fen"
    ):
        if day < first:
            before[sku_id] = fen
        else:
            if day == first:
                before.pop(sku_id, None)
            lowest[sku_id] = min(fen, lowest.get(sku_id, fen))
    known = before.keys() | lowest.keys()
    return {id: min(d[id] for d in (before, lowest) if id in d) for id in known}


def suppliers(org_id: int) -> list[SupplierView]:
    """Every supplier, by name."""
    rows = Supplier.objects.filter(organisation_id=org_id).order_by("name")
    return [SupplierView(id=row.pk, name=row.name, contact=row.contact) for row in rows]


def product_view(row: Product) -> ProductView:
    """A product row as a value; its SKUs in the order they were added."""
    return ProductView(
        id=row.pk,
        code=row.code,
        title=row.title,
        category=row.category,
        brand=row.brand,
        supplier_id=row.supplier_id,
        supplier_name=row.supplier.name if row.supplier else "",
        image_url=row.image_url,
        description=row.description,
        state=row.state,
        refused_reason=row.refused_reason,
        qualification_expires_on=row.qualification_expires_on,
        created_at=row.created_at,
        skus=tuple(sku_view(sku, row) for sku in sorted(row.skus.all(), key=lambda sku: sku.pk)),
    )


def sku_view(row: Sku, of: Product) -> SkuView:
    """A SKU row with its stock, as a value."""
    level = row.stock.level
    return SkuView(
        id=row.pk,
        code=row.code,
        spec=row.spec,
        list_price_fen=row.list_price_fen,
        floor_price_fen=row.floor_price_fen,
        cost_fen=row.cost_fen,
        on_hand=level.on_hand,
        held=level.held,
        sold=level.sold,
        buffer=level.buffer,
        available=level.available,
        product_id=of.pk,
        product_title=of.title,
        product_state=of.state,
        image_url=of.image_url,
        brand=of.brand,
        qualification_expires_on=of.qualification_expires_on,
    )


def _products(org_id: int) -> QuerySet[Product]:
    rows = Product.objects.filter(organisation_id=org_id)
    return rows.select_related("supplier").prefetch_related("skus__stock")


def _skus() -> QuerySet[Sku]:
    return Sku.objects.select_related("product", "stock")
