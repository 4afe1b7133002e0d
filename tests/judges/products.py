"""Judge the import of goods on day snapshots of a real shop's listings.

    python -m tests.judges.products FILE [FILE …]

Each file is a CSV with ``update_time`` (day), ``product_id``, ``title``, ``price`` (yuan) and
``shop``; more columns do no harm, days may be missing and lines may repeat. The files go through
``kaibo import`` into an empty database. The last line of standard output is one JSON object:

``rows``                 lines of the files, as counted here
``imported``, ``refused`` lines that the import wrote or knew already, and those it refused
``products``             products in the catalogue afterwards
``price_changes``        changes of a list price in the journal
``lowest_price_wrong``   answers to "lowest list price of the last 30 days", one for each product
                         on each day of the files, that differ from a count of the files' own lines

Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.judges.installation import (
    Unreadable,
    bring,
    found_shop,
    hundredths,
    rows_of,
    run,
    say,
)

NEEDED = ("update_time", "product_id", "title", "price", "shop")
WINDOW_DAYS = 30

# product → day → prices in fen, in the order of the files
History = dict[str, dict[dt.date, list[int]]]


def count(paths: Sequence[Path]) -> tuple[int, History]:
    """Lines of the files, and the prices of each product by day, of lines that name all four."""
    lines = 0
    history: History = {}
    for path in paths:
        for row in rows_of(path, NEEDED):
            lines += 1
            fen, day = hundredths(row["price"]), _day(row["update_time"])
            if fen and day and row["product_id"] and row["title"]:
                history.setdefault(row["product_id"], {}).setdefault(day, []).append(fen)
    return lines, history


def lowest(prices: dict[dt.date, list[int]], through: dt.date) -> int | None:
    """The lowest price in force in the window that ends with ``through``."""
    candidates: list[int] = []
    first = through - dt.timedelta(days=WINDOW_DAYS - 1)
    for day in sorted(prices):
        if day > through:
            break
        if day <= first:
            candidates.clear()
            candidates += prices[day] if day == first else prices[day][-1:]
        else:
            candidates += prices[day]
    return min(candidates, default=None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def judge(paths: Sequence[Path], home: str) -> dict[str, Any]:
    """Import, then compare what the product says with what the files say."""
    lines, history = count(paths)
    if not lines:
        raise Unreadable("no line in the input")
    org_id = found_shop()
    answers = [bring(path, home, "--map", "shop=brand") for path in paths]
    products, changes, wrong = _look(org_id, history)
    expected = _changes(history)
    if changes != expected:
        say(f"price changes: ours {changes}, the files {expected}")
    refused = sum(answer["refused"] for answer in answers)
    return {
        "rows": lines,
        "imported": sum(answer["rows"] for answer in answers) - refused,
        "refused": refused,
        "products": products,
        "price_changes": changes,
        "lowest_price_wrong": wrong,
    }


def _changes(history: History) -> int:
    """Days whose last price differs from that of the product's day before."""
    total = 0
    for prices in history.values():
        last = [prices[day][-1] for day in sorted(prices)]
        total += sum(a != b for a, b in pairwise(last))
    return total


def _look(org_id: int, history: History) -> tuple[int, int, int]:
    """Products, price changes told by facts, and wrong answers about the lowest price."""
    from kaibo.catalog import reads

    ids = {code: sku.id for code, sku in reads.skus_by_code(org_id, history.keys()).items()}
    wrong = 0
    for day in sorted({day for prices in history.values() for day in prices}):
        ours = reads.lowest_list_prices(list(ids.values()), through=day, days=WINDOW_DAYS)
        for code, prices in history.items():
            theirs, answer = lowest(prices, day), ours.get(ids.get(code, 0))
            if theirs != answer:
                wrong += 1
                if wrong <= 5:
                    say(f"{code} on {day}: {theirs}, ours {answer}")
    return reads.products(org_id).total, _told_changes(), wrong


def _told_changes() -> int:
    from kaibo.facts.catalog import SkuAdded, SkuChanged
    from kaibo.journal.reads import START, read

    price: dict[int, int] = {}
    changes = 0
    after = START
    while entries := read(after, limit=1000):
        after = entries[-1].position
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, SkuAdded | SkuChanged):
                changes += price.get(fact.sku_id, fact.list_price_fen) != fact.list_price_fen
                price[fact.sku_id] = fact.list_price_fen
    return changes


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
