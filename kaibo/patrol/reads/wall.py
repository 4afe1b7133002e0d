"""The patrol wall: every room on air by risk, who is on duty, and what was seen."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Max

from kaibo.access.reads import people_names
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.compliance.reads import rungs_of_shows
from kaibo.patrol.models import Look, Post
from kaibo.patrol.reads.crowds import CROWDS
from kaibo.patrol.reads.duty import OnDuty, TermsView, heard, moderators, on_duty, terms
from kaibo.patrol.reads.grading import RoomStanding, standings_of
from kaibo.patrol.rules import sampling
from kaibo.patrol.rules.grades import KeyWhy, Letter
from kaibo.patrol.rules.sampling import Room
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView

LOOKS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class LookView:
    """A look: who, when it began, and what was signed; ``result`` is empty while it is open."""

    id: int
    show_id: int
    show_title: str
    person_id: int
    person_name: str
    seed: str
    chances: list[list[int]]
    began_at: dt.datetime
    result: str
    note: str
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class WallRoom:
    """A room on air. ``risk`` sorts the wall; ``due_at``: when it must be looked at again."""

    show_id: int
    code: str
    title: str
    host_name: str
    started_at: dt.datetime
    letter: Letter
    key_whys: tuple[KeyWhy, ...]
    rung: str
    score: int
    viewers: int
    risk: int
    weight: int
    due_at: dt.datetime
    unseen_s: int
    is_overdue: bool
    patroller_id: int | None
    patroller_name: str
    is_patrolled: bool
    lost: str
    last: LookView | None
    watched_by: list[str]


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything that the wall shows; ``mine`` is the open look of who asks."""

    rooms: list[WallRoom]
    duty: list[OnDuty]
    is_on_duty: bool
    moderators: int
    needed: int
    terms: TermsView
    mine: LookView | None


