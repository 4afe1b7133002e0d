"""Goods that are given beside others, and promotions that give them."""

from typing import Any

from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import ProductSpec, SkuSpec
from kaibo.catalog.reads import sku
from kaibo.promotions.models import Promotion
from kaibo.promotions.rules import AtLeastFen, Condition, Gift
from kaibo.promotions.tests.promoting import run, save
from kaibo.promotions.tests.shop import NOW, Shop

VALUE_FEN = 1_200


def add_gift(shop: Shop, *, on_hand: int = 20, floor_fen: int = 500, list_fen: int = 1_500) -> int:
    """An approved dipper, at 15 yuan in the list and with a floor of 5; its SKU."""
    product = catalog.create_product(
        spec=ProductSpec(code="P-GIFT", title="木质搅蜜棒"), by=shop.by, now=NOW
    )
    spec = SkuSpec(
        code="G1",
        spec="一支",
        floor_price_fen=floor_fen,
        list_price_fen=list_fen,
        on_hand=on_hand,
    )
    view = catalog.add_sku(product_id=product.id, spec=spec, by=shop.by, now=NOW)
    catalog.submit_product(product_id=product.id, by=shop.by, now=NOW)
    catalog.approve_product(product_id=product.id, by=shop.by, now=NOW)
    return view.id


def gift_terms(
    sku_id: int, condition: Condition | None = None, *, units: int = 1, **of: Any
) -> dict[str, Any]:
    """A dipper from 150 yuan on, in the parts that ``run`` and ``save`` take."""
    named = {"title_zh": "满赠", "title_en": "A gift"}
    terms = named | {"condition": condition or AtLeastFen(15_000), **of}
    return {"benefit": Gift(sku_id, units, VALUE_FEN), "of": terms}


def run_gift(
    shop: Shop,
    sku_id: int,
    condition: Condition | None = None,
    *,
    gift_units: int = 5,
    units: int = 1,
    of: dict[str, Any] | None = None,
    **more: Any,
) -> Promotion:
    """One that runs, with so many units to give; ``units`` each time."""
    terms = gift_terms(sku_id, condition, units=units, **of or {})
    return run(shop, **terms, gift_units=gift_units, **more)


def save_gift(shop: Shop, sku_id: int, **more: Any) -> int:
    """A draft; its id."""
    return save(shop, **{**gift_terms(sku_id), "gift_units": 5, **more}).id


def gift_counts(row: Promotion) -> tuple[int, int, int]:
    """Given, held and sold units, as stored now."""
    row.refresh_from_db()
    return row.gifts_given, row.gifts_held, row.gifts_sold


def gift_levels(shop: Shop, sku_id: int) -> tuple[int, int, int]:
    """On hand, held, sold."""
    view = sku(shop.org_id, sku_id)
    return view.on_hand, view.held, view.sold
