"""Order files of other platforms: look first, write later, keep nothing of who the buyers are."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Final, Literal

from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.problems import RowError, problem_file
from kaibo.base.sheets import cell_text
from kaibo.facts.orders import OrderFileApplied
from kaibo.journal.actions import append
from kaibo.orders.actions.file_keeping import (
    CheckedFile,
    TermsWish,
    check_file,
    file_of,
    new_file,
    packed,
    queue_for_files,
    take_terms,
    terms_of,
    told_at,
    unpacked,
)
from kaibo.orders.actions.file_orders import Written, count_older, write_orders
from kaibo.orders.errors import OrderFileClosed
from kaibo.orders.models import OrderFile
from kaibo.orders.rules.platforms import FIELDS, only_mapped, settle_terms

# Some ten milliseconds of the database's one writer, so that a claim does not wait for long.
CHUNK_ORDERS: Final = 100
SAMPLE_ROWS: Final = 5
SAMPLE_CHARS: Final = 60
ERRORS_SHOWN: Final = 200
# A file that was looked at and never written is forgotten.
KEPT_UNWRITTEN: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OrderField:
    """Something a column may go to."""

    name: str
    label_zh: str
    label_en: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilePreview:
    """What a file holds and what would be refused; ``errors`` are the first of ``errors_total``.

    ``left_out`` are columns that say who buyers are: they were never kept. ``repeats`` are
    lines that say again exactly what another said. ``told_at`` is when its orders were so, as the
    file's name or a line above its header says (``exported_from``), else its upload; ``older``
    orders would stay as they are, because what is stored is newer.
    """

    id: int
    filename: str
    platform: str
    shop: str
    zone: str
    currency: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    mapping: dict[str, str | None]
    fields: tuple[OrderField, ...]
    rows: int
    orders_ok: int
    refused: int
    repeats: int
    errors: tuple[RowError, ...]
    errors_total: int
    sample: tuple[tuple[str, ...], ...]
    state: str
    orders_done: int
    told_at: dt.datetime
    exported_from: str
    has_changed_at: bool
    older: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFileResult:
    """What came of a file: orders new, changed, as they were, and left because what is stored is
    newer (``older``); lines refused and repeated.

    ``already`` when the same file had been written before; then nothing was.
    """

    rows: int
    orders: int
    created: int
    replaced: int
    unchanged: int
    refused: int
    repeats: int
    already: bool
    older: int = 0


def check_order_file(
    *,
    data: bytes,
    filename: str,
    by: Actor,
    now: dt.datetime,
    mapping: Mapping[str, str | None] | None = None,
    wish: TermsWish | None = None,
) -> OrderFilePreview:
    """Judge a file without keeping it.

    Raises:
        BadInput: the file, the mapping or the terms cannot be used.
    """
    file = new_file(data, filename, mapping=mapping or {}, wish=wish or TermsWish(), by=by, now=now)
    return _preview(file, check_file(file, strict=True))


def start_order_file(
    *,
    data: bytes,
    filename: str,
    by: Actor,
    now: dt.datetime,
    mapping: Mapping[str, str | None] | None = None,
    wish: TermsWish | None = None,
) -> OrderFilePreview:
    """Keep what a file says of orders, not of buyers, and guess what its columns mean.

    Files of the organisation that nobody wrote within a day are forgotten.

    Raises:
        BadInput: the file cannot be read, or mapping or terms name what is not there.
    """
    file = new_file(data, filename, mapping=mapping or {}, wish=wish or TermsWish(), by=by, now=now)
    checked = check_file(file, strict=bool(mapping))
    old = OrderFile.objects.filter(organisation_id=by.org_id, state="ready")
    with transaction.atomic():
        old.filter(created_at__lt=now - KEPT_UNWRITTEN).delete()
        file.save()
    return _preview(file, checked)


def order_file_preview(*, file_id: int, by: Actor) -> OrderFilePreview:
    """A file as it stands, also while it is being written.

    Raises:
        NoSuchOrderFile: none of this id in the organisation.
    """
    file = file_of(by.org_id, file_id)
    return _preview(file, check_file(file))


def remap_order_file(
    *, file_id: int, mapping: Mapping[str, str | None], by: Actor, wish: TermsWish | None = None
) -> OrderFilePreview:
    """Give the columns, and the shop's clock and money, other meanings.

    Raises:
        NoSuchOrderFile, OrderFileClosed, NoSuchColumn, FieldTwice, FieldMissing, PlatformUnknown,
        ZoneUnknown, CurrencyUnknown: nothing was written.
    """
    with transaction.atomic():
        file = file_of(by.org_id, file_id, lock=True)
        if file.state != "ready":
            raise OrderFileClosed()
        sheet = unpacked(file)
        file.mapping = FIELDS.check(mapping, sheet.columns)
        terms = terms_of(file) if wish is None else settle_terms(sheet, **asdict(wish))
        take_terms(file, terms)
        file.save()
    return _preview(file, check_file(file))


def apply_order_file(
    *,
    file_id: int,
    by: Actor,
    now: dt.datetime,
    progress: Callable[[int, int], None] | None = None,
) -> OrderFileResult:
    """Write every good order, a transaction for each chunk; safe to repeat at any time.

    A file that stopped halfway goes on where it stopped. One whose content was written before,
    read in the same way, writes nothing. An order that is known is replaced as a whole.

    Args:
        progress: told (orders done, orders to do) after each chunk.

    Raises:
        NoSuchOrderFile, FieldMissing, TermsMissing, AmountNeeded: nothing was written.
    """
    file = file_of(by.org_id, file_id)
    first = _written_before(file)
    if first is not None:
        if first.state == "applying":
            apply_order_file(file_id=first.pk, by=by, now=now, progress=progress)
        return _repeated(file)
    checked = check_file(file, strict=True)
    try:
        done = _write_next(file, checked, by=by, now=now)
        while True:
            if progress is not None:
                progress(done.orders_done, len(checked.reading.orders))
            if done.state == "applied":
                return _result(done)
            done = _write_next(file, checked, by=by, now=now)
    except IntegrityError:
        # Somebody began with the same content between our look and our first chunk.
        if _written_before(file) is None:
            raise
        return apply_order_file(file_id=file_id, by=by, now=now, progress=progress)


def order_file_errors(*, file_id: int, kind: Literal["csv", "xlsx"], lang: str, by: Actor) -> bytes:
    """Every refused line as far as it was kept, with what to mend in a column of its own.

    Raises:
        NoSuchOrderFile: none of this id in the organisation.
    """
    checked = check_file(file_of(by.org_id, file_id))
    return problem_file(checked.sheet, checked.reading.errors, kind=kind, lang=lang)


@transaction.atomic
def _write_next(file: OrderFile, checked: CheckedFile, *, by: Actor, now: dt.datetime) -> OrderFile:
    """One chunk, or the end of the file; all who write files of an organisation take turns."""
    queue_for_files(file.organisation_id)
    row = file_of(file.organisation_id, file.pk, lock=True)
    if row.state == "applied":
        return row
    if row.fingerprint != file.fingerprint:
        raise OrderFileClosed()
    chunk = checked.reading.orders[row.orders_done : row.orders_done + CHUNK_ORDERS]
    row.state = "applying"
    written = write_orders(row, chunk) if chunk else Written()
    row.orders_done += len(chunk)
    row.created += written.created
    row.replaced += written.replaced
    row.unchanged += written.unchanged
    row.older += written.older
    if row.orders_done == len(checked.reading.orders):
        _close(row, checked, by=by, now=now)
    row.save()
    return row


def _close(row: OrderFile, checked: CheckedFile, *, by: Actor, now: dt.datetime) -> None:
    reading = checked.reading
    row.state, row.applied_at = "applied", now
    row.refused, row.repeats = reading.refused, reading.repeats
    row.days = {day.isoformat(): astuple(figures) for day, figures in reading.days.items()}
    row.kept = packed(only_mapped(checked.sheet, checked.mapping))
    row.mapping = {column: target for column, target in checked.mapping.items() if target}
    fact = OrderFileApplied(
        file_id=row.pk, platform=row.platform, shop=row.shop, currency=row.currency,
        sha256=row.sha256, rows=row.rows, orders=len(reading.orders), created=row.created,
        replaced=row.replaced, unchanged=row.unchanged, refused=row.refused, repeats=row.repeats,
        older=row.older,
        total_minor=sum(order.total_minor for order in reading.orders),
        paid_minor=sum(order.paid_minor for order in reading.orders),
        refund_minor=sum(order.refund_minor for order in reading.orders),
    )  # fmt: skip
    append(fact, at=now, org_id=row.organisation_id, actor=by)


def _written_before(file: OrderFile) -> OrderFile | None:
    same = OrderFile.objects.filter(
        organisation_id=file.organisation_id,
        fingerprint=file.fingerprint,
        state__in=["applying", "applied"],
    )
    return same.exclude(pk=file.pk).first()


def _repeated(file: OrderFile) -> OrderFileResult:
    with transaction.atomic():
        row = file_of(file.organisation_id, file.pk, lock=True)
        first = _written_before(row)
        assert first is not None
        row.state = "repeat"
        row.unchanged = first.created + first.replaced + first.unchanged + first.older
        row.refused, row.repeats, row.days = first.refused, first.repeats, first.days
        row.kept = packed(only_mapped(unpacked(row), row.mapping))
        row.mapping = {column: target for column, target in row.mapping.items() if target}
        row.save()
    return _result(row)


def _result(row: OrderFile) -> OrderFileResult:
    return OrderFileResult(
        rows=row.rows, orders=row.created + row.replaced + row.unchanged + row.older,
        created=row.created, older=row.older,
        replaced=row.replaced, unchanged=row.unchanged, refused=row.refused, repeats=row.repeats,
        already=row.state == "repeat",
    )  # fmt: skip


def _preview(file: OrderFile, checked: CheckedFile) -> OrderFilePreview:
    columns, reading = checked.sheet.columns, checked.reading
    return OrderFilePreview(
        id=file.pk or 0, filename=file.filename, platform=file.platform, shop=file.shop,
        zone=file.zone, currency=file.currency, columns=columns, left_out=tuple(file.left_out),
        mapping=checked.mapping,
        fields=tuple(
            OrderField(field.name, field.label_zh, field.label_en, field.required)
            for field in FIELDS.all
        ),
        rows=len(checked.sheet.lines), orders_ok=len(reading.orders), refused=reading.refused,
        repeats=reading.repeats, errors=tuple(reading.errors[:ERRORS_SHOWN]),
        errors_total=len(reading.errors),
        sample=tuple(
            tuple(cell_text(cell)[:SAMPLE_CHARS] for cell in line.cells[: len(columns)])
            for line in checked.sheet.lines[:SAMPLE_ROWS]
        ),
        state=file.state, orders_done=file.orders_done, told_at=told_at(file),
        exported_from=file.exported_from if file.zone else "",
        has_changed_at="changed_at" in checked.mapping.values(),
        older=count_older(file, reading.orders) if file.state == "ready" else file.older,
    )  # fmt: skip
