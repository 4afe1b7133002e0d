"""Decisions against hosts and the operator: whole or not at all, appealed, ended by themselves."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.compliance.errors import (
    NoSuchArticle,
    NoSuchFinding,
    NoSuchListing,
    NoSuchSanction,
    SanctionBySamePerson,
    SanctionStateWrong,
    SanctionUnfounded,
)
from kaibo.compliance.models import Finding, Listing, Sanction, SanctionFinding, ShowHost
from kaibo.compliance.reads.law import is_kept
from kaibo.compliance.reads.sanctions import SanctionView, sanction_view
from kaibo.compliance.rules.blacklist import HOLDING
from kaibo.compliance.rules.sanctions import (
    BY_LISTING,
    BY_TWO,
    HOLDING_SANCTION,
    MEASURES,
    PARTIES,
    SANCTION,
    Measure,
    check_fits,
    check_span,
    first_state,
    gravest,
)
from kaibo.facts.base import Fact
from kaibo.facts.compliance import (
    SanctionAnswered,
    SanctionAppealed,
    SanctionDecided,
    SanctionEnded,
    SanctionSeconded,
)
from kaibo.journal.actions import append

EVIDENCE_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionSpec:
    """A decision as it is made (直播电商监督管理办法 art. 12).

    ``host_id``: None against the operator. It rests on ``finding_ids``, or on the notice of an
    ``authority`` with its ``order_no``. ``listing_id``: the entry that carries out a blacklisting
    or a bar to register again.
    """

    who: str
    host_id: int | None
    name: str
    measure: str
    finding_ids: Collection[int]
    facts: str
    reason: str
    law: str
    article: str
    appeal_to: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    authority: str = ""
    order_no: str = ""
    listing_id: int | None = None


@transaction.atomic
def decide_sanction(*, spec: SanctionSpec, by: Actor, now: dt.datetime) -> SanctionView:
    """Order a measure for a term; closing an account waits for a second person.

    Raises:
        BadInput, TextMissing, TextTooLong: something is missing or has not its shape.
        NoSuchArticle: the rulebook does not carry the article it rests on.
        NoSuchFinding, NoSuchListing: not of this organisation.
        SanctionUnfounded: neither a finding that counts nor an authority's notice.
        SanctionTooHeavy: the findings do not weigh enough. Nothing was written.
    """
    measure = _measure(spec)
    check_span(spec.starts_at, spec.ends_at, now=now)
    if not is_kept(spec.law, spec.article):
        raise NoSuchArticle(law=spec.law[:60], article=spec.article[:20])
    is_ordered = bool(spec.authority.strip() or spec.order_no.strip())
    found = _evidence(spec.finding_ids, by=by)
    severity = gravest(one.severity for one in found)
    if not is_ordered:
        if severity is None:
            raise SanctionUnfounded()
        check_fits(measure, severity)
    row = Sanction.objects.create(
        organisation_id=by.org_id,
        who=spec.who,
        host_id=spec.host_id,
        name=clean_text("name", spec.name, chars_max=80, required=True),
        measure=measure,
        severity=severity or "",
        facts=clean_text("facts", spec.facts, chars_max=1000, required=True),
        reason=clean_text("reason", spec.reason, chars_max=500, required=True),
        law=spec.law,
        article=spec.article,
        appeal_to=clean_text("appeal_to", spec.appeal_to, chars_max=200, required=True),
        authority=clean_text("authority", spec.authority, chars_max=80, required=is_ordered),
        order_no=clean_text("order_no", spec.order_no, chars_max=80, required=is_ordered),
        listing=_listing(spec, measure, by=by, now=now),
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        state=first_state(measure),
        decided_by=by.id,
        decided_at=now,
    )
    SanctionFinding.objects.bulk_create(
        SanctionFinding(sanction=row, organisation_id=by.org_id, finding=one) for one in found
    )
    fact = SanctionDecided(
        sanction_id=row.pk,
        who=row.who,
        host_id=row.host_id,
        measure=row.measure,
        finding_ids=[one.pk for one in found],
        law=row.law,
        article=row.article,
        is_ordered=is_ordered,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_whole=measure not in BY_TWO,
    )
    return _told(row, fact, by=by, now=now)


@transaction.atomic
def confirm_sanction(*, sanction_id: int, by: Actor, now: dt.datetime) -> SanctionView:
    """Close an account as another asked; it holds from its start on.

    Raises:
        NoSuchSanction, SanctionStateWrong: nothing waits.
        SanctionBySamePerson: who asked cannot confirm. Nothing was written.
    """
    row = _lock(sanction_id, by=by)
    if by.id == row.decided_by:
        raise SanctionBySamePerson()
    if now >= row.ends_at:
        raise SanctionStateWrong(state=row.get_state_display())
    _move(row, "confirm")
    row.confirmed_by = by.id
    row.save()
    return _told(row, SanctionSeconded(sanction_id=row.pk, is_confirmed=True), by=by, now=now)


@transaction.atomic
def refuse_sanction(*, sanction_id: int, by: Actor, now: dt.datetime) -> SanctionView:
    """Do not close an account that somebody asked to close; who asked may take it back.

    Raises:
        NoSuchSanction, SanctionStateWrong: nothing was written.
    """
    row = _lock(sanction_id, by=by)
    _move(row, "refuse")
    row.save()
    return _told(row, SanctionSeconded(sanction_id=row.pk, is_confirmed=False), by=by, now=now)


@transaction.atomic
def appeal_sanction(*, sanction_id: int, appeal: str, by: Actor, now: dt.datetime) -> SanctionView:
    """Write an appeal down, once; the decision holds while it is looked at.

    Raises:
        NoSuchSanction, SanctionStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = _lock(sanction_id, by=by)
    text = clean_text("appeal", appeal, chars_max=1000, required=True)
    _move(row, "appeal")
    row.appeal, row.appealed_at = text, now
    row.save()
    return _told(row, SanctionAppealed(sanction_id=row.pk), by=by, now=now)


