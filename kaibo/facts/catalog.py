"""What can happen in catalog."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact

# What keeps goods from sale.
Cause = Literal["infringement"]
StockChange = Literal["move", "hold", "release", "sell", "return", "buffer"]
GoodsStep = Literal["written", "approved", "held", "shelved", "on_air"]


class SupplierAdded(Fact, frozen=True, kw_only=True, tag="catalog.supplier_added.1"):
    """A supplier became selectable."""

    supplier_id: int


class ProductCreated(Fact, frozen=True, kw_only=True, tag="catalog.product_created.1"):
    """A product was written down, as a draft."""

    product_id: int
    code: str
    title: str
    category: str
    brand: str
    supplier_id: int | None
    image_url: str
    description: str
    qualification_expires_on: dt.date | None
    # The day this is the state of; left out, the day of the fact.
    on_date: dt.date | None = None


class ProductChanged(Fact, frozen=True, kw_only=True, tag="catalog.product_changed.1"):
    """A product reads differently now; ``state`` is draft again if a reviewer must look anew."""

    product_id: int
    title: str
    category: str
    brand: str
    supplier_id: int | None
    image_url: str
    description: str
    qualification_expires_on: dt.date | None
    state: str
    # The day this is the state of; left out, the day of the fact.
    on_date: dt.date | None = None


class ProductSubmitted(Fact, frozen=True, kw_only=True, tag="catalog.product_submitted.1"):
    """A product was handed to the reviewers."""

    product_id: int


class ProductApproved(Fact, frozen=True, kw_only=True, tag="catalog.product_approved.1"):
    """A reviewer let a product be sold; ``list_version`` of the negative list let it stand."""

    product_id: int
    list_version: str = ""


class ProductRefused(Fact, frozen=True, kw_only=True, tag="catalog.product_refused.1"):
    """A reviewer refused a product, or took an approval back."""

    product_id: int
    reason: str


class SkuAdded(Fact, frozen=True, kw_only=True, tag="catalog.sku_added.1"):
    """A product got a specification; ``product_state`` is what the product is from now on."""

    sku_id: int
    product_id: int
    code: str
    spec: str
    list_price_fen: int
    cost_fen: int
    floor_price_fen: int
    product_state: str
    # The day this is the state of; left out, the day of the fact.
    on_date: dt.date | None = None


class SkuChanged(Fact, frozen=True, kw_only=True, tag="catalog.sku_changed.1"):
    """A specification or its prices read differently now."""

    sku_id: int
    product_id: int
    spec: str
    list_price_fen: int
    cost_fen: int
    floor_price_fen: int
    product_state: str
    # The day this is the state of; left out, the day of the fact.
    on_date: dt.date | None = None


class StockChanged(Fact, frozen=True, kw_only=True, tag="catalog.stock_changed.1"):
    """A stock level moved.

    ``units`` is signed for ``move``; for ``buffer`` it is the new buffer; else at least 1.
    """

    sku_id: int
    change: StockChange
    units: int
    reason: str


class ListPriceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One list price on one day."""

    sku_id: int
    on_date: dt.date
    price_fen: int


class ListPricesSeen(Fact, frozen=True, kw_only=True, tag="catalog.list_prices_seen.1"):
    """Snapshots told list prices of their days; each holds until the next day that has one."""

    prices: tuple[ListPriceSeen, ...]


class ImportApplied(Fact, frozen=True, kw_only=True, tag="catalog.import_applied.1"):
    """A sheet of goods was written; its own facts say what changed."""

    import_id: int
    filename: str
    sha256: str
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int


class SaleTermsSet(Fact, frozen=True, kw_only=True, tag="catalog.sale_terms_set.1"):
    """A SKU is sold on these terms from now on; see ``catalog.rules.terms``."""

    sku_id: int
    no_reason_return: bool
    exception_type: str
    ship_within_h: int


class PaperAdded(Fact, frozen=True, kw_only=True, tag="catalog.paper_added.1"):
    """A paper of a product was written down; it does not count yet."""

    paper_id: int
    product_id: int
    kind: str
    number: str
    issuer: str
    valid_from: dt.date
    valid_to: dt.date | None
    sha256: str
    price_fen: int | None = None
    sku_id: int = 0


class PaperAccepted(Fact, frozen=True, kw_only=True, tag="catalog.paper_accepted.1"):
    """A second person found a paper right."""

    paper_id: int
    product_id: int


class PaperRefused(Fact, frozen=True, kw_only=True, tag="catalog.paper_refused.1"):
    """A paper was refused, or does not count any more."""

    paper_id: int
    product_id: int
    reason: str


class NegativeListSaved(Fact, frozen=True, kw_only=True, tag="catalog.negative_list_saved.1"):
    """A version of what an organisation adds to the negative list is in force from now.

    ``version`` names the whole list; ``sha256`` is of the added entries as JSON, in hex.
    """

    number: int
    version: str
    entries: int
    sha256: str


class GoodsJudged(Fact, frozen=True, kw_only=True, tag="catalog.goods_judged.1"):
    """Goods were held against a version of the negative list; ``entry`` is "" where none was met.

    ``subject_kind``: ``product`` or ``offer``; ``subject_id`` is 0 for goods that were refused
    before they had one.
    """

    judgement_id: int
    subject_kind: str
    subject_id: int
    step: GoodsStep
    list_version: str
    entry: str
    matched: str


class CardFactsSet(Fact, frozen=True, kw_only=True, tag="catalog.card_facts_set.1"):
    """Cards of a product say this from now on, all of it, by field."""

    product_id: int
    facts: dict[str, str]
    product_state: str


class GoodsWithheld(Fact, frozen=True, kw_only=True, tag="catalog.goods_withheld.1"):
    """SKUs are kept from sale by a case of another context."""

    sku_ids: list[int]
    cause: Cause
    case_id: int


class GoodsReleased(Fact, frozen=True, kw_only=True, tag="catalog.goods_released.1"):
    """That case keeps them no more."""

    sku_ids: list[int]
    cause: Cause
    case_id: int
