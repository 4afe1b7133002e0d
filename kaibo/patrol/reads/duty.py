"""Who is on duty, what the gate asks, and who patrols which show."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from kaibo.access.reads import colleagues_who, people_names
from kaibo.compliance.reads import standing_of
from kaibo.patrol.models import Duty, Post, Terms
from kaibo.patrol.reads.grading import room_standing
from kaibo.patrol.rules import duty as rules
from kaibo.patrol.rules.duty import Lost, Staffing
from kaibo.patrol.rules.grades import KEEP_TIMES_KEY, KeyWhy, Letter
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView


@dataclass(frozen=True, slots=True)
class TermsView:
    """What an organisation set. ``applies``: whether openings are refused by it."""

    staffing: Staffing
    rooms_per_moderator: int
    applies: bool


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty, heard of within a minute or not."""

    person_id: int
    name: str
    began_at: dt.datetime
    beat_at: dt.datetime
    is_present: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """What patrol asks of a show that wants to open; ``rooms`` with this one."""

    applies: bool
    rooms: int
    moderators: int
    per_moderator: int
    letter: Letter
    key_whys: tuple[KeyWhy, ...]
    patroller_id: int | None
    patroller_name: str
    is_patrolled: bool


def terms(org_id: int) -> TermsView:
    """What an organisation set of patrol, or what holds where it set nothing."""
    row = Terms.objects.filter(organisation_id=org_id).first()
    staffing = cast(Staffing, row.staffing) if row else "auto"
    profile = standing_of(org_id)
    return TermsView(
        staffing=staffing,
        rooms_per_moderator=row.rooms_per_moderator if row else rules.ROOMS_PER_MODERATOR,
        applies=rules.staffing_applies(staffing, profile.kind if profile else ""),
    )


def on_duty(org_id: int, *, now: dt.datetime) -> list[OnDuty]:
    """Everybody who went on duty and did not go off, the longest first."""
    rows = list(Duty.objects.filter(organisation_id=org_id, ended_at=None).order_by("began_at"))
    names = people_names({row.person_id for row in rows})
    return [
        OnDuty(
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            began_at=row.began_at,
            beat_at=row.beat_at,
            is_present=rules.is_present(row.beat_at, now=now),
        )
        for row in rows
    ]


def moderators(org_id: int, *, now: dt.datetime) -> int:
    """How many are on duty and were heard of within a minute."""
    return _heard(org_id, now=now).count()


def gate(show: ShowView, *, now: dt.datetime) -> Gate:
    """What patrol asks of a show that wants to open."""
    set_to = terms(show.org_id)
    standing = room_standing(show.org_id, show.host_id, now=now)
    post = Post.objects.filter(organisation_id=show.org_id, show_id=show.id).first()
    named = post.patroller_id if post else None
    others = [one for one in plans.live_shows_of(show.org_id) if one.id != show.id]
    return Gate(
        applies=set_to.applies,
        rooms=len(others) + 1,
        moderators=moderators(show.org_id, now=now),
        per_moderator=set_to.rooms_per_moderator,
        letter=standing.letter,
        key_whys=standing.key_whys,
        patroller_id=named,
        patroller_name=people_names({named}).get(named, "") if named else "",
        is_patrolled=named is not None and is_heard(show.org_id, named, now=now),
    )


def gate_of(org_id: int, show_id: int, *, now: dt.datetime) -> Gate:
    """The same by the show's id.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    return gate(plans.show(org_id, show_id), now=now)


def keep_times(org_id: int, show_id: int) -> int:
    """How many times as long as others the recordings of a show are kept (LM-052)."""
    rows = Post.objects.filter(organisation_id=org_id, show_id=show_id, was_key=True)
    return KEEP_TIMES_KEY if rows.exists() else 1


def is_heard(org_id: int, person_id: int, *, now: dt.datetime) -> bool:
    """Whether somebody is on duty and was heard of within a minute."""
    return _heard(org_id, now=now).filter(person_id=person_id).exists()


def heard(org_id: int, *, now: dt.datetime) -> frozenset[int]:
    """Everybody who is on duty and was heard of within a minute."""
    return frozenset(_heard(org_id, now=now).values_list("person_id", flat=True))


def _heard(org_id: int, *, now: dt.datetime) -> "QuerySet[Duty]":
    since = now - rules.ALERT_AFTER
    return Duty.objects.filter(organisation_id=org_id, ended_at=None, beat_at__gt=since)


def patrollers(org_id: int) -> dict[int, str]:
    """Names by id of the colleagues who may patrol."""
    return colleagues_who(org_id, "patrol.watch")


def heard_at(post: Post) -> dt.datetime:
    """When the patroller of a key room was last heard of, not before it was one."""
    assert post.key_since is not None
    beats = Duty.objects.filter(
        organisation_id=post.organisation_id, person_id=post.patroller_id or 0
    )
    last = beats.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return max(post.key_since, last) if last is not None else post.key_since


def lost_as_stored(post: Post) -> Lost:
    """What was done about a lost patroller, by its type."""
    return cast(Lost, post.lost)
