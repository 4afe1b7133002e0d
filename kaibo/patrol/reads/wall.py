"""The patrol wall: every room on air by risk, who is on duty, and what was seen."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kaibo.access.reads import people_names
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.compliance.reads import rungs_of_shows
from kaibo.insight.reads import figures
from kaibo.patrol.models import Look, Post
from kaibo.patrol.reads.duty import OnDuty, TermsView, is_heard, moderators, on_duty, terms
from kaibo.patrol.reads.grading import RoomStanding, room_standing
from kaibo.patrol.rules import sampling
from kaibo.patrol.rules.grades import KeyWhy, Letter
from kaibo.patrol.rules.sampling import Room
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView

LOOKS_MAX: Final = 200
# People present come from the lake; a wall that asks every few seconds is answered from this.
PRESENT_KEPT_S: Final = 15


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
        is_on_duty=is_heard(org_id, person_id, now=now),
        moderators=present,
        needed=-(-len(shows) // set_to.rooms_per_moderator) if set_to.applies else 0,
        terms=set_to,
        mine=open_look(org_id, person_id),
    )


def wall_rooms(org_id: int, shows: list[ShowView], *, now: dt.datetime) -> list[WallRoom]:
    """Rooms on air as the wall shows them and sampling weighs them."""
    ids = [show.id for show in shows]
    mine = {"organisation_id": org_id, "show_id__in": ids}
    posts = {post.show_id: post for post in Post.objects.filter(**mine)}
    rungs = rungs_of_shows(org_id, ids)
    signed = Look.objects.filter(**mine, result__in=("nothing", "found")).order_by("pk")
    last = {look.show_id: look for look in signed}
    watching: dict[int, list[int]] = {}
    for show_id, person_id in Look.objects.filter(**mine, result="").values_list(
        "show_id", "person_id"
    ):
        watching.setdefault(show_id, []).append(person_id)
    people = {look.person_id for look in last.values()} | {
        post.patroller_id for post in posts.values() if post.patroller_id
    }
    names = people_names(people.union(*watching.values()))
    return [
        _room(
            show,
            posts.get(show.id),
            room_standing(org_id, show.host_id, now=now),
            rungs.get(show.id, ("clear", 0)),
            last.get(show.id),
            names,
            watched_by=[names.get(id, "") for id in watching.get(show.id, [])],
            now=now,
        )
        for show in shows
    ]


def looks(org_id: int) -> list[LookView]:
    """The newest looks of an organisation, the newest first: who looked at what, and when."""
    rows = Look.objects.filter(organisation_id=org_id).order_by("-pk")
    return _look_views(list(rows[:LOOKS_MAX]), org_id)


def every_look(org_id: int) -> Iterator[LookView]:
    """All of them, the newest first."""
    rows = Look.objects.filter(organisation_id=org_id).order_by("-pk")
    for some in in_pieces(rows.iterator(PIECE_ROWS)):
        yield from _look_views(some, org_id)


def open_look(org_id: int, person_id: int) -> LookView | None:
    """The look that somebody has begun and not signed."""
    rows = Look.objects.filter(organisation_id=org_id, person_id=person_id, result="")
    return next(iter(_look_views(list(rows), org_id)), None)


def look_view(row: Look) -> LookView:
    """A look's row as a value."""
    return _look_views([row], row.organisation_id)[0]


def people_present(org_id: int, show_id: int) -> int:
    """How many are in a room, as of up to 15 seconds ago."""
    return _present(org_id, show_id, int(time.monotonic() // PRESENT_KEPT_S))


@lru_cache(maxsize=512)
def _present(org_id: int, show_id: int, look: int) -> int:
    del look
    found = figures(org_id=org_id, show_id=show_id, codes=("online",))
    return int(found["online"] or 0)


def _room(
    show: ShowView,
    post: Post | None,
    standing: RoomStanding,
    rung: tuple[str, int],
    last: Look | None,
    names: dict[int, str],
    *,
    watched_by: list[str],
    now: dt.datetime,
) -> WallRoom:
    assert show.started_at is not None
    seen_at = last.signed_at if last is not None and last.signed_at else show.started_at
    room = Room(
        show_id=show.id,
        letter=standing.letter,
        is_key=bool(standing.key_whys),
        rung=rung[0],
        viewers=people_present(show.org_id, show.id),
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
        rung=rung[0],
        score=rung[1],
        viewers=room.viewers,
        risk=sampling.risk_of(room),
        weight=sampling.weight_of(room),
        due_at=seen_at + dt.timedelta(seconds=standing.look_every_s),
        unseen_s=room.unseen_s,
        is_overdue=sampling.is_overdue(room),
        patroller_id=patroller,
        patroller_name=names.get(patroller, "") if patroller else "",
        is_patrolled=patroller is not None and is_heard(show.org_id, patroller, now=now),
        lost=post.lost if post else "",
        last=look_view(last) if last else None,
        watched_by=watched_by,
    )


def _look_views(rows: list[Look], org_id: int) -> list[LookView]:
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
