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

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

NEEDED = {"update_time", "product_id", "title", "price", "shop"}
WINDOW_DAYS = 30
SHOP = "judge"

# product → day → prices in fen, in the order of the files
History = dict[str, dict[dt.date, list[int]]]


class Unreadable(Exception):
    """The input is not what the judge can judge."""


def count(paths: Sequence[Path]) -> tuple[int, History]:
    """Lines of the files, and the prices of each product by day, of lines that name all four."""
    lines = 0
    history: History = {}
    for path in paths:
        for row in _rows(path):
            lines += 1
            fen, day = _fen(row["price"]), _day(row["update_time"])
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


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = NEEDED - set(reader.fieldnames or ())
            if missing:
                raise Unreadable(f"{path}: no column {', '.join(sorted(missing))}")
            for row in reader:
                yield {name: (row[name] or "").strip() for name in NEEDED}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: {error}") from error


def _fen(text: str) -> int | None:
    try:
        return int(Decimal(text) * 100) if text else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def import_file(path: Path, home: str) -> dict[str, Any]:
    """Through the command, as an operator would."""
    command = [
        sys.executable, "-m", "kaibo.site.cli", "import", str(path),
        "--org", SHOP, "--map", "shop=brand", "--json",
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=_environment(home))
    if done.returncode == 2 or not done.stdout.strip():
        raise Unreadable(f"{path}: the import could not read it")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def judge(paths: Sequence[Path], home: str) -> dict[str, Any]:
    """Import, then compare what the product says with what the files say."""
    lines, history = count(paths)
    if not lines:
        raise Unreadable("no line in the input")
    _prepare()
    answers = [import_file(path, home) for path in paths]
    products, changes, wrong = _look(history)
    expected = _changes(history)
    if changes != expected:
        print(f"price changes: ours {changes}, the files {expected}", file=sys.stderr)  # noqa: T201
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


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from kaibo.access.actions import SellerCard, create_organisation

    call_command("migrate", interactive=False, verbosity=0)
    seller = SellerCard(name="", licence_no="", address="", contact="")
    create_organisation(code=SHOP, name=SHOP, seller=seller, now=timezone.now())


def _look(history: History) -> tuple[int, int, int]:
    """Products, price changes told by facts, and wrong answers about the lowest price."""
    from kaibo.access.models import Organisation
    from kaibo.catalog import reads

    org_id = Organisation.objects.get(code=SHOP).pk
    ids = {code: sku.id for code, sku in reads.skus_by_code(org_id, history.keys()).items()}
    wrong = 0
    for day in sorted({day for prices in history.values() for day in prices}):
        ours = reads.lowest_list_prices(list(ids.values()), through=day, days=WINDOW_DAYS)
        for code, prices in history.items():
            theirs, answer = lowest(prices, day), ours.get(ids.get(code, 0))
            if theirs != answer:
                wrong += 1
                if wrong <= 5:
                    print(f"{code} on {day}: {theirs}, ours {answer}", file=sys.stderr)  # noqa: T201
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


def _environment(home: str) -> dict[str, str]:
    settings = {"KAIBO_HOME": home, "DJANGO_SETTINGS_MODULE": "kaibo.site.settings"}
    environment = {**os.environ, **settings}
    environment.pop("DATABASE_URL", None)
    return environment


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line, in a process of its own."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 0 if arguments else 2
    with tempfile.TemporaryDirectory(prefix="kaibo-judge-") as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(_environment(home))
        try:
            found = judge([Path(name) for name in arguments], home)
        except Unreadable as error:
            print(f"products: {error}", file=sys.stderr)  # noqa: T201
            return 2
    print(json.dumps(found))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
