"""Judge the import of another platform's orders on a month of a real shop.

    python -m tests.judges.orders FILE [FILE …]

Each file is a CSV with ``order_no``, ``total_amount``, ``paid_amount`` and ``refund_amount``
(yuan), ``province``, ``created_at`` and ``paid_at``; more columns do no harm. It is no platform's
own export, so it goes in as a plain file with a column mapping, by ``kaibo import --kind orders``
into an empty database; a later file replaces an earlier one's orders. The last line of standard
output is one JSON object of what the product then holds:

``orders``, ``paid``, ``refunded``      orders, those with a time of payment, those with a refund
``total_fen``, ``paid_fen``, ``refund_fen``   their amounts added up

Where this differs from a count of the files' own lines, in all or on any day of the product's
reconciliation, standard error says so. Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.judges.installation import (
    SHOP_ZONE,
    Unreadable,
    bring_orders,
    found_shop,
    hundredths,
    rows_of,
    run,
    say,
    stored_orders,
)

MAPPING = {
    "order_no": "no",
    "total_amount": "order_total",
    "paid_amount": "paid",
    "refund_amount": "refund",
    "province": "province",
    "created_at": "ordered_at",
    "paid_at": "paid_at",
}
KEYS = ("orders", "paid", "refunded", "total_fen", "paid_fen", "refund_fen")

Order = tuple[str, bool, int, int, int]


def count(paths: Sequence[Path]) -> tuple[dict[str, Order], int]:
    """The files' orders by number (day, whether paid, amounts), the last told; lines in all."""
    found: dict[str, Order] = {}
    lines = 0
    for path in paths:
        for row in rows_of(path, list(MAPPING)):
            lines += 1
            amounts = [hundredths(row[n]) for n in ("total_amount", "paid_amount", "refund_amount")]
            if row["order_no"] and row["created_at"] and None not in amounts:
                total, paid, refund = (amount or 0 for amount in amounts)
                day, is_paid = row["created_at"][:10], bool(row["paid_at"])
                found[row["order_no"]] = (day, is_paid, total, paid, refund)
    return found, lines


def figures(orders: Iterable[Order]) -> dict[str, int]:
    """The six numbers of some orders."""
    some = list(orders)
    return dict(
        zip(
            KEYS,
            (
                len(some),
                sum(is_paid for _, is_paid, *_ in some),
                sum(refund > 0 for *_, refund in some),
                sum(total for _, _, total, _, _ in some),
                sum(paid for _, _, _, paid, _ in some),
                sum(refund for *_, refund in some),
            ),
            strict=True,
        )
    )


def judge(paths: Sequence[Path], home: str) -> dict[str, Any]:
    """Import, then compare what the product holds with what the files say."""
    theirs, lines = count(paths)
    if not lines:
        raise Unreadable("no line in the input")
    org_id = found_shop()
    refused = sum(bring_orders(path, home, MAPPING)["refused"] for path in paths)
    ours = figures(_order(row) for row in stored_orders(org_id))
    expected = figures(theirs.values())
    if ours != expected:
        say(f"ours {ours}, the files {expected}; {refused} lines refused")
    _compare_days(org_id, theirs)
    return ours


def _order(row: dict[str, Any]) -> Order:
    """A line of the product's export, as the count writes an order."""
    total, paid, refund = (int(row[name] * 100) for name in ("Total", "Paid", "Refund"))
    is_paid = row["State"] in ("已付款", "已退款")
    day = row["Ordered at"].astimezone(SHOP_ZONE).date().isoformat()
    return day, is_paid, total, paid, refund


def _compare_days(org_id: int, theirs: dict[str, Order]) -> None:
    """Each day of the last file, as the desk shows it, against the count."""
    from kaibo.orders.reads import files as reads

    for day in reads.file_days(org_id, reads.order_files(org_id)[0].id):
        of_day = [order for order in theirs.values() if order[0] == day.day.isoformat()]
        told = figures(of_day)
        stored = [getattr(day.ours, name.replace("_fen", "_minor")) for name in KEYS]
        if stored != list(told.values()):
            say(f"{day.day}: ours {stored}, the files {list(told.values())}")


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
