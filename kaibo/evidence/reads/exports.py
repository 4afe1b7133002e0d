"""Packs and their custody, as frozen values."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from kaibo.access.reads import organisation, people_names
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.base.times import shop_time
from kaibo.evidence import custody
from kaibo.evidence.errors import NoSuchExport, PackNotReady
from kaibo.evidence.models import Export
from kaibo.evidence.rules.packs import PackHead

EXPORTS_SHOWN: Final = 200
_VERSIONS: Final = {"consumer": "消费者版 consumer", "authority": "监管版 authority"}
_KINDS: Final = {"show": "场次 show", "order": "订单 order"}


@dataclass(frozen=True, slots=True)
class DownloadView:
    """Through whose hands a pack went, and when."""

    person_id: int
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ExportView:
    """A pack as the desk lists it; ``items`` and ``byte_count`` grow while it is built."""

    id: int
    pack_id: str
    subject_kind: str
    subject_id: str
    show_id: int
    version: str
    reason: str
    recipient: str
    asked_by: int
    asked_by_name: str
    asked_at: dt.datetime
    state: str
    items: int
    byte_count: int
    root: str
    sha256: str
    fault: str
    built_at: dt.datetime | None
    downloads: list[DownloadView]


def exports(org_id: int, *, show_id: int | None = None) -> list[ExportView]:
    """The newest packs of an organisation, or of one of its shows and the show's orders."""
    rows = Export.objects.filter(organisation_id=org_id)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    return _views(rows.order_by("-pk")[:EXPORTS_SHOWN])


def export(org_id: int, id: int) -> ExportView:
    """One pack.

    Raises:
        NoSuchExport: none of this id in the organisation.
    """
    found = _views(Export.objects.filter(organisation_id=org_id, pk=id))
    if not found:
        raise NoSuchExport(id=id)
    return found[0]


def custody_sheet(org_id: int, id: int) -> bytes:
    """The sheet that goes with a finished pack: its digest, and everybody who took it.

    Raises:
        NoSuchExport: none of this id in the organisation.
        PackNotReady: there is no file yet, so no digest either.
    """
    view = export(org_id, id)
    if view.state != "ready":
        raise PackNotReady(state=view.state)
    head = PackHead(
        pack_id=view.pack_id,
        organisation_id=org_id,
        organisation=organisation(org_id).name,
        subject_kind=view.subject_kind,
        subject_id=view.subject_id,
        show_id=view.show_id,
        version=view.version,  # type: ignore[arg-type]  # held to the two words by its choices
        reason=view.reason,
        recipient=view.recipient,
        exported_by=view.asked_by_name,
        asked_at_ms=_ms(view.asked_at),
        built_at_ms=_ms(view.built_at or view.asked_at),
    )
    rows = [
        *custody_rows(head),
        ("文件 SHA-256", "SHA-256 of the file", view.sha256),
        ("证据树根", "root of the tree", view.root),
        ("条目与字节", "items and bytes", f"{view.items} / {view.byte_count}"),
    ]
    return custody.sheet(rows, hands=[(one.person, one.at) for one in view.downloads])


def custody_rows(head: PackHead) -> list[tuple[str, str, str]]:
    """What a sheet says of a pack, inside it and beside it."""
    kind = _KINDS.get(head.subject_kind, head.subject_kind)
    return [
        ("证据包编号", "pack", head.pack_id),
        ("出具方", "made by", head.organisation),
        ("对象", "of", f"{kind} {head.subject_id}"),
        ("版本", "version", _VERSIONS[head.version]),
        ("导出人", "exported by", head.exported_by),
        ("申请时间", "asked at", _said(head.asked_at_ms)),
        ("生成时间", "built at", _said(head.built_at_ms)),
        ("原因", "reason", head.reason),
        ("接收方", "for", head.recipient),
    ]


def pack_path(row: Export) -> Path:
    """Where the pack of the row's newest try lies when it is finished."""
    return Path(settings.KAIBO_PACKS) / f"{row.pack_id}-{row.tries}.zip"


def every_export(org_id: int) -> Iterator[ExportView]:
    """All packs of an organisation, newest first."""
    rows = Export.objects.filter(organisation_id=org_id).order_by("-pk")
    for some in in_pieces(rows.prefetch_related("downloads").iterator(PIECE_ROWS)):
        yield from _of(some)


def _views(rows: "QuerySet[Export]") -> list[ExportView]:
    return _of(list(rows.prefetch_related("downloads")))


def _of(found: list[Export]) -> list[ExportView]:
    people = {row.asked_by for row in found}
    people |= {one.person_id for row in found for one in row.downloads.all()}
    names = people_names(people)
    return [
        ExportView(
            id=row.pk,
            pack_id=row.pack_id,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            show_id=row.show_id,
            version=row.version,
            reason=row.reason,
            recipient=row.recipient,
            asked_by=row.asked_by,
            asked_by_name=names.get(row.asked_by, f"#{row.asked_by}"),
            asked_at=row.asked_at,
            state=row.state,
            items=row.items,
            byte_count=row.byte_count,
            root=row.root,
            sha256=row.sha256,
            fault=row.fault,
            built_at=row.built_at,
            downloads=[
                DownloadView(one.person_id, names.get(one.person_id, f"#{one.person_id}"), one.at)
                for one in sorted(row.downloads.all(), key=lambda one: one.pk)
            ],
        )
        for row in found
    ]


def _ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)


def _said(at_ms: int) -> str:
    return shop_time(dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC))
