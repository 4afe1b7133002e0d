"""The desk's lists of this context as files."""

from kaibo.base.listing import Column, Listing, ready_columns
from kaibo.catalog.models.stock import KINDS
from kaibo.catalog.reads import PRODUCT_COLUMNS, product_rows, suppliers
from kaibo.catalog.reads.stock import every_stock_move

LISTS = (
    # It is read again without a change (``docs/files.md``), so its columns are those of imports.
    Listing(
        path="/desk/products",
        may="catalog.read",
        title="商品",
        rows=lambda asked: product_rows(asked.org_id),
        columns=ready_columns(PRODUCT_COLUMNS),
    ),
    Listing(
        path="/desk/suppliers",
        may="catalog.read",
        title="供应商 Suppliers",
        rows=lambda asked: suppliers(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Name", "name"),
            Column("联系方式 Contact", "contact"),
        ),
    ),
    Listing(
        path="/desk/skus/{int:id}/stock",
        may="catalog.read",
        title="库存流水 Stock moves",
        rows=lambda asked: every_stock_move(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("时间 At", "at"),
            Column("类型 Kind", "kind", dict(KINDS)),
            Column("数量 Units", "units"),
            Column("原因 Reason", "reason"),
            Column("之后库存 On hand after", "on_hand_after"),
            Column("之后占用 Held after", "held_after"),
            Column("操作人 By", "actor"),
        ),
    ),
)
