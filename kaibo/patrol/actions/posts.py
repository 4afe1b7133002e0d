"""Who patrols a show, what opens it, and what follows when a key room is not watched."""

import datetime as dt
from typing import Any, Final

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import grant_functions, hold_room, let_room_go
from kaibo.facts.base import Fact
from kaibo.facts.patrol import (
    PatrollerBack,
    PatrollerLost,
    PatrollerNamed,
    RoomRegraded,
    ShowAdmitted,
)
from kaibo.hosts import reads as hosts
from kaibo.journal.actions import append
from kaibo.patrol.errors import KeyRoomUnpatrolled, PatrollerAway, PatrollerUnfit, PatrolOver
from kaibo.patrol.models import Post, Terms
from kaibo.patrol.reads.duty import Gate, gate, heard_at, is_heard, lost_as_stored, patrollers
from kaibo.patrol.reads.grading import RoomStanding, room_standing
from kaibo.patrol.rules.duty import LOST, Lost, check_capacity, lost_by
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView

_STEPS: Final = tuple(LOST)
_UNWATCHED: Final = "重点直播间无人巡查 a key room without its patroller"


@transaction.atomic
def name_patroller(*, show_id: int, person_id: int, by: Actor, now: dt.datetime) -> Gate:
    """Name who patrols a show, before it or while it runs. Safe to repeat.

    Raises:
        NoSuchShow, PatrolOver: nothing was written.
        PatrollerUnfit: no colleague who may patrol, or the host of the show; neither.
        PatrollerAway: the show is on and they are not on duty; neither.

    Source: LM-052.
    """
    planning.queue_at_show(org_id=by.org_id, show_id=show_id)
    show = plans.show(by.org_id, show_id)
    if show.state == "ended":
        raise PatrolOver()
    hosts_it = hosts.host(by.org_id, show.host_id).person_id == person_id
    if hosts_it or person_id not in patrollers(by.org_id):
        raise PatrollerUnfit(person_id=person_id)
    if show.state == "live" and not is_heard(by.org_id, person_id, now=now):
        raise PatrollerAway()
    post = _locked(show)
    if post.patroller_id != person_id:
        post.patroller_id, post.named_at = person_id, now
        post.save()
        _tell(post, PatrollerNamed(person_id=person_id), by=by, now=now)
        _follow_beat(post, now=now)
    return gate(show, now=now)


def admit_show(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> None:
    """Let a show open as far as patrol goes; its grade and functions hold from here.

    Inside the caller's transaction, which makes the show live. Shows of one organisation that
    open at once follow one another, so that each counts those before it.

    Raises:
        NoModeratorCapacity: the moderators on duty cannot watch one more room.
        KeyRoomUnpatrolled: it is a key room, and its patroller is not named or not on duty.

    Source: LM-019, LM-052.
    """
    assert transaction.get_connection().in_atomic_block
    queue_at_patrol(org_id)
    show = plans.show(org_id, show_id)
    asked = gate(show, now=now)
    if asked.applies:
        check_capacity(asked.rooms, moderators=asked.moderators, per_moderator=asked.per_moderator)
    if asked.key_whys and not asked.is_patrolled:
        raise KeyRoomUnpatrolled()
    post = _locked(show)
    post.letter, post.key_whys = asked.letter, list(asked.key_whys)
    post.key_since = now if asked.key_whys else None
    post.was_key = bool(asked.key_whys)
    post.admitted_at = now
    post.save()
    fact = ShowAdmitted(
        letter=asked.letter,
        key_whys=asked.key_whys,
        rooms=asked.rooms,
        moderators=asked.moderators,
    )
    _tell(post, fact, by=by, now=now)
    standing = room_standing(org_id, show.host_id, now=now)
    grant_functions(org_id=org_id, show_id=show_id, off=standing.functions_off, now=now)


def queue_at_patrol(org_id: int) -> None:
    """Let what opens shows and what grades rooms of an organisation follow one another."""
    assert transaction.get_connection().in_atomic_block
    Terms.objects.get_or_create(organisation_id=org_id)
    Terms.objects.select_for_update().get(organisation_id=org_id)


def apply_standing(*, org_id: int, host_id: int, now: dt.datetime) -> None:
    """Let the rooms of a host that are on air follow their grade and marks."""
    assert transaction.get_connection().in_atomic_block
    standing = room_standing(org_id, host_id, now=now)
    for show in plans.live_shows_of(org_id):
        if show.host_id == host_id:
            _regrade(show, standing, now=now)


def watch_key_rooms(*, now: dt.datetime) -> int:
    """Alert where the patroller of a running key room is silent, limit the room, or let it go.

    Returns:
        How many rooms were looked at; each that moves does so in a transaction of its own.

    Source: LM-052.
    """
    live = plans.live_show_ids()
    found = Post.objects.filter(show_id__in=live, key_since__isnull=False).order_by("pk")
    posts = list(found)
    for post in posts:
        if lost_by(heard_at(post), now=now) != lost_as_stored(post):
            _follow_live(post, now=now)
    return len(posts)


@transaction.atomic
def _follow_live(post: Post, *, now: dt.datetime) -> None:
    """Behind what opens and ends the show, so that no room is held after its end."""
    planning.queue_at_show(org_id=post.organisation_id, show_id=post.show_id)
    if plans.show(post.organisation_id, post.show_id).state == "live":
        _follow_beat(Post.objects.select_for_update().get(pk=post.pk), now=now)


def _locked(show: ShowView) -> Post:
    rows = Post.objects.select_for_update()
    return rows.get_or_create(organisation_id=show.org_id, show_id=show.id)[0]


def _regrade(show: ShowView, standing: RoomStanding, *, now: dt.datetime) -> None:
    post = _locked(show)
    grant_functions(org_id=show.org_id, show_id=show.id, off=standing.functions_off, now=now)
    whys = list(standing.key_whys)
    if (post.letter, post.key_whys) == (standing.letter, whys):
        return
    post.letter, post.key_whys = standing.letter, whys
    if not whys:
        _move_lost(post, "", now=now)
    post.key_since = (post.key_since or now) if whys else None
    post.was_key = post.was_key or bool(whys)
    post.save()
    fact = RoomRegraded(letter=standing.letter, key_whys=standing.key_whys)
    _tell(post, fact, by=SYSTEM(show.org_id), now=now)


def _follow_beat(post: Post, *, now: dt.datetime) -> None:
    if post.key_since is not None:
        _move_lost(post, lost_by(heard_at(post), now=now), now=now)


def _move_lost(post: Post, lost: Lost, *, now: dt.datetime) -> None:
    """Say and do what follows from a silence, a step at a time; nothing where it is as before."""
    before = lost_as_stored(post)
    if lost == before:
        return
    by = SYSTEM(post.organisation_id)
    if not lost:
        _tell(post, PatrollerBack(person_id=post.patroller_id), by=by, now=now)
    for step in _STEPS[_STEPS.index(before) + 1 : _STEPS.index(lost) + 1]:
        fact = PatrollerLost(step=step, beat_at=heard_at(post))
        _tell(post, fact, by=by, now=now)
    post.lost = lost
    post.save()
    if lost == "limit":
        hold_room(**_held(post), rung="limit", reason=_UNWATCHED, now=now)
    elif before == "limit":
        let_room_go(**_held(post), now=now)


def _held(post: Post) -> dict[str, Any]:
    return {"org_id": post.organisation_id, "show_id": post.show_id, "cause": "hold"}


def _tell(post: Post, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=post.organisation_id, show_id=post.show_id, actor=by)
