"""Reading the log, safely while others write."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from kaibo.base.trees import Levels
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal import rules
from kaibo.journal.models import Entry as EntryRow
from kaibo.journal.models import Head, Leaf


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log, in the order readers see it."""

    xid: int = 0
    id: int = 0


START = Position()
_GROWN = (
    f"SELECT 1 FROM {EntryRow._meta.db_table} WHERE xid > %s"
    f" UNION ALL SELECT 1 FROM {EntryRow._meta.db_table} WHERE xid = %s AND id > %s LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact with its place, time and doer."""

    position: Position
    id: int
    tag: str
    fact: Fact
    at: dt.datetime
    org_id: int
    show_id: int | None
    actor: str


def read(after: Position = START, *, limit: int = 500, show_id: int | None = None) -> list[Entry]:
    """Facts after a position, oldest first, none ever skipped by a later call.

    Ids are not commit order: a transaction may take id 1 and commit after the one that took 2.
    On PostgreSQL only rows of transactions older than every running one are shown, in the order
    of (transaction, id); a row seen later therefore always sorts later.
    """
    assert 1 <= limit <= 10_000
    if not _has_grown(after):
        return []
    rows = settled(EntryRow.objects.all())
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    return [_entry(row) for row in rows_after(rows, after, limit=limit)]


def rows_after(rows: "QuerySet[EntryRow]", after: Position, *, limit: int) -> list[EntryRow]:
    """Of some rows the first ``limit`` after a position, in the order readers see them.

    Two ranges of one index: as one condition SQLite would walk the journal from its start.
    """
    found = list(rows.filter(xid=after.xid, id__gt=after.id).order_by("id")[:limit])
    if len(found) < limit:
        later = rows.filter(xid__gt=after.xid).order_by("xid", "id")
        found += later[: limit - len(found)]
    return found


def _has_grown(after: Position) -> bool:
    """Whether anything lies after a position, settled or not.

    Rooms ask five times a second and mostly hear no: that must not cost a query's making.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, (after.xid, after.xid, after.id))
        return cursor.fetchone() is not None


def last_position() -> Position:
    """The place of the newest readable fact."""
    row = settled(EntryRow.objects.all()).order_by("-xid", "-id").first()
    return Position(row.xid, row.id) if row else START


def facts_of_show(show_id: int, kinds: Sequence[type[Fact]] | None = None) -> list[Entry]:
    """Every fact of a show in order, or those of some kinds."""
    rows = settled(EntryRow.objects.filter(show_id=show_id))
    if kinds is not None:
        rows = rows.filter(tag__in=[registry.tag_of(kind) for kind in kinds])
    return [_entry(row) for row in rows.order_by("xid", "id")]


def was_told(kind: type[Fact], *, org_id: int, show_id: int) -> bool:
    """Whether an organisation told a fact of this kind of a show, unsettled ones included."""
    rows = EntryRow.objects.filter(
        show_id=show_id, organisation_id=org_id, tag=registry.tag_of(kind)
    )
    return rows.exists()


def settled(rows: "QuerySet[EntryRow]") -> "QuerySet[EntryRow]":
    """Only rows before which no other row can still appear."""
    if connection.vendor != "postgresql":
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest_running,) = cursor.fetchone()
    return rows.filter(xid__lt=oldest_running)


def evidence(show_id: int) -> Iterator[dict[str, Any]]:
    """The sealed log of a show as JSON values, one a line, for ``kaibo verify``.

    First the signed heads, then every leaf with its entry and digest. Unsealed facts (of the
    last second or so) are left out.
    """
    heads = Head.objects.filter(show_id=show_id).order_by("size")
    for head in heads:
        yield _head_line(head)
    leaves = Leaf.objects.filter(show_id=show_id).order_by("index").select_related("entry")
    for leaf in leaves.iterator(chunk_size=1_000):
        yield {
            "kind": "leaf",
            "index": leaf.index,
            "digest": leaf.digest,
            "entry": leaf_value(leaf.entry),
        }


def _head_line(head: Head) -> dict[str, Any]:
    return {
        "kind": "head",
        "show_id": head.show_id,
        "size": head.size,
        "root": head.root,
        "at_ms": at_ms(head.at),
        "signature": head.signature,
    }


def proofs(show_id: int, wanted: Callable[[str, dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    """Some sealed facts of a show with their proofs, one a line: the newest head, then facts.

    Args:
        wanted: told a fact's tag and its body.

    Nothing else of the log is in it: a proof holds digests of other leaves only.
    """
    head = Head.objects.filter(show_id=show_id).order_by("-size").first()
    if head is None:
        return
    yield _head_line(head)
    leaves = Leaf.objects.filter(show_id=show_id, index__lt=head.size).order_by("index")
    digests = leaves.values_list("digest", flat=True).iterator(chunk_size=5_000)
    tree = Levels(bytes.fromhex(digest) for digest in digests)
    for leaf in leaves.select_related("entry").iterator(chunk_size=1_000):
        if wanted(leaf.entry.tag, json.loads(leaf.entry.body)):
            path = [step.hex() for step in tree.path(leaf.index)]
            entry = leaf_value(leaf.entry)
            yield {"kind": "fact", "index": leaf.index, "path": path, "entry": entry}


def check_lines(lines: Iterator[dict[str, Any]], public_key: Ed25519PublicKey) -> rules.Verdict:
    """Check the log of a show, whole (``evidence``) or in part (``proofs``); needs no database."""
    begin = list(islice(lines, 2))
    is_part = len(begin) < 2 or begin[1].get("kind") == "fact"
    check = rules.check_proofs if is_part else rules.check_evidence
    return check(chain(begin, lines), public_key)


def leaf_value(row: EntryRow) -> dict[str, Any]:
    """What is sealed of an entry."""
    return {
        "id": str(row.pk),
        "organisation_id": row.organisation_id,
        "show_id": row.show_id,
        "tag": row.tag,
        "body": row.body,
        "actor": row.actor,
        "at_ms": at_ms(row.at),
    }


def at_ms(at: dt.datetime) -> int:
    """Milliseconds since 1970, UTC."""
    return round(at.timestamp() * 1000)


def _entry(row: EntryRow) -> Entry:
    return Entry(
        position=Position(row.xid, row.pk),
        id=row.pk,
        tag=row.tag,
        fact=registry.decode(row.tag, row.body),
        at=row.at,
        org_id=row.organisation_id,
        show_id=row.show_id,
        actor=row.actor,
    )


def as_json(value: dict[str, Any]) -> bytes:
    """One line of an export."""
    return msgspec.json.encode(value)


def unsealed_shows() -> list[int]:
    """Shows with facts that no tree holds yet."""
    sealed = Leaf.objects.filter(entry_id=OuterRef("pk"))
    newest = (
        settled(EntryRow.objects.filter(show_id__isnull=False))
        .filter(~Exists(sealed))
        .values_list("show_id", flat=True)
        .distinct()
    )
    return [show_id for show_id in newest if show_id is not None]
