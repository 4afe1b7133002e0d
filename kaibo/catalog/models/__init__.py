"""Tables of the catalogue, by noun."""

from kaibo.catalog.models.cards import CardFact
from kaibo.catalog.models.goods import ListPrice, Product, Sku, Supplier
from kaibo.catalog.models.imports import ImportJob
from kaibo.catalog.models.negative import GoodsJudgement, ListVersion
from kaibo.catalog.models.papers import Paper
from kaibo.catalog.models.stock import Stock, StockMove
from kaibo.catalog.models.terms import SkuTerms
from kaibo.catalog.models.withheld import Withheld

__all__ = [
    "CardFact",
    "GoodsJudgement",
    "ImportJob",
    "ListPrice",
    "ListVersion",
    "Paper",
    "Product",
    "Sku",
    "SkuTerms",
    "Stock",
    "StockMove",
    "Supplier",
    "Withheld",
]
