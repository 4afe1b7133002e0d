"""The grades of rooms, by day, with what they were made of."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import Max

from kaibo.base.times import shop_day
from kaibo.hosts import reads as hosts
from kaibo.patrol.models import Grade, KeyMark, Tally
from kaibo.patrol.rules import grades, sampling
from kaibo.patrol.rules.grades import Inputs, KeyWhy, Letter, Line

HISTORY_MAX: Final = 90


@dataclass(frozen=True, slots=True)
class GradeView:
    """A grade of one day. The points of ``score_lines`` and 100 are the score, at least 0.

    The lines are empty where the grade was made by a formula that is not in force any more.
    """

    on: dt.date
    formula: int
    letter: Letter
    before: str
    score: int
    score_lines: tuple[Line, ...]
    size: int
    size_lines: tuple[Line, ...]
    is_large: bool
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MarkView:
    """A person named these rooms key rooms, and why."""

    reason: str
    by_person: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class RoomStanding:
    """A host's rooms today. Without a grade yet they stand as with nothing against them."""

    host_id: int
    host_name: str
    letter: Letter
    key_whys: tuple[KeyWhy, ...]
    functions_off: tuple[grades.Function, ...]
    look_every_s: int
    grade: GradeView | None
    mark: MarkView | None


@dataclass(frozen=True, slots=True)
class Formula:
    """The formula as it is published: weights, thresholds, and what each grade may do."""

    number: int
    window_days: int
    score_max: int
    reached_at: dict[str, int]
    finding_costs: dict[str, int]
    stopped_costs: int
    size_steps: dict[str, tuple[tuple[int, int], ...]]
    large_from: int
    functions_off: dict[str, tuple[str, ...]]
    look_every_s: dict[str, int]
    look_every_key_s: int
    keep_times_key: int
    grade_weight: dict[str, int]
    key_weight: int
    rung_weight: dict[str, int]
    viewers_weight: tuple[tuple[int, int], ...]


def formula() -> Formula:
    """The formula in force, for everybody."""
    return Formula(
        number=grades.FORMULA,
        window_days=grades.WINDOW_DAYS,
        score_max=grades.SCORE_MAX,
        reached_at={str(one): points for one, points in grades.REACHED_AT.items()},
        finding_costs=grades.FINDING_COSTS,
        stopped_costs=grades.STOPPED_COSTS,
        size_steps=grades.SIZE_STEPS,
        large_from=grades.LARGE_FROM,
        functions_off={str(one): off for one, off in grades.FUNCTIONS_OFF.items()},
        look_every_s={
            letter: round(every.total_seconds()) for letter, every in grades.LOOK_EVERY.items()
        },
        look_every_key_s=round(grades.LOOK_EVERY_KEY.total_seconds()),
        keep_times_key=grades.KEEP_TIMES_KEY,
        grade_weight={str(one): weight for one, weight in sampling.GRADE_WEIGHT.items()},
        key_weight=sampling.KEY_WEIGHT,
        rung_weight=sampling.RUNG_WEIGHT,
        viewers_weight=sampling.VIEWERS_WEIGHT,
    )


def room_standings(org_id: int, *, now: dt.datetime) -> list[RoomStanding]:
    """Every host's rooms, the lowest score first."""
    names = {host.id: host.stage_name for host in hosts.hosts(org_id)}
    found = standings_of(org_id, set(names), now=now, names=names).values()
    return sorted(found, key=lambda one: one.grade.score if one.grade else grades.SCORE_MAX)


def room_standing(org_id: int, host_id: int, *, now: dt.datetime) -> RoomStanding:
    """The rooms of one host today; a grade older than its own window says nothing any more."""
    return standings_of(org_id, {host_id}, now=now)[host_id]


def standings_of(
    org_id: int,
    host_ids: Collection[int],
    *,
    now: dt.datetime,
    names: Mapping[int, str] | None = None,
) -> dict[int, RoomStanding]:
    """The rooms of these hosts today, in two questions however many they are."""
    oldest = shop_day(now) - dt.timedelta(days=grades.WINDOW_DAYS)
    mine = Grade.objects.filter(organisation_id=org_id, host_id__in=host_ids, on__gte=oldest)
    newest = mine.order_by().values("host_id").annotate(last=Max("pk")).values("last")
    held = {row.host_id: row for row in Grade.objects.filter(pk__in=newest)}
    named = KeyMark.objects.filter(organisation_id=org_id, host_id__in=host_ids, lifted_at=None)
    marks = {mark.host_id: mark for mark in named}
    return {
        id: _standing(id, (names or {}).get(id, ""), held.get(id), marks.get(id))
        for id in sorted(host_ids)
    }


def _standing(host_id: int, name: str, row: Grade | None, mark: KeyMark | None) -> RoomStanding:
    view = grade_view(row) if row is not None else None
    letter = view.letter if view else "A"
    whys = grades.key_whys(
        letter, is_large=view is not None and view.is_large, is_named=mark is not None
    )
    return RoomStanding(
        host_id=host_id,
        host_name=name,
        letter=letter,
        key_whys=whys,
        functions_off=grades.functions_off(letter),
        look_every_s=round(grades.look_every(letter, is_key=bool(whys)).total_seconds()),
        grade=view,
        mark=MarkView(mark.reason, mark.by_person, mark.at) if mark else None,
    )


def grade_history(org_id: int, host_id: int, *, most: int | None = HISTORY_MAX) -> list[GradeView]:
    """The grades of a host's rooms, the newest first; ``most`` None: all.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    hosts.host(org_id, host_id)
    rows = Grade.objects.filter(organisation_id=org_id, host_id=host_id).order_by("-on")
    return [grade_view(row) for row in rows[:most]]


def grade_view(row: Grade) -> GradeView:
    """A grade's row as a value; its lines are of the inputs kept, by the formula in force."""
    made = grades.grade(inputs_of(row)) if row.formula == grades.FORMULA else None
    return GradeView(
        on=row.on,
        formula=row.formula,
        letter=cast(Letter, row.letter),
        before=row.before,
        score=row.score,
        score_lines=made.score_lines if made else (),
        size=row.size,
        size_lines=made.size_lines if made else (),
        is_large=row.is_large,
        inputs=row.inputs,
    )


def inputs_of(row: Grade) -> Inputs:
    """What a grade was made of."""
    return Inputs(**row.inputs)


def tallied(show_ids: list[int]) -> dict[int, int]:
    """Visitors by show, of those that were tallied."""
    rows = Tally.objects.filter(show_id__in=show_ids)
    return dict(rows.values_list("show_id", "visitors"))
