"""How an uploaded file of orders is kept until it is written and mended."""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kaibo.base.actor import Actor
from kaibo.base.columns import Sheet
from kaibo.base.sheets import cell_text
from kaibo.base.tables import Line, plain_name, read_lines
from kaibo.orders.errors import NoSuchOrderFile
from kaibo.orders.models import OrderFile
from kaibo.orders.rules.file_orders import FileReading, check_terms, read_orders
from kaibo.orders.rules.file_versions import export_time, moment_of
from kaibo.orders.rules.platforms import (
    FIELDS,
    FileTerms,
    settle_terms,
    without_notes,
    without_personal,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsWish:
    """What a person says of a file; what is left empty is told by the file or its platform."""

    platform: str = ""
    shop: str = ""
    zone: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's kept lines read with a mapping."""

    sheet: Sheet
    mapping: dict[str, str | None]
    reading: FileReading


def new_file(
    data: bytes,
    filename: str,
    *,
    mapping: Mapping[str, str | None],
    wish: TermsWish,
    by: Actor,
    now: dt.datetime,
) -> OrderFile:
    """A row, not yet saved, that holds what an upload says of orders.

    Raises:
        BadInput: the file or the terms cannot be used.
    """
    lines = read_lines(data)
    whole = without_notes(FIELDS.find_header(lines))
    above = [line for line in lines if line.number < whole.header_line]
    exported, exported_from = export_time(
        plain_name(filename, chars_max=200),
        [" ".join(cell_text(cell) for cell in line.cells) for line in above],
    )
    terms = settle_terms(whole, **asdict(wish))
    sheet, left_out = without_personal(whole, mapping)
    # Not to be read is what a column left out is anyway.
    chosen = {c: field for c, field in mapping.items() if field or c not in left_out}
    file = OrderFile(
        organisation_id=by.org_id,
        filename=plain_name(filename, chars_max=200),
        kept=packed(sheet),
        left_out=left_out,
        sha256=hashlib.sha256(data).hexdigest(),
        mapping=FIELDS.merge(sheet.columns, chosen),
        rows=len(sheet.lines),
        exported=exported,
        exported_from=exported_from,
        created_at=now,
        actor=by.tag,
    )
    take_terms(file, terms)
    return file


def check_file(file: OrderFile, *, strict: bool = False) -> CheckedFile:
    """The kept lines as orders; none while it is not said what the columns mean.

    Raises:
        FieldMissing, TermsMissing, AmountNeeded: only if ``strict``, and it cannot be written.
    """
    sheet, terms = unpacked(file), terms_of(file)
    if strict and file.state == "ready":
        FIELDS.check(file.mapping, sheet.columns)
        check_terms(file.mapping, terms)
    required = {field.name for field in FIELDS.all if field.required}
    if not required <= set(file.mapping.values()) or not terms.zone or not terms.currency:
        return CheckedFile(sheet, file.mapping, FileReading([], [], 0, 0, {}))
    # By the clock of the upload, so that it reads the same whenever it is read.
    reading = read_orders(sheet, file.mapping, terms, now=file.created_at)
    return CheckedFile(sheet, file.mapping, reading)


def take_terms(file: OrderFile, terms: FileTerms) -> None:
    """Write down how the file is read; its fingerprint follows its content and that."""
    file.platform, file.shop = terms.platform, terms.shop
    file.zone, file.currency = terms.zone, terms.currency
    read_as = [file.sha256, file.mapping, file.platform, file.shop, file.zone, file.currency]
    # The same lines of a later export tell that it is still so.
    read_as += [file.exported] if file.exported else []
    file.fingerprint = hashlib.sha256(json.dumps(read_as, sort_keys=True).encode()).hexdigest()


def told_at(file: OrderFile) -> dt.datetime:
    """When a file's orders were as it tells: its export, where it says so, else its upload."""
    exported = moment_of(file.exported, file.zone)
    return file.created_at if exported is None else min(exported, file.created_at)


def terms_of(file: OrderFile) -> FileTerms:
    """How the file is read."""
    return FileTerms(
        platform=file.platform,  # type: ignore[arg-type]  # written by take_terms only
        shop=file.shop,
        zone=file.zone,
        currency=file.currency,
    )


def packed(sheet: Sheet) -> bytes:
    """A sheet as it lies in the row."""
    kept: dict[str, Any] = {
        "columns": sheet.columns,
        "header": sheet.header_line,
        "lines": [[line.number, *line.cells] for line in sheet.lines],
    }
    return zlib.compress(json.dumps(kept, default=str).encode())


def unpacked(file: OrderFile) -> Sheet:
    """The sheet that ``packed`` was given; dates of a workbook have become text."""
    kept = json.loads(zlib.decompress(bytes(file.kept)))
    lines = tuple(Line(number, tuple(cells)) for number, *cells in kept["lines"])
    return Sheet(tuple(kept["columns"]), lines, kept["header"], ())


def queue_for_files(org_id: int) -> None:
    """Wait until nobody else writes orders from a file of the organisation.

    The lock is on its first file's row, so that whether an order is new can be told exactly.
    """
    rows = OrderFile.objects.select_for_update(no_key=True).filter(organisation_id=org_id)
    list(rows.order_by("pk").values_list("pk", flat=True)[:1])


def file_of(org_id: int, file_id: int, *, lock: bool = False) -> OrderFile:
    """The row, with ``lock`` held until the transaction ends.

    Raises:
        NoSuchOrderFile: none of this id in the organisation.
    """
    rows = OrderFile.objects.filter(organisation_id=org_id, pk=file_id)
    row = (rows.select_for_update(no_key=True) if lock else rows).first()
    if row is None:
        raise NoSuchOrderFile(id=file_id)
    return row