def wall(org_id: int, *, person_id: int, now: dt.datetime) -> Wall:
    """The wall as one person sees it, the riskiest room first."""
    shows = plans.live_shows_of(org_id)
    set_to, present = terms(org_id), moderators(org_id, now=now)
    return Wall(
        rooms=sorted(
            wall_rooms(org_id, shows, now=now), key=lambda one: (-one.risk, one.due_at, one.show_id)
        ),
        duty=on_duty(org_id, now=now),
        is_on_duty=person_id in heard(org_id, now=now),
        moderators=present,
        needed=-(-len(shows) // set_to.rooms_per_moderator) if set_to.applies else 0,
        terms=set_to,
        mine=open_look(org_id, person_id),
    )


def wall_rooms(org_id: int, shows: list[ShowView], *, now: dt.datetime) -> list[WallRoom]:
    """Rooms on air as the wall shows them and sampling weighs them.

    As many questions for a thousand rooms as for one.
    """
    ids = [show.id for show in shows]
    seen = _Seen(
        posts={
            post.show_id: post
            for post in Post.objects.filter(organisation_id=org_id, show_id__in=ids)
        },
        standings=standings_of(org_id, {show.host_id for show in shows}, now=now),
        rungs=rungs_of_shows(org_id, ids),
        last={look.show_id: look for look in _last_looks(org_id, ids)},
        watching=_watching(org_id, ids),
        crowds=CROWDS.of(org_id, ids),
        heard=heard(org_id, now=now),
    )
    people = {post.patroller_id for post in seen.posts.values() if post.patroller_id}
    names = people_names(people.union(*seen.watching.values()))
    return [_room(show, seen, names, now=now) for show in shows]


def looks(org_id: int) -> list[LookView]:
    """The newest looks of an organisation, the newest first: who looked at what, and when."""
    rows = Look.objects.filter(organisation_id=org_id).order_by("-pk")
    return _look_views(list(rows[:LOOKS_MAX]), org_id)


def every_look(org_id: int) -> Iterator[LookView]:
    """All looks of an organisation, the newest first."""
    rows = Look.objects.filter(organisation_id=org_id).order_by("-pk")
    for piece in in_pieces(rows.iterator(PIECE_ROWS)):
        yield from _look_views(piece, org_id)


def open_look(org_id: int, person_id: int) -> LookView | None:
    """The look that somebody has begun and not signed."""
    rows = Look.objects.filter(organisation_id=org_id, person_id=person_id, result="")
    return next(iter(_look_views(list(rows), org_id)), None)


def look_view(row: Look) -> LookView:
    """A look's row as a value."""
    return _look_views([row], row.organisation_id)[0]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the tables say of all rooms on air, by show; ``heard``: people on duty now."""

    posts: Mapping[int, Post]
    standings: Mapping[int, RoomStanding]
    rungs: Mapping[int, tuple[str, int]]
    last: Mapping[int, LookView]
    watching: Mapping[int, list[int]]
    crowds: Mapping[int, int]
    heard: frozenset[int]


def _last_looks(org_id: int, show_ids: Collection[int]) -> list[LookView]:
    """The last signed look of each show."""
    signed = Look.objects.filter(
        organisation_id=org_id, show_id__in=show_ids, result__in=("nothing", "found")
    )
    newest = signed.order_by().values("show_id").annotate(last=Max("pk")).values("last")
    return _look_views(list(Look.objects.filter(pk__in=newest)), org_id)


def _watching(org_id: int, show_ids: Collection[int]) -> dict[int, list[int]]:
    """Who looks at which show this moment."""
    rows = Look.objects.filter(organisation_id=org_id, show_id__in=show_ids, result="")
    found: dict[int, list[int]] = {}
    for show_id, person_id in rows.order_by("pk").values_list("show_id", "person_id"):
        found.setdefault(show_id, []).append(person_id)
    return found


def _room(show: ShowView, seen: _Seen, names: dict[int, str], *, now: dt.datetime) -> WallRoom:
    assert show.started_at is not None
    last, post = seen.last.get(show.id), seen.posts.get(show.id)
    standing = seen.standings[show.host_id]
    rung, score = seen.rungs.get(show.id, ("clear", 0))
    seen_at = last.signed_at if last is not None and last.signed_at else show.started_at
    room = Room(
        show_id=show.id,
        letter=standing.letter,
        is_key=bool(standing.key_whys),
        rung=rung,
        viewers=seen.crowds[show.id],
        unseen_s=max(0, int((now - seen_at).total_seconds())),
    )
    patroller = post.patroller_id if post else None
    return WallRoom(
        show_id=show.id,
        code=show.code,
        title=show.title,
        host_name=show.host_name,
        started_at=show.started_at,
        letter=standing.letter,
        key_whys=standing.key_whys,
        rung=rung,
        score=score,
        viewers=room.viewers,
        risk=sampling.risk_of(room),
        weight=sampling.weight_of(room),
        due_at=seen_at + dt.timedelta(seconds=standing.look_every_s),
        unseen_s=room.unseen_s,
        is_overdue=sampling.is_overdue(room),
        patroller_id=patroller,
        patroller_name=names.get(patroller, "") if patroller else "",
        is_patrolled=patroller in seen.heard,
        lost=post.lost if post else "",
        last=last,
        watched_by=[names.get(id, "") for id in seen.watching.get(show.id, [])],
    )


def _look_views(rows: Sequence[Look], org_id: int) -> list[LookView]:
    names = people_names({row.person_id for row in rows})
    titles = {show.id: show.title for show in plans.shows_by_id(org_id, {r.show_id for r in rows})}
    return [
        LookView(
            id=row.pk,
            show_id=row.show_id,
            show_title=titles[row.show_id],
            person_id=row.person_id,
            person_name=names.get(row.person_id, ""),
            seed=row.seed,
            chances=row.chances,
            began_at=row.began_at,
            result=row.result,
            note=row.note,
            signed_at=row.signed_at,
        )
        for row in rows
    ]
