"""Fan tiers: the plan set, deeds counted into points, a tier given by the desk or taken back.

The plan's row lock is the queue of them all, so that no two count one viewer at a time.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from django.db import transaction
from django.db.models import Count, Sum

from kaibo.audience.errors.fans import FanTierNotGiven, NoFanPlan, NoSuchFan
from kaibo.audience.models import FanPlan, FanPoints, FanStanding, FanStep, Follow, Viewer
from kaibo.audience.reads.fans import FanPlanView, FanView, fan_of, plan_view, terms_of
from kaibo.audience.rules.fans import (
    REASON_CHARS_MAX,
    FanTerms,
    Source,
    Why,
    check_fan_change,
    check_fan_terms,
    order_points,
    place_of,
    points_kept,
    watch_points,
)
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole, clean_text
from kaibo.facts.audience import (
    FanChange,
    FanCount,
    FanPlanSet,
    FanPointsCounted,
    FanTiersChanged,
)
from kaibo.facts.base import Fact
from kaibo.insight.reads import watched_by_all
from kaibo.journal.actions import append

AT_ONCE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Deed:
    """What one viewer did; with its ``ref`` it counts once."""

    viewer_id: int
    ref: str
    amount: int
    points: int


@transaction.atomic
def set_fan_plan(*, terms: FanTerms, by: Actor, now: dt.datetime) -> FanPlanView:
    """Publish the shop's fan tiers, or change them in the fans' favour. Safe to repeat.

    Who follows already gets the points of a follow; everybody's tier is judged anew. What was
    earned before the plan was first set is not counted.

    Raises:
        NumberOutOfRange, TextMissing and their kin, FanTiersCannotBe: the terms have no meaning.
        FanTermsStand: against those who have points. Nothing was written in any of these cases.
    """
    terms = check_fan_terms(terms)
    stored = json.loads(msgspec.json.encode(terms))
    fresh = {"version": 0, "terms": stored, "begun_at": now, "set_at": now}
    FanPlan.objects.get_or_create(organisation_id=by.org_id, defaults=fresh)
    plan = _lock(by.org_id)
    if plan.version and plan.terms == stored:
        return plan_view(plan)
    if FanStanding.objects.filter(organisation_id=by.org_id).exists():
        check_fan_change(terms_of(plan), terms)
    plan.version, plan.terms, plan.set_at = plan.version + 1, stored, now
    plan.save(update_fields=["version", "terms", "set_at"])
    _tell(plan, FanPlanSet(version=plan.version, terms=stored), by=by, now=now)
    _judge_all(plan, by=by, now=now)
    followers = Follow.objects.filter(viewer__organisation_id=by.org_id).order_by("viewer_id")
    for ids in _pieces(followers.values_list("viewer_id", flat=True)):
        _count_follows(plan, ids, now=now)
    return plan_view(plan)


@transaction.atomic
def give_fan_tier(
    *, viewer_id: int, place: int, reason: str, by: Actor, now: dt.datetime
) -> FanView:
    """Give a viewer a tier by hand, until it is taken back; the higher of this and the earned one
    counts.

    Raises:
        NoFanPlan, NoSuchFan, NumberOutOfRange: as they say. TextMissing, TextTooLong: the
            reason. Nothing was written in any of these cases.
    """
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    plan = _lock(by.org_id)
    check_whole("place", place, least=1, most=len(terms_of(plan).tiers))
    _give(plan, viewer_id, place, why="given", reason=why, by=by, now=now)
    return fan_of(viewer_id, org_id=by.org_id)


@transaction.atomic
def take_fan_tier_back(*, viewer_id: int, reason: str, by: Actor, now: dt.datetime) -> FanView:
    """Take back what the desk gave; what was earned stays, and so does every order.

    Raises:
        NoFanPlan, NoSuchFan, FanTierNotGiven: as they say. TextMissing, TextTooLong: the
            reason. Nothing was written in any of these cases.
    """
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    plan = _lock(by.org_id)
    _give(plan, viewer_id, 0, why="taken_back", reason=why, by=by, now=now)
    return fan_of(viewer_id, org_id=by.org_id)


@transaction.atomic
def count_fan_follow(*, viewer_id: int, org_id: int, now: dt.datetime) -> None:
    """A viewer followed or stopped: their points are those of what holds now. Safe to repeat."""
    if (plan := _plan(org_id, at=now)) is not None:
        _count_follows(plan, [viewer_id], now=now)


@transaction.atomic
def count_fan_order(
    *, viewer_id: int, order_no: str, paid_fen: int, org_id: int, now: dt.datetime
) -> None:
    """An order was paid. Safe to repeat."""
    if (plan := _plan(org_id, at=now)) is not None:
        points = order_points(terms_of(plan), paid_fen)
        deed = _Deed(viewer_id, order_no, paid_fen, points)
        _count(plan, "order", [deed], about=order_no, now=now)


@transaction.atomic
def count_fan_refund(
    *, viewer_id: int, order_no: str, refunded_fen: int, ref: str, org_id: int, now: dt.datetime
) -> None:
    """Money of an order went back, and with it its part of the points. Safe to repeat.

    Args:
        ref: what makes this refund one: the number of its entry in the journal.
    """
    if (plan := _plan(org_id, at=now)) is None:
        return
    mine = FanPoints.objects.filter(viewer_id=viewer_id, organisation_id=org_id, about=order_no)
    paid = mine.filter(source="order").first()
    if paid is None or mine.filter(source="refund", ref=ref).exists():
        return
    backs = mine.filter(source="refund").aggregate(fen=Sum("amount"), points=Sum("points"))
    gone = (backs["fen"] or 0) + refunded_fen
    kept = points_kept(paid.points, paid_fen=paid.amount, refunded_fen=gone)
    deed = _Deed(viewer_id, ref, refunded_fen, kept - paid.points - (backs["points"] or 0))
    _count(plan, "refund", [deed], about=order_no, now=now)


def count_fan_watch(*, show_id: int, org_id: int, now: dt.datetime) -> None:
    """A show ended: who follows gets points for the minutes they watched. Safe to repeat."""
    found = FanPlan.objects.filter(organisation_id=org_id, begun_at__lte=now).first()
    if found is None or not terms_of(found).minute_points:
        return
    seconds = watched_by_all(show_id, org_id=org_id)
    for ids in _pieces(sorted(seconds)):
        with transaction.atomic():
            plan = _lock(org_id)
            terms, ref = terms_of(plan), str(show_id)
            follow = Follow.objects.filter(viewer_id__in=ids).values_list("viewer_id", flat=True)
            deeds = [
                _Deed(id, ref, seconds[id], watch_points(terms, seconds[id]))
                for id in follow.order_by("viewer_id")
            ]
            _count(plan, "watch", deeds, about=ref, now=now)


def _count_follows(plan: FanPlan, viewer_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Bring the points of these viewers' follows to what holds now."""
    ids, each = list(viewer_ids), terms_of(plan).follow_points
    rows = FanPoints.objects.filter(viewer_id__in=ids, source__in=("follow", "unfollow"))
    had = {
        viewer_id: (times, points)
        for viewer_id, times, points in rows.order_by()
        .values_list("viewer_id")
        .annotate(Count("pk"), Sum("points"))
    }
    follows = Follow.objects.filter(viewer_id__in=ids).values_list("viewer_id", flat=True)
    followers, come, gone = set(follows), [], []
    for id in ids:
        times, points = had.get(id, (0, 0))
        if id in followers and not points:
            come.append(_Deed(id, str(times), 1, each))
        elif id not in followers and points:
            gone.append(_Deed(id, str(times), 1, -points))
    _count(plan, "follow", come, about="", now=now)
    _count(plan, "unfollow", gone, about="", now=now)


