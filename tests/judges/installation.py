"""An empty installation for one judge: its files go in by ``kaibo import``, as an operator's do."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHOP = "judge"
# Where tests keep an installation with empty tables, so that not every judge makes its own.
MADE = "KAIBO_JUDGE_HOME"
SHOP_ZONE = ZoneInfo("Asia/Shanghai")


class Unreadable(Exception):
    """The input is not what the judge can judge."""


def say(text: str) -> None:
    """Tell whoever watches; standard output is the answer's."""
    print(text, file=sys.stderr)  # noqa: T201


def rows_of(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The lines of a CSV, the cells of these columns without outer blanks.

    Raises:
        Unreadable: no such file, no such columns, or no CSV.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(needed) - set(reader.fieldnames or ())
            if missing:
                raise Unreadable(f"{path}: no column {', '.join(sorted(missing))}")
            for row in reader:
                yield {name: (row[name] or "").strip() for name in needed}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: {error}") from error


def columns_of(path: Path) -> list[str]:
    """The header of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def hundredths(text: str) -> int | None:
    """An amount in hundredths; None if it is none."""
    try:
        return int(Decimal(text).scaleb(2)) if text else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def found_shop() -> int:
    """An organisation in an empty database; its id."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from kaibo.access.actions import SellerCard, create_organisation

    call_command("migrate", interactive=False, verbosity=0)
    seller = SellerCard(name="", licence_no="", address="", contact="")
    return create_organisation(code=SHOP, name=SHOP, seller=seller, now=timezone.now())


def bring(path: Path, home: str, *arguments: str) -> dict[str, Any]:
    """Import a file by the command; its answer.

    Raises:
        Unreadable: the command could not read it.
    """
    command = [
        sys.executable, "-m", "kaibo.site.cli", "import", str(path),
        "--org", SHOP, "--json", *arguments,
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment(home))
    if done.returncode == 2 or not done.stdout.strip():
        raise Unreadable(f"{path}: the import could not read it")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def bring_orders(path: Path, home: str, mapping: dict[str, str], **terms: str) -> dict[str, Any]:
    """Import a plain file of orders; columns that the mapping does not name are not read."""
    pairs = {column: mapping.get(column, "") for column in columns_of(path) if column}
    arguments = ["--kind", "orders", "--terms", "platform=plain"]
    for column, field in pairs.items():
        arguments += ["--map", f"{column}={field}"]
    for name, value in terms.items():
        arguments += ["--terms", f"{name}={value}"]
    return bring(path, home, *arguments)


def stored_orders(org_id: int) -> list[dict[str, Any]]:
    """The product's own export of imported orders: one dictionary a line, by English column."""
    from kaibo.orders.reads import files as reads

    names = [column.partition(" ")[2] for column in reads.PLATFORM_ORDER_COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in reads.platform_order_rows(org_id)]


def environment(home: str) -> dict[str, str]:
    """Where the command finds the judge's own installation."""
    settings = {"KAIBO_HOME": home, "DJANGO_SETTINGS_MODULE": "kaibo.site.settings"}
    found = {**os.environ, **settings}
    found.pop("DATABASE_URL", None)
    return found


Judge = Callable[[Sequence[Path], str], dict[str, Any]]


def run(doc: str | None, judge: Judge, arguments: Sequence[str]) -> int:
    """Judge the files named on the command line, in a process of its own."""
    if not arguments or arguments[0] in ("-h", "--help"):
        say(doc or "")
        return 0 if arguments else 2
    with tempfile.TemporaryDirectory(prefix="kaibo-judge-") as home:
        if made := os.environ.get(MADE):
            shutil.copytree(made, home, dirs_exist_ok=True)
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(environment(home))
        try:
            found = judge([Path(name) for name in arguments], home)
        except Unreadable as error:
            say(f"{judge.__module__.rpartition('.')[2]}: {error}")
            return 2
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201
    return 0
