"""Writing the run of show: as a whole, by moving one line, or from a sheet."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.sheets import read_xlsx
from kaibo.catalog import reads as catalog
from kaibo.facts.planning import PlannedItem, RunItemMoved, RunOfShowSet
from kaibo.journal.actions import append
from kaibo.planning import reads, rules
from kaibo.planning.actions.shows import check_draft, lock_show
from kaibo.planning.errors import NoSuchRunItem, RunOfShowInvalid, ShowOver
from kaibo.planning.models import RunItem, Show
from kaibo.planning.reads import RunItemView
from kaibo.planning.rules import LineError, RunItemSpec, sheet


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What a sheet holds and whether it was written; with errors nothing was.

    ``ignored`` names columns that are shown in the export but never read back.
    """

    rows: int
    errors: list[LineError]
    applied: bool
    ignored: list[str]


@transaction.atomic
def set_run_of_show(
    *, org_id: int, show_id: int, items: Sequence[RunItemSpec], by: Actor, now: dt.datetime
) -> list[RunItemView]:
    """Replace a draft's run of show by these lines, in this order.

    Raises:
        NoSuchShow, ShowNotDraft, TooManyRunItems: nothing was written.
        RunOfShowInvalid: lists every fault of every line; nothing was written.
    """
    row = lock_show(org_id, show_id)
    check_draft(row)
    cleaned = _cleaned(row, items)
    _write(row, cleaned, by=by, now=now)
    return reads.run_of_show(show_id)


@transaction.atomic
def move_item(
    *, show_id: int, link_no: int, position: int, by: Actor, now: dt.datetime
) -> list[RunItemView]:
    """Move one line to another place (from 1; beyond the end is the end), also while live.

    The minutes follow: each place keeps its pause, each item its length.

    Raises:
        NoSuchShow, NoSuchRunItem, ShowOver: nothing was written.
    """
    row = lock_show(by.org_id, show_id)
    if row.state == "ended":
        raise ShowOver(show_id=show_id)
    items = list(row.items.order_by("position"))
    at = next((i for i, item in enumerate(items) if item.link_no == link_no), None)
    if at is None:
        raise NoSuchRunItem(link_no=link_no)
    order = list(range(len(items)))
    order.insert(max(0, min(position, len(items)) - 1), order.pop(at))
    if order == list(range(len(items))):
        return reads.run_of_show(show_id)
    starts = rules.reordered_starts(
        [item.starts_minute for item in items],
        [item.minutes for item in items],
        order=order,
        planned_minutes=row.planned_minutes,
    )
    moved = [items[index] for index in order]
    for place, (item, start) in enumerate(zip(moved, starts, strict=True), start=1):
        item.position, item.starts_minute = place, start
    RunItem.objects.bulk_update(moved, ["position", "starts_minute"])
    fact = RunItemMoved(
        link_nos=tuple(item.link_no for item in moved), starts_minutes=tuple(starts)
    )
    append(fact, at=now, org_id=by.org_id, show_id=show_id, actor=by)
    return reads.run_of_show(show_id)


@transaction.atomic
def import_sheet(
    *, show_id: int, data: bytes, dry: bool, by: Actor, now: dt.datetime
) -> SheetResult:
    """Read a 排品表 and, unless ``dry`` or anything is wrong with it, make it the run of show.

    Raises:
        NoSuchShow, ShowNotDraft: nothing was written.
        SheetUnreadable, SheetTooLarge, SheetTooManyRows: not a sheet that can be read.
    """
    row = lock_show(by.org_id, show_id)
    check_draft(row)
    cells = read_xlsx(data, rows_max=rules.ITEMS_MAX + sheet.HEADER_ROWS_MAX)
    codes = sheet.sku_codes(cells)
    skus = {code: sku.id for code, sku in catalog.skus_by_code(by.org_id, codes).items()}
    read = sheet.read_rows(cells, starts_at=row.starts_at, sku_ids=skus)
    errors = list(read.errors)
    cleaned: list[RunItemSpec] = []
    try:
        cleaned = _cleaned(row, read.items, lines=read.lines)
    except RunOfShowInvalid as refused:
        found = [LineError(**error) for error in refused.data["errors"]]
        errors += [replace(error, column=sheet.header_of(error.column)) for error in found]
    if not errors and not dry:
        _write(row, cleaned, by=by, now=now)
    return SheetResult(
        rows=len(read.items),
        errors=sorted(errors, key=lambda error: error.line),
        applied=not errors and not dry,
        ignored=list(read.ignored),
    )


def _cleaned(
    row: Show, items: Sequence[RunItemSpec], *, lines: Sequence[int] | None = None
) -> list[RunItemSpec]:
    rules.check_item_count(len(items))
    known = reads.known_skus(row.organisation_id, {item.sku_id for item in items})
    return rules.clean_run_of_show(
        items, planned_minutes=row.planned_minutes, known_skus=known, lines=lines
    )


def _write(row: Show, items: Sequence[RunItemSpec], *, by: Actor, now: dt.datetime) -> None:
    row.items.all().delete()
    RunItem.objects.bulk_create(
        RunItem(show=row, position=position, **asdict(item))
        for position, item in enumerate(items, start=1)
    )
    fact = RunOfShowSet(items=tuple(PlannedItem(**asdict(item)) for item in items))
    append(fact, at=now, org_id=row.organisation_id, show_id=row.pk, actor=by)