def _count(
    plan: FanPlan, source: Source, deeds: Sequence[_Deed], *, about: str, now: dt.datetime
) -> None:
    """Count deeds that were not counted, one a viewer; the caller holds the plan's lock."""
    org_id, ids = plan.organisation_id, [deed.viewer_id for deed in deeds if deed.points]
    known = set(
        Viewer.objects.filter(pk__in=ids, organisation_id=org_id).values_list("pk", flat=True)
    )
    done = FanPoints.objects.filter(viewer_id__in=ids, source=source)
    counted = set(done.values_list("viewer_id", "ref"))
    fresh = [d for d in deeds if d.viewer_id in known and d.points]
    fresh = [d for d in fresh if (d.viewer_id, d.ref) not in counted]
    if not fresh:
        return
    FanPoints.objects.bulk_create(
        FanPoints(
            organisation_id=org_id,
            viewer_id=deed.viewer_id,
            source=source,
            ref=deed.ref,
            about=about,
            amount=deed.amount,
            points=deed.points,
            version=plan.version,
            at=now,
        )
        for deed in fresh
    )
    rows = _standings(plan, [deed.viewer_id for deed in fresh], now=now)
    for deed in fresh:
        rows[deed.viewer_id].points += deed.points
    FanStanding.objects.bulk_update(rows.values(), ["points"])
    fact = FanPointsCounted(
        source=source,
        about=about,
        version=plan.version,
        counts=[
            FanCount(deed.viewer_id, deed.amount, deed.points, rows[deed.viewer_id].points)
            for deed in fresh
        ],
    )
    _tell(plan, fact, by=SYSTEM(org_id), now=now)
    _judge(plan, rows.values(), why="points", by=SYSTEM(org_id), now=now)


