"""Corrections on air, from the wrong words to the last buyer that was told (LM-055).

直播电商监督管理办法第三十一条. Whatever is done to one is done under the lock of its row.
"""

import datetime as dt
from contextlib import suppress

from django.db import transaction
from django.db.models import F

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.reads import Hit
from kaibo.facts.base import Fact
from kaibo.facts.promises import (
    CorrectionMade,
    CorrectionOpened,
    CorrectionOverdue,
    CorrectionSaid,
    CorrectionShown,
    CorrectionWithdrawn,
)
from kaibo.journal.actions import append
from kaibo.orders.actions import notify_orders
from kaibo.promises.errors import CorrectionOver, NoSuchCorrection
from kaibo.promises.models import Correction, Promise, Utterance
from kaibo.promises.reads import CorrectionView, correction_view
from kaibo.promises.rules.corrections import (
    CORRECTION,
    SHOWN_FOR,
    WORDS_CHARS_MAX,
    Done,
    due_at,
    severity_of,
    words_for_finding,
    words_for_promise,
)
from kaibo.promotions.actions import lift_stop, stop_link
from kaibo.promotions.errors import NoSuchLink

OVERDUE_AT_ONCE_MAX = 200
# What these find is a matter of price and stock, and stands in the ledger beside the setting.
_LEDGERED = frozenset({"C6", "C11"})


def open_for_promise(row: Promise, *, now: dt.datetime) -> None:
    """Open the correction of a promise that differs; one that is open for the same stands.

    The caller's transaction wrote the promise.
    """
    same = Correction.objects.filter(
        show_id=row.show_id, link_no=row.link_no, kind=row.kind, state="open"
    )
    if same.filter(wrong=row.words).exists():
        return
    right_zh, right_en = words_for_promise(
        row.link_no, row.words, row.configured_zh, row.configured_en
    )
    _open(
        Correction(
            organisation_id=row.organisation_id,
            show_id=row.show_id,
            promise=row,
            link_no=row.link_no,
            kind=row.kind,
            severity=severity_of(row.kind),
            wrong=row.words,
            right_zh=right_zh,
            right_en=right_en,
            since_at=row.said_at,
        ),
        now=now,
    )


def open_for_finding(finding_id: int, hit: Hit, row: Utterance, *, now: dt.datetime) -> None:
    """Open the correction of words that broke a rule on air, if they are grave; once while open.

    What promises a price or units is corrected against the setting instead.
    """
    if hit.verdict != "violation" or hit.severity not in ("S1", "S2") or hit.family in _LEDGERED:
        return
    wrong = hit.matched[:WORDS_CHARS_MAX]
    open_ones = Correction.objects.filter(show_id=row.show_id, state="open", promise=None)
    if open_ones.filter(wrong=wrong, link_no=row.link_no).exists():
        return
    right_zh, right_en = words_for_finding(row.link_no, wrong)
    _open(
        Correction(
            organisation_id=row.organisation_id,
            show_id=row.show_id,
            finding_id=finding_id,
            link_no=row.link_no,
            kind="rule",
            severity=hit.severity,
            wrong=wrong,
            right_zh=right_zh,
            right_en=right_en,
            since_at=row.began_at,
        ),
        now=now,
    )


def heard_right(row: Promise, *, now: dt.datetime) -> None:
    """The host said what is so: of open corrections of the same kind and link that part is done."""
    rows = Correction.objects.select_for_update().filter(
        show_id=row.show_id,
        link_no=row.link_no,
        kind=row.kind,
        state="open",
        said_at=None,
        since_at__lt=row.said_at,
    )
    for one in rows.order_by("pk"):
        _say(one, utterance_id=row.source_id, by=SYSTEM(row.organisation_id), now=now)


@transaction.atomic
def show_correction(
    *,
    id: int,
    by: Actor,
    now: dt.datetime,
    right_zh: str | None = None,
    right_en: str | None = None,
) -> CorrectionView:
    """Put a correction on every viewer's screen, and tell the buyers of the time between.

    Every order of the link that was placed since the wrong words gets a notice with the choice to
    keep it or to have the money back. Safe to repeat.

    Args:
        right_zh, right_en: the words to show; None: as they were proposed.

    Raises:
        NoSuchCorrection, CorrectionOver, TextMissing, TextTooLong, TextUnreadable: nothing was
            written.
    """
    words_zh, words_en = _words("right_zh", right_zh), _words("right_en", right_en)
    row = _lock(id, by.org_id)
    if row.shown_at is not None:
        return correction_view(row)
    _check_open(row)
    row.right_zh, row.right_en = words_zh or row.right_zh, words_en or row.right_en
    row.shown_at = now
    row.orders_told = notify_orders(
        org_id=row.organisation_id,
        show_id=row.show_id,
        link_no=row.link_no,
        since=row.since_at,
        correction_id=row.pk,
        text_zh=row.right_zh,
        text_en=row.right_en,
        now=now,
    )
    row.save(update_fields=["right_zh", "right_en", "shown_at", "orders_told"])
    fact = CorrectionShown(
        correction_id=row.pk,
        link_no=row.link_no,
        right_zh=row.right_zh,
        right_en=row.right_en,
        until_at=now + SHOWN_FOR,
        orders=row.orders_told,
    )
    _tell(row, fact, by=by, now=now)
    _make_if_done(row, by=by, now=now)
    return correction_view(row)


