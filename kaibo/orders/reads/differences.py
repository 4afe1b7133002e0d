"""What a statement and the ledger differ in, as a table to keep."""

from collections.abc import Iterator
from typing import Final

from kaibo.base.sheets import Cell, money
from kaibo.orders.reads.statements import Reconciliation
from kaibo.orders.rules.statements import KIND_ZH, WHAT_ZH

DIFFERENCE_COLUMNS: Final = (
    "差异 Difference",
    "类型 Kind",
    "支付单号 Payment number",
    "订单编号 Order no",
    "对账单行号 Line",
    "我方(元) Ours",
    "对方(元) Theirs",
)


def difference_rows(found: Reconciliation) -> Iterator[list[Cell]]:
    """Every difference under ``DIFFERENCE_COLUMNS``, then the lines that were not compared.

    Of those, as many as the preview shows.
    """
    for one in found.differences:
        yield [
            WHAT_ZH[one.what],
            KIND_ZH[one.kind],
            one.number,
            one.order_no,
            one.line,
            None if one.ours_fen is None else money(one.ours_fen),
            None if one.theirs_fen is None else money(one.theirs_fen),
        ]
    for error in found.preview.errors:
        yield [error.message_zh, error.column, error.value, "", error.line, None, None]
