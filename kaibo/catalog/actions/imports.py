"""Importing sheets of goods: look first, write later, lose nothing."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.columns import Sheet
from kaibo.base.errors import NoSuchImport, Refusal
from kaibo.base.problems import RowError, line_error, problem_file
from kaibo.base.sheets import cell_text
from kaibo.base.tables import plain_name, read_lines
from kaibo.base.times import shop_day
from kaibo.catalog.actions.import_rows import RowWriter
from kaibo.catalog.models import ImportJob, Product
from kaibo.catalog.rules import TITLE_CHARS_MAX
from kaibo.catalog.rules.columns import FIELDS
from kaibo.catalog.rules.rows import GoodsRow, read_rows, settle, untitled
from kaibo.compliance.actions import keep_found
from kaibo.facts.catalog import ImportApplied
from kaibo.journal.actions import append

# Short enough that a claim does not wait long for the database's one writer: a row is some
# milliseconds, and several times that when the back office is busy.
CHUNK_ROWS = 20
SAMPLE_ROWS = 5
SAMPLE_CHARS = 60
ERRORS_SHOWN = 200
_CODES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ImportField:
    """Something a column may go to."""

    name: str
    label_zh: str
    label_en: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a file holds and what would be refused; ``errors`` are the first of ``errors_total``."""

    id: int
    filename: str
    columns: tuple[str, ...]
    mapping: dict[str, str | None]
    fields: tuple[ImportField, ...]
    rows: int
    rows_ok: int
    errors: tuple[RowError, ...]
    errors_total: int
    sample: tuple[tuple[str, ...], ...]
    state: str
    rows_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What came of an import, in lines; ``skipped`` is what changed nothing or was refused."""

    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    skipped: int


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file read with a mapping."""

    sheet: Sheet
    mapping: dict[str, str | None]
    rows: list[GoodsRow]
    errors: list[RowError]


def check_import(
    *, org_id: int, data: bytes, filename: str, mapping: Mapping[str, str | None] | None = None
) -> ImportPreview:
    """Judge a file without keeping it.

    Args:
        mapping: fields of some columns by name; the others are guessed.

    Raises:
        BadInput: the file or the mapping cannot be used.
    """
    sheet = _sheet(data)
    merged = FIELDS.merge(sheet.columns, mapping or {})
    checked = _check(org_id, sheet, FIELDS.check(merged, sheet.columns))
    return _preview(
        ImportJob(pk=0, filename=plain_name(filename, chars_max=TITLE_CHARS_MAX)), checked
    )


def start_import(
    *,
    data: bytes,
    filename: str,
    by: Actor,
    now: dt.datetime,
    mapping: Mapping[str, str | None] | None = None,
) -> ImportPreview:
    """Keep an uploaded file and guess what its columns mean; nothing else is written.

    Raises:
        BadInput: the file cannot be read, or the mapping names what is not there.
    """
    sheet = _sheet(data)
    merged = FIELDS.merge(sheet.columns, mapping or {})
    if mapping:
        FIELDS.check(merged, sheet.columns)
    checked = _check(by.org_id, sheet, merged)
    job = ImportJob.objects.create(
        organisation_id=by.org_id,
        filename=plain_name(filename, chars_max=TITLE_CHARS_MAX),
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        mapping=merged,
        rows=len(sheet.lines),
        created_at=now,
        actor=by.tag,
    )
    return _preview(job, checked)


def import_preview(*, import_id: int, by: Actor) -> ImportPreview:
    """An import as it stands, also while it is being written.

    Raises:
        NoSuchImport: none of this id in the organisation.
    """
    job = _job(by.org_id, import_id)
    return _preview(job, _check_job(job))


def remap_import(*, import_id: int, mapping: Mapping[str, str | None], by: Actor) -> ImportPreview:
    """Give the columns other meanings; a column left out is not read.

    Raises:
        NoSuchImport, NoSuchColumn, FieldTwice, FieldMissing: nothing was written.
    """
    job = _job(by.org_id, import_id)
    sheet = _sheet(bytes(job.data))
    job.mapping = FIELDS.check(mapping, sheet.columns)
    job.faults = []
    job.save(update_fields=["mapping", "faults"])
    return _preview(job, _check(by.org_id, sheet, job.mapping))


def apply_import(
    *,
    import_id: int,
    by: Actor,
    now: dt.datetime,
    progress: Callable[[int, int], None] | None = None,
) -> ImportResult:
    """Write every good line, a transaction for each chunk; safe to repeat at any time.

    Lines that only writing shows to be wrong are refused alone and join the error file.

    Args:
        progress: told (lines done, lines to do) after each chunk.

    Raises:
        NoSuchImport, FieldMissing: nothing was written.
    """
    job = _job(by.org_id, import_id)
    checked = _check_job(job, strict=True)
    rows = settle(checked.rows, today=shop_day(now))
    before = ImportJob.objects.filter(organisation_id=by.org_id, sha256=job.sha256, state="applied")
    writer = RowWriter(
        by=by, now=now, reason=f"导入 {job.filename}"[:TITLE_CHARS_MAX],
        counts_stock=not before.exists(),
    )  # fmt: skip
    places = {target: column for column, target in checked.mapping.items() if target}
    tally = {"created": 0, "changed": 0, "unchanged": 0}
    faults: list[RowError] = []
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        with transaction.atomic():
            _lock(by.org_id, import_id)
            faults += _write_chunk(writer, chunk, places["code"], tally)
            done = start + len(chunk)
            ImportJob.objects.filter(pk=job.pk).update(state="applying", rows_done=done)
        if progress is not None:
            progress(done, len(rows))
    return _close(job, checked, tally, faults, by=by, now=now)


