"""Judge the import of orders with pence, returns and repeats on a British wholesaler's lines.

    python -m tests.judges.retail FILE [FILE …]

Each file is a CSV with ``invoice`` (a leading C: a cancellation), ``stock_code``,
``description``, ``quantity`` (below 0 where goods came back), ``invoice_date``, ``price`` (pounds
for one) and ``customer_id``; more columns do no harm. It goes in as a plain file with a column
mapping, in pounds and by London's clock, by ``kaibo import --kind orders`` into an empty
database; a later file replaces an earlier one's invoices. The last line of standard output is one
JSON object of what the product then holds:

``invoices``    invoices, cancellations among them
``cancelled``   invoices on which everything came back
``net_pence``   bought less came back, a repeated line counted once
``lines``       lines that the product read, repeats among them
``repeats``     lines that say exactly what another line of their file says

Where this differs from a count of the files' own lines, standard error says so. Exit status 0
when it could judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.judges.installation import (
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
    "invoice": "no",
    "stock_code": "sku_code",
    "description": "title",
    "quantity": "units",
    "invoice_date": "ordered_at",
    "price": "unit_price",
    "customer_id": "customer_no",
}


def count(paths: Sequence[Path]) -> dict[str, int]:
    """The five numbers from the files' own lines."""
    lines = repeats = 0
    invoices: dict[str, list[int]] = {}
    for path in paths:
        seen: set[tuple[str, ...]] = set()
        here: dict[str, list[int]] = {}
        for row in rows_of(path, list(MAPPING)):
            lines += 1
            said = tuple(row.values())
            repeats += said in seen
            price = hundredths(row["price"])
            if said not in seen and price is not None:
                here.setdefault(row["invoice"], []).append(int(row["quantity"]) * price)
            seen.add(said)
        invoices |= here
    return {
        "invoices": len(invoices),
        "cancelled": sum(no.upper().startswith("C") for no in invoices),
        "net_pence": sum(sum(amounts) for amounts in invoices.values()),
        "lines": lines,
        "repeats": repeats,
    }


def judge(paths: Sequence[Path], home: str) -> dict[str, Any]:
    """Import, then compare what the product holds with what the files say."""
    expected = count(paths)
    if not expected["lines"]:
        raise Unreadable("no line in the input")
    org_id = found_shop()
    answers = [
        bring_orders(path, home, MAPPING, currency="GBP", zone="Europe/London") for path in paths
    ]
    stored = stored_orders(org_id)
    # An order's own amounts stand on its first line only.
    orders = [row for row in stored if row["Total"] is not None]
    found = {
        "invoices": len(orders),
        "cancelled": sum(row["Is return"] == "是" for row in orders),
        "net_pence": sum(int((row["Paid"] - row["Refund"]) * 100) for row in orders),
        "lines": sum(answer["rows"] for answer in answers),
        "repeats": sum(answer["repeats"] for answer in answers),
    }
    if found != expected:
        refused = sum(answer["refused"] for answer in answers)
        say(f"ours {found}, the files {expected}; {refused} lines refused")
    by_line = sum(int((row["Line amount"] or 0) * 100) for row in stored)
    if by_line != found["net_pence"]:
        say(f"lines add up to {by_line}, their orders to {found['net_pence']}")
    return found


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
