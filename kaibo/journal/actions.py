"""The writers of the log: append, follow, seal."""

import datetime as dt
from collections.abc import Callable, Sequence

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from kaibo.base.actor import Actor
from kaibo.base.trees import canonical, grow, leaf_digest, root_of
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal import edge, rules
from kaibo.journal.models import Cursor, Head, Leaf
from kaibo.journal.models import Entry as EntryRow
from kaibo.journal.reads import (
    Entry,
    Position,
    at_ms,
    leaf_value,
    read,
    rows_after,
    settled,
)

_log = structlog.get_logger(__name__)
# Every action ends here, so it is one plain statement: the number of the transaction comes from
# the database in the same trip. SQLite's writers queue, so there it may be 0 for all.
_INSERT = {
    vendor: f"INSERT INTO {EntryRow._meta.db_table}"
    " (xid, organisation_id, show_id, tag, body, actor, at)"
    f" VALUES ({xid}, %s, %s, %s, %s, %s, %s)"
    for vendor, xid in (("sqlite", "0"), ("postgresql", "pg_current_xact_id()::text::bigint"))
}


def append(
    fact: Fact, *, at: dt.datetime, org_id: int, actor: Actor, show_id: int | None = None
) -> None:
    """Tell a fact in the transaction that made it true.

    Args:
        at: aware, UTC; the moment of the action, not of the commit.
        show_id: the show it belongs to, if any.

    Outside a transaction it is a bug: a fact could then outlive a rollback.
    """
    append_all([(fact, actor)], at=at, org_id=org_id, show_id=show_id)


def append_all(
    told: Sequence[tuple[Fact, Actor]],
    *,
    at: dt.datetime,
    org_id: int,
    show_id: int | None = None,
) -> None:
    """Tell facts of one show, each with its doer, in this order, at the cost of one."""
    assert connection.in_atomic_block, "a fact is appended inside the action's transaction"
    assert at.tzinfo is not None
    moment = connection.ops.adapt_datetimefield_value(at)
    rows = [
        (
            org_id,
            show_id,
            registry.tag_of(type(fact)),
            registry.encode(fact).decode(),
            by.tag,
            moment,
        )
        for fact, by in told
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT[connection.vendor], rows)
    transaction.on_commit(lambda: edge.announce(show_id))


def follow(name: str, handler: Callable[[Entry], None], *, limit: int = 500) -> int:
    """Give a handler every fact once, in order, from where it stopped.

    The cursor moves in the handler's own transaction, so a crash repeats nothing that was
    committed; a handler must still be safe to repeat. A handler that raises stops the run at
    that fact: it is logged and tried again at the next call, and nothing after it is skipped.

    Returns:
        How many facts were handled.
    """
    at = _cursor(name)
    if not read(at, limit=1):
        return 0
    handled = 0
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().get_or_create(name=name)[0]
        for entry in read(Position(cursor.xid, cursor.entry_id), limit=limit):
            try:
                with transaction.atomic():
                    handler(entry)
            except Exception:
                _log.exception("follower_stopped", follower=name, entry=entry.id, tag=entry.tag)
                break
            cursor.xid, cursor.entry_id = entry.position.xid, entry.position.id
            handled += 1
        cursor.save()
    return handled


def seal(show_id: int, *, key: Ed25519PrivateKey, now: dt.datetime, limit: int = 5_000) -> int:
    """Fold a show's new facts into its tree and sign the head.

    Returns:
        How many facts were sealed; nothing is written when there are none.

    Source: RFC 6962 §2 (tree), RFC 8785 (canonical form).
    """
    with transaction.atomic():
        # The newest head is the lock: two sealers queue on it, and the unique place of a leaf
        # refuses the second if there is no head yet.
        head = Head.objects.select_for_update().filter(show_id=show_id).order_by("-size").first()
        size = head.size if head else 0
        peaks = [bytes.fromhex(peak) for peak in head.peaks] if head else []
        after = Position()
        if size:
            last = Leaf.objects.select_related("entry").get(show_id=show_id, index=size - 1).entry
            after = Position(last.xid, last.pk)
        rows = settled(EntryRow.objects.filter(show_id=show_id))
        new = rows_after(rows, after, limit=limit)
        if not new:
            return 0
        digests = [leaf_digest(canonical(leaf_value(row))) for row in new]
        Leaf.objects.bulk_create(
            Leaf(show_id=show_id, index=size + i, entry=row, digest=digest.hex())
            for i, (row, digest) in enumerate(zip(new, digests, strict=True))
        )
        peaks, size = grow(peaks, size, digests)
        root = root_of(peaks)
        statement = rules.head_statement(show_id=show_id, size=size, root=root, at_ms=at_ms(now))
        Head.objects.create(
            show_id=show_id,
            size=size,
            root=root.hex(),
            peaks=[peak.hex() for peak in peaks],
            at=now,
            signature=key.sign(statement).hex(),
        )
    return len(new)


def _cursor(name: str) -> Position:
    row = Cursor.objects.filter(name=name).first()
    return Position(row.xid, row.entry_id) if row else Position()