@transaction.atomic
def say_correction(*, id: int, by: Actor, now: dt.datetime) -> CorrectionView:
    """The host said it. Safe to repeat.

    Raises:
        NoSuchCorrection, CorrectionOver: nothing was written.
    """
    row = _lock(id, by.org_id)
    if row.said_at is None:
        _check_open(row)
        _say(row, utterance_id=None, by=by, now=now)
    return correction_view(row)


@transaction.atomic
def withdraw_correction(*, id: int, reason: str, by: Actor, now: dt.datetime) -> CorrectionView:
    """Decide that nothing has to be corrected, and say why; a stopped link sells again.

    Raises:
        NoSuchCorrection, CorrectionOver, TextMissing, TextTooLong, TextUnreadable: nothing was
            written.
    """
    why = clean_text("reason", reason, chars_max=WORDS_CHARS_MAX, required=True)
    row = _lock(id, by.org_id)
    if row.state == "withdrawn":
        return correction_view(row)
    _check_open(row)
    row.state, row.reason, row.over_at = CORRECTION.after(row.state, "withdraw"), why, now
    row.save(update_fields=["state", "reason", "over_at"])
    fact = CorrectionWithdrawn(correction_id=row.pk, link_no=row.link_no, reason=why)
    _tell(row, fact, by=by, now=now)
    _sell_again(row, now=now)
    return correction_view(row)


def stop_overdue(*, now: dt.datetime) -> int:
    """Stop the links of corrections that were not made in time, until they are.

    Looked at again each time, so that a flash sale that starts later on the link stops too.

    Returns:
        How many corrections became overdue now; at most 200 are looked at.
    """
    # Those that just became overdue first: however many wait, none of them keeps a new one on sale.
    due = Correction.objects.filter(state="open", due_at__lte=now).order_by(
        F("overdue_at").desc(nulls_first=True), "due_at"
    )
    found = 0
    for id in list(due.values_list("pk", flat=True)[:OVERDUE_AT_ONCE_MAX]):
        with transaction.atomic():
            row = Correction.objects.select_for_update().filter(pk=id, state="open").first()
            if row is not None:
                found += _stop(row, now=now)
    return found


def _words(field: str, text: str | None) -> str:
    if text is None:
        return ""
    return clean_text(field, text, chars_max=WORDS_CHARS_MAX, required=True)


def _open(row: Correction, *, now: dt.datetime) -> None:
    row.opened_at, row.due_at = now, due_at(row.severity, opened_at=now)
    row.save()
    fact = CorrectionOpened(
        correction_id=row.pk,
        promise_id=row.promise_id,
        finding_id=row.finding_id,
        link_no=row.link_no,
        severity=row.severity,
        wrong=row.wrong,
        right_zh=row.right_zh,
        right_en=row.right_en,
        due_at=row.due_at,
    )
    _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)


def _say(row: Correction, *, utterance_id: int | None, by: Actor, now: dt.datetime) -> None:
    row.said_at = now
    row.save(update_fields=["said_at"])
    fact = CorrectionSaid(correction_id=row.pk, utterance_id=utterance_id)
    _tell(row, fact, by=by, now=now)
    _make_if_done(row, by=by, now=now)


def _make_if_done(row: Correction, *, by: Actor, now: dt.datetime) -> None:
    done = Done(said=row.said_at is not None, shown=row.shown_at is not None)
    if not done.is_made:
        return
    row.state, row.over_at = CORRECTION.after(row.state, "make"), now
    row.save(update_fields=["state", "over_at"])
    _tell(row, CorrectionMade(correction_id=row.pk, link_no=row.link_no), by=by, now=now)
    _sell_again(row, now=now)


def _stop(row: Correction, *, now: dt.datetime) -> bool:
    is_new = row.overdue_at is None
    if is_new:
        row.overdue_at = now
        row.save(update_fields=["overdue_at"])
        fact = CorrectionOverdue(correction_id=row.pk, link_no=row.link_no)
        _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)
    if row.link_no is not None:
        with suppress(NoSuchLink):
            stop_link(org_id=row.organisation_id, show_id=row.show_id, link_no=row.link_no, now=now)
    return is_new


def _sell_again(row: Correction, *, now: dt.datetime) -> None:
    """Lift the stop of the link, unless another overdue correction keeps it."""
    if row.overdue_at is None or row.link_no is None:
        return
    others = Correction.objects.filter(
        show_id=row.show_id, link_no=row.link_no, state="open", overdue_at__isnull=False
    )
    if not others.exists():
        lift_stop(org_id=row.organisation_id, show_id=row.show_id, link_no=row.link_no, now=now)


def _lock(id: int, org_id: int) -> Correction:
    rows = Correction.objects.select_for_update().filter(organisation_id=org_id, pk=id)
    row = rows.first()
    if row is None:
        raise NoSuchCorrection(id=id)
    return row


def _check_open(row: Correction) -> None:
    if row.state != "open":
        raise CorrectionOver(state=row.get_state_display())


def _tell(row: Correction, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
