"""Every list of the desk is also a CSV and an XLSX file, and the files say what the page says."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import datetime as dt
import io
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pydantic import BaseModel

from kaibo.audience.models import FanPoints
from kaibo.audience.reads.fans import AUDIT_ROWS
from kaibo.base.listing import Listing, cell_of
from kaibo.base.sheets import csv_pieces, read_xlsx
from kaibo.orders.models import CommissionRate
from kaibo.orders.reads.commissions import RATES_MAX
from kaibo.patrol.models import RESULTS, Look
from kaibo.patrol.reads.wall import LOOKS_MAX
from kaibo.promotions.models import PriceSet
from kaibo.promotions.reads.prices import DEALS_LOOKED_AT
from kaibo.site.lists import LISTS
from tests.safety.listed import (
    FILE_ONLY,
    LINES,
    NO_FILE,
    SELDOM,
    SHOWN_IN,
    first_rows,
    more_rows,
    things_of,
)
from tests.safety.routes import answers, routes
from tests.safety.shop import EVENING, Shop

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

_PARAMETER = re.compile(r"{(?:int:)?(\w+)}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)")
Lines = list[list[str]]


def test_every_list_is_a_file_or_says_why_not() -> None:
    """A list that is added to the desk is in the registry, or in ``NO_FILE`` with a reason."""
    known = {route.name: route.permission for route in routes()}
    shown = {name for name, answer in answers().items() if _is_list(answer.annotation)}
    shown = {name for name in shown if name.startswith("GET /desk/")}
    # None: no such file, so add the list to its context's lists.py; else another permission.
    wrong = [
        (f"{name}.{kind}", held)
        for name in sorted(shown - NO_FILE.keys())
        for kind in ("csv", "xlsx")
        if (held := known.get(f"{name}.{kind}")) != known[name]
    ]
    assert wrong == []
    assert set(NO_FILE) <= shown, "a reason for a list that is not there"
    assert not [name for name in NO_FILE if {f"{name}.csv", f"{name}.xlsx"} <= set(known)]
    assert len(shown) > 50


def test_the_files_say_what_the_page_says(ana: Shop, dai: Shop) -> None:
    """BOM, header and rows of every list, and nothing of the neighbour's.

    With three more rows the same number of queries: they are asked for piece by piece.
    """
    desk, ids, wrong = ana.desk(), things_of(ana), []
    first_rows(ana, ids, now=EVENING)
    places = {listing.path: _address(listing, ids) for listing in LISTS}
    before = {path: _csv(desk, place) for path, place in places.items()}
    more_rows(ana, ids)
    grown = 0
    for listing in LISTS:
        place = places[listing.path]
        lines, queries = _csv(desk, place)
        assert lines[0] == listing.header, place
        assert dai.mark not in str(lines), place
        if "xlsx" in listing.kinds:
            answer = desk.get(f"/api{place}.xlsx")
            assert answer.status_code == 200, (place, answer.content)
            sheet = read_xlsx(answer.content, rows_max=10_000)
            assert (len(sheet), sheet[0]) == (len(lines), listing.header), place
        told, asked = before[listing.path]
        grown += len(lines) > len(told)
        wrong += [(place, "queries", asked, queries)] if queries > asked else []
        wrong += _differences(desk, listing, place, lines[1:])
    assert wrong == []
    assert grown > 20


def test_a_file_is_whole_where_a_page_shows_the_newest(ana: Shop) -> None:
    """One row more than any page shows, of lists that are cut there."""
    org, ids = {"organisation_id": ana.org_id}, things_of(ana)
    price = {"sku_id": ids["sku"], "show_id": ids["show"], "link_no": 1, "kind": "open"}
    PriceSet.objects.bulk_create(
        PriceSet(**org, **price, price_fen=n + 1, since=EVENING) for n in range(DEALS_LOOKED_AT)
    )
    deed = {"source": "watch", "about": "1", "amount": 1, "points": 1, "version": 1}
    FanPoints.objects.bulk_create(
        FanPoints(**org, **deed, viewer_id=ana.viewer_id, ref=f"w{n}", at=EVENING)
        for n in range(AUDIT_ROWS + 1)
    )
    signed = {"seed": "0", "chances": {}, "result": next(iter(RESULTS)), "signed_at": EVENING}
    Look.objects.bulk_create(
        Look(**org, **signed, show_id=ids["show"], person_id=ana.by.id, began_at=EVENING)
        for n in range(LOOKS_MAX + 1)
    )
    rate = {"show_id": ids["show"], "payee": "agency", "payee_name": "机构", "rate_bp": 1}
    CommissionRate.objects.bulk_create(
        CommissionRate(**org, **rate, from_at=EVENING, set_by=ana.by.id, set_at=EVENING)
        for n in range(RATES_MAX + 1)
    )
    desk = ana.desk()
    for place, most in [
        (f"/desk/skus/{ids['sku']}/prices", DEALS_LOOKED_AT),
        (f"/desk/fans/members/{ana.viewer_id}/deeds", AUDIT_ROWS),
        ("/desk/patrol/looks", LOOKS_MAX),
        ("/desk/commission-rates", RATES_MAX),
    ]:
        lines, _queries = _csv(desk, place)
        assert len(lines) - 1 > most, place


def _differences(desk: Client, listing: Listing, place: str, lines: Lines) -> list[Any]:
    """Where the file and the page disagree; what only a file shows has a row at least."""
    if not lines:
        return [] if listing.path in SELDOM else [(place, "empty")]
    if listing.path in LINES or listing.path in FILE_ONLY:
        return []
    inside = SHOWN_IN.get(listing.path, "")
    page = place.rsplit("/", 1)[0] if inside.startswith("../") else place
    found = desk.get(f"/api{page}").json()
    for name in inside.removeprefix("../").split(".") if inside else ():
        found = found[name]
    if isinstance(found, dict):
        found = found.get("items", found.get("rows"))
    told = [column for column in listing.columns if isinstance(column.of, str)]
    at = [listing.columns.index(column) for column in told]
    expected = sorted([_text(cell_of(row, column)) for column in told] for row in found)
    got = sorted([line[n] for n in at] for line in lines)
    return [] if expected == got else [(place, expected, got)]


def _text(cell: Any) -> str:
    """A cell of the page's JSON as the CSV has it."""
    if isinstance(cell, str) and _MOMENT.fullmatch(cell):
        cell = dt.datetime.fromisoformat(cell)
    return _read(b"".join(csv_pieces(["x"], [[cell, ""]])))[1][0]


