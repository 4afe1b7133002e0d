"""Tables of the catalogue, by noun."""

from kaibo.catalog.models.goods import Product, Sku, Supplier
from kaibo.catalog.models.stock import Stock, StockMove

__all__ = ["Product", "Sku", "Stock", "StockMove", "Supplier"]