def _judge_all(plan: FanPlan, *, by: Actor, now: dt.datetime) -> None:
    rows = FanStanding.objects.filter(organisation_id=plan.organisation_id).order_by("viewer_id")
    for some in _pieces(rows):
        _judge(plan, some, why="plan", by=by, now=now)


def _judge(
    plan: FanPlan, rows: Iterable[FanStanding], *, why: Why, by: Actor, now: dt.datetime
) -> None:
    """Bring what was earned to what the points reach."""
    terms = terms_of(plan)
    moved = [row for row in rows if row.earned != place_of(terms, row.points)]
    for row in moved:
        row.earned = place_of(terms, row.points)
    _move(plan, moved, why=why, reason="", by=by, now=now)


def _give(
    plan: FanPlan,
    viewer_id: int,
    place: int,
    *,
    why: Why,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> None:
    org_id = plan.organisation_id
    if (
        not 0 < viewer_id < 2**63
        or not Viewer.objects.filter(pk=viewer_id, organisation_id=org_id).exists()
    ):
        raise NoSuchFan(id=viewer_id)
    if not place and not FanStanding.objects.filter(viewer_id=viewer_id, given__gt=0).exists():
        raise FanTierNotGiven
    row = _standings(plan, [viewer_id], now=now)[viewer_id]
    if row.given == place:
        return
    row.given = place
    _move(plan, [row], why=why, reason=reason, by=by, now=now)


def _move(
    plan: FanPlan,
    rows: Sequence[FanStanding],
    *,
    why: Why,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> None:
    """Write and tell where these stand now that ``earned`` or ``given`` changed."""
    if not rows:
        return
    steps, changes = [], []
    for row in rows:
        before, row.place = row.place, max(row.earned, row.given)
        if before != row.place:
            row.since = now
        steps.append(
            FanStep(
                organisation_id=plan.organisation_id,
                viewer_id=row.viewer_id,
                before=before,
                after=row.place,
                why=why,
                reason=reason,
                points=row.points,
                version=plan.version,
                by=by.tag,
                at=now,
            )
        )
        told = FanChange(row.viewer_id, before, row.place, row.earned, row.given, row.points)
        changes.append(told)
    FanStanding.objects.bulk_update(rows, ["earned", "given", "place", "since"])
    FanStep.objects.bulk_create(steps)
    fact = FanTiersChanged(why=why, version=plan.version, changes=changes, reason=reason)
    _tell(plan, fact, by=by, now=now)


def _standings(
    plan: FanPlan, viewer_ids: Sequence[int], *, now: dt.datetime
) -> dict[int, FanStanding]:
    """The standings of these viewers, new ones too; the caller holds the plan's lock."""
    found = {row.viewer_id: row for row in FanStanding.objects.filter(viewer_id__in=viewer_ids)}
    new = [
        FanStanding(organisation_id=plan.organisation_id, viewer_id=id, since=now)
        for id in viewer_ids
        if id not in found
    ]
    FanStanding.objects.bulk_create(new)
    return found | {row.viewer_id: row for row in new}


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, so many at once as one fact may carry."""
    found = list(rows)
    return (found[first : first + AT_ONCE] for first in range(0, len(found), AT_ONCE))


def _plan(org_id: int, *, at: dt.datetime) -> FanPlan | None:
    """The plan under its lock, if it was there at a deed's moment."""
    rows = FanPlan.objects.select_for_update(no_key=True)
    return rows.filter(organisation_id=org_id, begun_at__lte=at).first()


def _lock(org_id: int) -> FanPlan:
    rows = FanPlan.objects.select_for_update(no_key=True)
    if (plan := rows.filter(organisation_id=org_id).first()) is None:
        raise NoFanPlan
    return plan


def _tell(plan: FanPlan, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=plan.organisation_id, actor=by)