@transaction.atomic
def answer_sanction(
    *, sanction_id: int, is_upheld: bool, answer: str, by: Actor, now: dt.datetime
) -> SanctionView:
    """Answer an appeal with reasons; by nobody who decided or confirmed (LM-017).

    Args:
        is_upheld: the measure stays; otherwise it ends at once.

    Raises:
        NoSuchSanction, SanctionStateWrong, SanctionBySamePerson, TextMissing, TextTooLong:
            nothing was written.
    """
    row = _lock(sanction_id, by=by)
    text = clean_text("answer", answer, chars_max=1000, required=True)
    if by.id in (row.decided_by, row.confirmed_by):
        raise SanctionBySamePerson()
    _move(row, "uphold" if is_upheld else "lift")
    row.answer, row.answered_by, row.answered_at = text, by.id, now
    row.save()
    fact = SanctionAnswered(sanction_id=row.pk, is_upheld=is_upheld)
    return _told(row, fact, by=by, now=now)


@transaction.atomic
def end_due_sanctions(*, now: dt.datetime) -> int:
    """Release whose term is over, and drop what nobody confirmed by then. Returns how many."""
    due = Sanction.objects.filter(state__in=("asked", *HOLDING_SANCTION), ends_at__lte=now)
    rows = list(due.select_for_update().order_by("pk")[:500])
    for row in rows:
        _move(row, "end")
        row.save(update_fields=["state"])
        org_id = row.organisation_id
        append(SanctionEnded(sanction_id=row.pk), at=now, org_id=org_id, actor=SYSTEM(org_id))
    return len(rows)


def note_on_air(*, org_id: int, show_id: int, host_ids: Collection[int]) -> None:
    """Keep who was let on air in a show. Safe to repeat; runs inside the opening's transaction."""
    assert transaction.get_connection().in_atomic_block
    ShowHost.objects.bulk_create(
        [ShowHost(organisation_id=org_id, show_id=show_id, host_id=one) for one in host_ids],
        ignore_conflicts=True,
    )


def _measure(spec: SanctionSpec) -> Measure:
    if spec.who not in PARTIES:
        raise BadInput(field="who", why=", ".join(PARTIES))
    if (spec.host_id is not None) != (spec.who == "host"):
        raise BadInput(field="host_id", why="主播须选定，运营者须为空 · of a host, and only then")
    if spec.measure not in MEASURES:
        raise BadInput(field="measure", why=", ".join(MEASURES))
    return spec.measure


def _evidence(finding_ids: Collection[int], *, by: Actor) -> list[Finding]:
    wanted = set(finding_ids)
    if len(wanted) > EVIDENCE_MAX:
        raise BadInput(field="finding_ids", why=f"≤ {EVIDENCE_MAX}")
    # Locked, so that none is dismissed between being weighed and being kept.
    rows = Finding.objects.select_for_update().filter(organisation_id=by.org_id, pk__in=wanted)
    found = list(rows.order_by("pk"))
    if len(found) != len(wanted):
        raise NoSuchFinding()
    if any(one.state != "open" for one in found):
        raise SanctionUnfounded()
    return found


def _listing(
    spec: SanctionSpec, measure: Measure, *, by: Actor, now: dt.datetime
) -> Listing | None:
    if measure not in BY_LISTING:
        if spec.listing_id is not None:
            raise BadInput(field="listing_id", why=", ".join(BY_LISTING))
        return None
    if spec.listing_id is None:
        raise BadInput(field="listing_id", why="须先列入黑名单 · make the entry first")
    rows = Listing.objects.filter(organisation_id=by.org_id, pk=spec.listing_id)
    row = rows.filter(state__in=HOLDING, ends_at__gt=now).first()
    if row is None:
        raise NoSuchListing(id=spec.listing_id)
    if row.ends_at != spec.ends_at:
        raise BadInput(field="ends_at", why="须与黑名单期限一致 · the same as the entry's")
    return row


def _lock(sanction_id: int, *, by: Actor) -> Sanction:
    rows = Sanction.objects.select_for_update()
    row = rows.filter(organisation_id=by.org_id, pk=sanction_id).first()
    if row is None:
        raise NoSuchSanction(id=sanction_id)
    return row


def _move(row: Sanction, verb: str) -> None:
    if not SANCTION.may(row.state, verb):
        raise SanctionStateWrong(state=row.get_state_display())
    row.state = SANCTION.after(row.state, verb)


def _told(row: Sanction, fact: Fact, *, by: Actor, now: dt.datetime) -> SanctionView:
    append(fact, at=now, org_id=row.organisation_id, actor=by)
    return sanction_view(row, now=now)
