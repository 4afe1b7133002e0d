"""How a rights holder's notice ends: by time, by the holder, or by an outcome (LM-035)."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.catalog.actions import release_goods
from kaibo.facts.notices import InfringementEnded, NoticeFoundUnjust, SuitNoted
from kaibo.notices.actions.infringements import lock, move, tell, withhold
from kaibo.notices.errors import InfringementStateWrong
from kaibo.notices.models import Infringement
from kaibo.notices.reads.infringements import InfringementView, infringement_view
from kaibo.notices.rules.infringements import (
    DONE,
    TEXT_CHARS_MAX,
    UNJUST,
    WITHHOLDING,
    check_in_time,
)
from kaibo.notices.rules.unreachables import check_moment
from kaibo.planning.reads import live_shows
from kaibo.promotions.actions import TakenDown, reshelve

AT_ONCE_MAX = 200


@transaction.atomic
def note_suit(
    *, id: int, suit: str, known_at: dt.datetime, by: Actor, now: dt.datetime
) -> InfringementView:
    """The holder complained to an authority or went to court: the goods stay, or are again, off.

    Args:
        suit: where, under which number.
        known_at: when it became known here; what came in time may be written down late.

    Raises:
        SuitTooLate: the fifteen days were over by then (电子商务法 art. 43).
        NoSuchInfringement, InfringementStateWrong, BadInput, TextMissing, TextTooLong: nothing
            was written.
    """
    row = lock(id, org_id=by.org_id)
    row.suit = clean_text("suit", suit, chars_max=TEXT_CHARS_MAX, required=True)
    if row.state == "restored" and row.outcome:
        raise InfringementStateWrong(state=row.get_state_display())
    is_off = row.state in WITHHOLDING
    move(row, "sue", now=now)
    check_moment("known_at", known_at, now=now)
    if known_at < row.received_at:
        raise BadInput(field="known_at", why="不得早于通知 · not before the notice")
    check_in_time(known_at, row.restore_at)
    row.suit_known_at, row.ended_at = known_at, None
    if not is_off:
        withhold(row, by=by, now=now)
    row.save()
    fact = SuitNoted(infringement_id=row.pk, known_at=known_at, sku_ids=row.sku_ids)
    return tell(row, fact, by=by, now=now)


@transaction.atomic
def settle_infringement(
    *, id: int, is_upheld: bool, outcome: str, by: Actor, now: dt.datetime
) -> InfringementView:
    """Write down how it came out: the seller concedes, or an authority or court decided.

    Args:
        is_upheld: the goods stay off for good; otherwise they may be sold again.

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    row.outcome = clean_text("outcome", outcome, chars_max=TEXT_CHARS_MAX, required=True)
    kept = "concede" if row.state == "forwarded" else "uphold"
    move(row, kept if is_upheld else "clear", now=now)
    return _end(row, by=by, now=now)


@transaction.atomic
def withdraw_infringement(*, id: int, reason: str, by: Actor, now: dt.datetime) -> InfringementView:
    """The holder takes the notice back; the goods may be sold again.

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    row.outcome = clean_text("reason", reason, chars_max=TEXT_CHARS_MAX, required=True)
    move(row, "withdraw", now=now)
    return _end(row, by=by, now=now)


def restore_due_infringements(*, now: dt.datetime) -> int:
    """End the measures whose fifteen days are over without a suit (电子商务法 art. 43).

    Returns:
        How many; each in a transaction of its own, at most 200.
    """
    due = Infringement.objects.filter(state="waiting", restore_at__lte=now).order_by("restore_at")
    return sum(_restore(id, now=now) for id in list(due.values_list("pk", flat=True)[:AT_ONCE_MAX]))


@transaction.atomic
def find_unjust(
    *, id: int, kind: str, reason: str, by: Actor, now: dt.datetime
) -> InfringementView:
    """Write down that a notice was mistaken, or sent in bad faith (电子商务法 art. 42).

    Raises:
        NoSuchInfringement, BadInput, TextMissing, TextTooLong: nothing was written.
        InfringementStateWrong: it is not over, or was upheld.
    """
    if kind not in UNJUST:
        raise BadInput(field="kind", why=", ".join(UNJUST))
    row = lock(id, org_id=by.org_id)
    row.unjust_reason = clean_text("reason", reason, chars_max=TEXT_CHARS_MAX, required=True)
    if row.state not in DONE:
        raise InfringementStateWrong(state=row.get_state_display())
    if (row.unjust, row.unjust_by) == (kind, by.id):
        return infringement_view(row)
    row.unjust, row.unjust_by = kind, by.id
    row.save()
    return tell(row, NoticeFoundUnjust(infringement_id=row.pk, kind=kind), by=by, now=now)


@transaction.atomic
def _restore(id: int, *, now: dt.datetime) -> bool:
    row = Infringement.objects.select_for_update().get(pk=id)
    # A suit was noted while we came here.
    if row.state != "waiting" or row.restore_at is None or row.restore_at > now:
        return False
    move(row, "restore", now=now)
    _end(row, by=SYSTEM(row.organisation_id), now=now)
    return True


def _end(row: Infringement, *, by: Actor, now: dt.datetime) -> InfringementView:
    row.ended_at = now
    back = []
    if row.state != "upheld":
        free = release_goods(cause="infringement", case_id=row.pk, by=by, now=now)
        back = _reshelve(row, free, now=now)
    row.save()
    fact = InfringementEnded(infringement_id=row.pk, state=row.state, links=back)  # type: ignore[arg-type]  # one of its three ends
    return tell(row, fact, by=by, now=now)


def _reshelve(row: Infringement, free: list[int], *, now: dt.datetime) -> list[tuple[int, int]]:
    live = {show.id for show in live_shows() if show.org_id == row.organisation_id}
    links = [TakenDown(*one) for one in row.taken_down if one[0] in live]
    if not links or not free:
        return []
    back = reshelve(org_id=row.organisation_id, links=links, sku_ids=free, now=now)
    return [(one.show_id, one.link_no) for one in back]