def _csv(desk: Client, place: str) -> tuple[Lines, int]:
    with CaptureQueriesContext(connection) as asked:
        answer: Any = desk.get(f"/api{place}.csv")
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (place, data)
    assert data.startswith(codecs.BOM_UTF8), place
    return _read(data), len(asked)


def _read(data: bytes) -> Lines:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _address(listing: Listing, ids: dict[str, Any]) -> str:
    """The list's path with the ids of the shop's own things in it."""
    noun = listing.path.split("/")[2].removesuffix("s")
    noun = "quiz" if listing.path.endswith("/quiz") else noun

    def of(found: re.Match[str]) -> str:
        return str(ids[noun if found[1] == "id" else found[1].removesuffix("_id")])

    return _PARAMETER.sub(of, listing.path)


def _is_list(answer: Any) -> bool:
    """Whether an answer is a list of things, or has one among its parts."""
    return any(
        typing.get_origin(part) in (list, tuple) and any(map(_is_thing, typing.get_args(part)))
        for part in (answer, *_parts(answer))
    )


def _parts(answer: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(answer):
        yield from typing.get_type_hints(answer).values()
    elif isinstance(answer, type) and issubclass(answer, BaseModel):
        yield from (field.annotation for field in answer.model_fields.values())


def _is_thing(part: Any) -> bool:
    return dataclasses.is_dataclass(part) or (
        isinstance(part, type) and issubclass(part, BaseModel)
    )