def import_errors_file(
    *, import_id: int, kind: Literal["csv", "xlsx"], lang: str, by: Actor
) -> bytes:
    """Every refused line as it was uploaded, with what to mend in a column of its own.

    Raises:
        NoSuchImport: none of this id in the organisation.
    """
    job = _job(by.org_id, import_id)
    checked = _check_job(job)
    return problem_file(checked.sheet, [*checked.errors, *_faults(job)], kind=kind, lang=lang)


def _write_chunk(
    writer: RowWriter, chunk: Sequence[GoodsRow], column: str, tally: dict[str, int]
) -> list[RowError]:
    faults = []
    writer.load(chunk)
    for row in chunk:
        try:
            tally[writer.write(row)] += 1
        except Refusal as refusal:
            # The line is undone; what it was refused for stays on record.
            keep_found(refusal)
            faults.append(line_error(refusal, line=row.line, column=column, value=row.code))
    writer.finish()
    return faults


def _close(
    job: ImportJob,
    checked: _Checked,
    tally: dict[str, int],
    faults: list[RowError],
    *,
    by: Actor,
    now: dt.datetime,
) -> ImportResult:
    total = len(checked.sheet.lines)
    refused = total - sum(tally.values())
    with transaction.atomic():
        job.state, job.applied_at = "applied", now
        job.rows_done = len(checked.rows)
        job.created, job.changed = tally["created"], tally["changed"]
        job.unchanged = tally["unchanged"]
        job.faults = [asdict(fault) for fault in faults]
        job.save()
        fact = ImportApplied(
            import_id=job.pk, filename=job.filename, sha256=job.sha256,
            rows=total, refused=refused, **tally,
        )  # fmt: skip
        append(fact, at=now, org_id=by.org_id, actor=by)
    return ImportResult(rows=total, refused=refused, skipped=tally["unchanged"] + refused, **tally)


def _sheet(data: bytes) -> Sheet:
    return FIELDS.find_header(read_lines(data))


def _check(org_id: int, sheet: Sheet, mapping: dict[str, str | None]) -> _Checked:
    if "code" not in mapping.values():
        return _Checked(sheet, mapping, [], [])
    rows, errors = read_rows(sheet, mapping)
    places = {target: column for column, target in mapping.items() if target}
    codes = {code for row in rows for code in (row.code, row.code_typed)}
    column = places.get("title", FIELDS.by_name["title"].label_zh)
    rows, untold = untitled(rows, _known(org_id, codes), column)
    return _Checked(sheet, mapping, rows, sorted([*errors, *untold], key=lambda e: e.line))


def _known(org_id: int, codes: set[str]) -> set[str]:
    known: set[str] = set()
    left = iter(sorted(codes))
    while some := list(islice(left, _CODES_AT_ONCE)):
        rows = Product.objects.filter(organisation_id=org_id, code__in=some)
        known.update(rows.values_list("code", flat=True))
    return known


def _check_job(job: ImportJob, *, strict: bool = False) -> _Checked:
    sheet = _sheet(bytes(job.data))
    if strict:
        FIELDS.check(job.mapping, sheet.columns)
    return _check(job.organisation_id, sheet, job.mapping)


def _preview(job: ImportJob, checked: _Checked) -> ImportPreview:
    errors = [*checked.errors, *_faults(job)]
    columns = checked.sheet.columns
    return ImportPreview(
        id=job.pk,
        filename=job.filename,
        columns=columns,
        mapping=checked.mapping,
        fields=tuple(
            ImportField(field.name, field.label_zh, field.label_en, field.required)
            for field in FIELDS.all
        ),
        rows=len(checked.sheet.lines),
        rows_ok=len(checked.rows),
        errors=tuple(errors[:ERRORS_SHOWN]),
        errors_total=len(errors),
        sample=tuple(
            tuple(cell_text(cell)[:SAMPLE_CHARS] for cell in line.cells[: len(columns)])
            for line in checked.sheet.lines[:SAMPLE_ROWS]
        ),
        state=job.state,
        rows_done=job.rows_done,
    )


def _faults(job: ImportJob) -> list[RowError]:
    found: list[dict[str, Any]] = job.faults
    return [RowError(**fault) for fault in found]


def _job(org_id: int, import_id: int) -> ImportJob:
    job = ImportJob.objects.filter(organisation_id=org_id, pk=import_id).first()
    if job is None:
        raise NoSuchImport(id=import_id)
    return job


def _lock(org_id: int, import_id: int) -> None:
    """Two who apply the same import write its chunks in turn."""
    rows = ImportJob.objects.select_for_update().filter(organisation_id=org_id, pk=import_id)
    rows.values_list("pk", flat=True).get()
