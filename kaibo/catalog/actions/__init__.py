"""The writers of the catalogue, by noun."""

from kaibo.catalog.actions.products import (
    add_sku,
    add_supplier,
    approve_product,
    change_product,
    change_sku,
    create_product,
    refuse_product,
    submit_product,
)
from kaibo.catalog.actions.stock import (
    hold_stock,
    move_stock,
    release_stock,
    return_stock,
    sell_stock,
)
from kaibo.catalog.rules import ProductChanges, ProductSpec, SkuChanges, SkuSpec

__all__ = [
    "ProductChanges",
    "ProductSpec",
    "SkuChanges",
    "SkuSpec",
    "add_sku",
    "add_supplier",
    "approve_product",
    "change_product",
    "change_sku",
    "create_product",
    "hold_stock",
    "move_stock",
    "refuse_product",
    "release_stock",
    "return_stock",
    "sell_stock",
    "submit_product",
]
