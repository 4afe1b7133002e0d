"""The writers of the catalogue, by noun."""

from kaibo.catalog.actions.cards import set_card_facts
from kaibo.catalog.actions.imports import (
    ImportPreview,
    ImportResult,
    apply_import,
    check_import,
    import_errors_file,
    import_preview,
    remap_import,
    start_import,
)
from kaibo.catalog.actions.negative import Subject, judge_goods, judge_sku, save_negative_list
from kaibo.catalog.actions.papers import accept_paper, add_paper, refuse_paper
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
    lock_floors,
    move_stock,
    release_stock,
    return_stock,
    sell_stock,
)
from kaibo.catalog.actions.terms import set_sale_terms
from kaibo.catalog.actions.withholding import release_goods, withhold_goods
from kaibo.catalog.rules import ProductChanges, ProductSpec, SkuChanges, SkuSpec
from kaibo.catalog.rules.negative import OwnEntry
from kaibo.catalog.rules.papers import PaperSpec
from kaibo.catalog.rules.terms import SaleTerms

__all__ = [
    "ImportPreview",
    "ImportResult",
    "OwnEntry",
    "PaperSpec",
    "ProductChanges",
    "ProductSpec",
    "SaleTerms",
    "SkuChanges",
    "SkuSpec",
    "Subject",
    "accept_paper",
    "add_paper",
    "add_sku",
    "add_supplier",
    "apply_import",
    "approve_product",
    "change_product",
    "change_sku",
    "check_import",
    "create_product",
    "hold_stock",
    "import_errors_file",
    "import_preview",
    "judge_goods",
    "judge_sku",
    "lock_floors",
    "move_stock",
    "refuse_paper",
    "refuse_product",
    "release_goods",
    "release_stock",
    "remap_import",
    "return_stock",
    "save_negative_list",
    "sell_stock",
    "set_card_facts",
    "set_sale_terms",
    "start_import",
    "submit_product",
    "withhold_goods",
]
