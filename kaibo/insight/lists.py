"""The desk's lists of this context as files: what the report's tables show."""

from decimal import Decimal
from typing import Any, Final

from kaibo.base.listing import Column, Listing
from kaibo.base.sheets import money
from kaibo.insight.dictionary import metric
from kaibo.insight.reads import MINUTE, PRODUCT, report


def _figure(code: str) -> Column:
    """A metric's column: amounts in yuan, shares in hundredths, times in seconds."""
    definition = metric(code)
    unit = {"fen": "(元)", "share": "(%)"}.get(definition.unit, "")

    def of(row: Any) -> Any:
        value = row.figures[code]
        if value is None:
            return None
        if definition.unit == "fen":
            return money(round(value))
        if definition.unit == "share":
            return Decimal(f"{value * 100:.2f}")
        return round(value) if definition.unit == "count" else Decimal(f"{value:.2f}")

    return Column(f"{definition.name_zh}{unit} {definition.name_en}", of)


LISTS: Final = (
    Listing(
        path="/desk/shows/{int:show_id}/report/products",
        may="insight.read",
        title="商品数据 Products",
        rows=lambda asked: report(org_id=asked.org_id, show_id=asked.id("show_id")).products,
        columns=(
            Column("链接 Link", "link_no"),
            Column("商品 Title", "title"),
            *map(_figure, PRODUCT),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/report/minutes",
        may="insight.read",
        title="逐分钟 Minutes",
        rows=lambda asked: report(org_id=asked.org_id, show_id=asked.id("show_id")).minutes,
        columns=(
            Column("分钟 Minute", "minute"),
            Column("在线 Online", "online"),
            Column("讲解链接 On air", "on_air"),
            *map(_figure, MINUTE),
        ),
    ),
)
