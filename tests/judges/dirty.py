"""Judge the cleaning of order lines on a file with faults, against its clean twin.

    python -m tests.judges.dirty RAW CLEAN

Both are CSV with ``order_no``, ``order_date``, ``customer_no``, ``region``, ``province``,
``city``, ``product_no``, ``quantity``, ``unit_price`` and ``amount``; the first holds faults, the
second what a correct import gives. The first goes in as a plain file with a column mapping, by
``kaibo import --kind orders`` into an empty database; what the product then holds is compared
with the second, line by line (by order and product) and cell by cell: dates as days, numbers as
numbers, texts to the letter. The last line of standard output is one JSON object:

``cells``          cells of all lines that the product wrote
``right``          those equal to the twin's
``wrong``          the others, and all cells of a line that the twin does not have
``refused_rows``   lines given back to be mended; an order is written whole or not at all, so a
                   faulty line takes the other lines of its order with it

Standard error shows the first wrong cells, and lines of the twin that were neither written nor
given back. Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tests.judges.installation import (
    SHOP_ZONE,
    Unreadable,
    bring_orders,
    found_shop,
    rows_of,
    run,
    say,
    stored_orders,
)

MAPPING = {
    "order_no": "no",
    "order_date": "ordered_at",
    "customer_no": "customer_no",
    "region": "region",
    "province": "province",
    "city": "city",
    "product_no": "product_code",
    "quantity": "units",
    "unit_price": "unit_price",
    "amount": "amount",
}
EXPORTED = {
    "order_no": "Order no",
    "order_date": "Ordered at",
    "customer_no": "Customer no",
    "region": "Region",
    "province": "Province",
    "city": "City",
    "product_no": "Product code",
    "quantity": "Units",
    "unit_price": "Unit price",
    "amount": "Line amount",
}
NUMBERS = {"quantity", "unit_price", "amount"}
SHOWN = 20

Row = dict[str, str]


def judge(paths: Sequence[Path], home: str) -> dict[str, Any]:
    """Import the first file, then compare what the product holds with the second."""
    if len(paths) != 2:
        raise Unreadable("two files are needed: with faults, and clean")
    raw, clean = paths
    lines = sum(1 for _ in rows_of(raw, list(MAPPING)))
    twin: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(clean, list(MAPPING)):
        twin.setdefault((row["order_no"], row["product_no"]), []).append(row)
    if not lines or not twin:
        raise Unreadable("no line in the input")
    org_id = found_shop()
    answer = bring_orders(raw, home, MAPPING)
    right = wrong = 0
    for stored in stored_orders(org_id):
        ours = {name: _text(stored[column]) for name, column in EXPORTED.items()}
        same = _taken(twin, ours)
        faults = [name for name in MAPPING if same is None or not _equal(name, ours, same)]
        right, wrong = right + len(MAPPING) - len(faults), wrong + len(faults)
        if faults and wrong <= SHOWN:
            say(f"wrong {faults}: ours {ours}, the twin {same}")
    left = sum(len(rows) for rows in twin.values())
    if left > answer["refused"]:
        say(f"{left} lines of the twin are missing, {answer['refused']} were given back")
    return {
        "cells": right + wrong,
        "right": right,
        "wrong": wrong,
        "refused_rows": answer["refused"],
    }


def _taken(twin: dict[tuple[str, str], list[Row]], ours: Row) -> Row | None:
    """The twin's line for one of ours, the most alike of several; each is taken once."""
    rows = twin.get((ours["order_no"], ours["product_no"]))
    if not rows:
        return None
    best = max(rows, key=lambda row: sum(_equal(name, ours, row) for name in MAPPING))
    rows.remove(best)
    return best


def _text(value: Any) -> str:
    """A cell of the product's export; a moment as the shop's day."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(SHOP_ZONE).date().isoformat()
    return str(value)


def _equal(name: str, ours: Row, same: Row) -> bool:
    if name not in NUMBERS:
        return ours[name] == same[name]
    try:
        return Decimal(ours[name]) == Decimal(same[name])
    except InvalidOperation:
        return False


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
