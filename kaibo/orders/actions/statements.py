"""A provider's statement that a person accepts: its fees and payouts are entered in the ledger."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.orders import StatementAccepted
from kaibo.journal.actions import append
from kaibo.orders.actions.sending import note_sent
from kaibo.orders.errors import NothingToAccept, StatementDiffers
from kaibo.orders.models import LedgerEntry, Statement
from kaibo.orders.reads import accepted as reads
from kaibo.orders.reads.accepted import StatementView
from kaibo.orders.reads.statements import Compared, Reconciliation, compared
from kaibo.orders.rules import REASON_CHARS_MAX
from kaibo.orders.rules.ledger import POSTINGS
from kaibo.orders.rules.statements import Ours, Theirs, charges


@transaction.atomic
def accept_statement(
    *,
    provider: str,
    data: bytes,
    by: Actor,
    now: dt.datetime,
    mapping: Mapping[str, str | None] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    fee_bp: int | None = None,
    reason: str = "",
) -> StatementView:
    """Enter the fees of the lines that agree with the ledger, and every payout to the bank.

    Each line is entered once by its number, in whatever files it comes again; one that differs
    is not, and is entered when a later acceptance finds that it agrees. A refund that went by
    bank and that the statement tells under our number went twice, and is entered so. Safe to
    repeat.

    Args:
        reason: why it is accepted although something differs; needed only then.

    Raises:
        BadInput, NoSuchProvider: as ``reads.reconcile``; nothing was written.
        StatementDiffers: something differs or cannot be read, and no reason is given; nothing was
            written.
        NothingToAccept: no line agrees and none is a payout; nothing was written.
    """
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    found = compared(
        by.org_id, provider=provider, data=data, mapping=mapping, since=since, until=until,
        fee_bp=fee_bp,
    )  # fmt: skip
    result = found.result
    if not result.agree and not said:
        raise StatementDiffers(count=len(result.differences), unread=result.preview.errors_total)
    if not found.agreed and not found.payouts and not found.doubted:
        raise NothingToAccept()
    digest = hashlib.sha256(data).hexdigest()
    row, is_new = _statement(result, digest, reason=said, by=by, now=now)
    before = row.entries.count()
    LedgerEntry.objects.bulk_create(_entries(row, found, now=now), ignore_conflicts=True)
    for refund_id in sorted(found.doubted):
        note_sent(refund_id, now=now)
    view = reads.statement_view(row)
    if is_new or view.entries > before:
        fact = StatementAccepted(
            statement_id=row.pk,
            provider=provider,
            sha256=row.sha256,
            since=row.since.isoformat(),
            until=row.until.isoformat(),
            entries=view.entries,
            fees_fen=view.fees_fen,
            fees_back_fen=view.fees_back_fen,
            payouts_fen=view.payouts_fen,
            reason=said,
        )
        append(fact, at=now, org_id=by.org_id, actor=by)
    return view


def _statement(
    result: Reconciliation, digest: str, *, reason: str, by: Actor, now: dt.datetime
) -> tuple[Statement, bool]:
    """The row of these bytes, and whether they are accepted for the first time."""
    return Statement.objects.get_or_create(
        organisation_id=by.org_id,
        provider=result.provider,
        sha256=digest,
        defaults={
            "since": result.since,
            "until": result.until,
            "lines": result.preview.rows_ok,
            "differences": len(result.differences),
            "unread": result.preview.errors_total,
            "reason": reason,
            "accepted_by": by.id,
            "accepted_at": now,
        },
    )


def _entries(row: Statement, found: Compared, *, now: dt.datetime) -> Iterator[LedgerEntry]:
    for line, ours in [*found.agreed, *((line, None) for line in found.payouts)]:
        for why, amount_fen in charges(line).items():
            yield _entry(row, line, ours, why, amount_fen, now=now)


def _entry(
    row: Statement, line: Theirs, ours: Ours | None, why: str, amount_fen: int, *, now: dt.datetime
) -> LedgerEntry:
    # One line in whatever file it stands, though two call the same payment by other numbers.
    number = line.number if ours is None else f"{ours.payment_id} {ours.refund_token}"
    said = f"{row.organisation_id} {row.provider} {line.kind} {number}"
    return LedgerEntry(
        organisation_id=row.organisation_id,
        at=now,
        order_id=None if ours is None else ours.order_id,
        payment_id=None if ours is None else ours.payment_id,
        statement=row,
        number=line.number[:80],
        why=why,
        debit=POSTINGS[why].debit.value,
        credit=POSTINGS[why].credit.value,
        amount_fen=amount_fen,
        key=f"{why}:{hashlib.sha256(said.encode()).hexdigest()[:40]}",
    )
