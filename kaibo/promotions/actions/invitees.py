"""Who comes by a link: taken in or refused, counted when the task is done, and its rewards."""

import datetime as dt
import secrets
from itertools import islice

from django.conf import settings
from django.db import transaction

from kaibo.audience.reads import first_seen_at
from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    InviteeCounted,
    InviteeJoined,
    InviteeRefused,
    InviteeUncounted,
    InviterJoined,
)
from kaibo.insight.reads import watched_s
from kaibo.journal.actions import append
from kaibo.promotions.actions.invite_rewards import settle_rewards
from kaibo.promotions.actions.winnings import is_barred
from kaibo.promotions.errors import InviteNotNow, NoSuchInvite, NotAnInviter
from kaibo.promotions.models import InviteCampaign, Invitee, Inviter
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.invites import Heard, heard_of
from kaibo.promotions.rules import is_request_key
from kaibo.promotions.rules.invites import (
    INVITEE,
    REFUSED_PER_ADDRESS_MAX,
    Origin,
    Seen,
    Task,
    has_watched,
    judge_invitee,
    traces,
)

CODE_BYTES = 12
WATCHED_AT_ONCE = 500


@transaction.atomic
def make_invite_link(
    *,
    invite_id: int,
    org_id: int,
    show_id: int,
    viewer_id: int,
    origin: Origin,
    now: dt.datetime,
) -> str:
    """A viewer's own link in a campaign; returns its code. Safe to repeat.

    The code says nothing about who they are.

    Raises:
        NoSuchInvite: none in this show that is public and not over.
        NotAnInviter: staff or affiliates. Nothing was written.
    """
    row = _lock(invite_id)
    is_here = row is not None and (row.organisation_id, row.show_id) == (org_id, show_id)
    if row is None or not is_here or row.state not in ("published", "open"):
        raise NoSuchInvite(id=invite_id)
    if (mine := row.inviters.filter(viewer_id=viewer_id).first()) is not None:
        return mine.code
    if is_barred(viewer_id, org_id=org_id):
        raise NotAnInviter()
    network, trace = _traces(row, origin)
    inviter = Inviter.objects.create(
        organisation_id=org_id,
        invite=row,
        viewer_id=viewer_id,
        code=secrets.token_urlsafe(CODE_BYTES),
        network=network,
        trace=trace,
        joined_at=now,
    )
    fact = InviterJoined(invite_id=row.pk, inviter_id=inviter.pk, viewer_id=viewer_id)
    _tell(row, fact, by=Actor("viewer", viewer_id, org_id), now=now)
    return inviter.code


def accept_invite(
    *, code: str, org_id: int, show_id: int, viewer_id: int, origin: Origin, now: dt.datetime
) -> Heard:
    """A viewer came by somebody's link: they have the task before them, or do not count.

    Safe to repeat: the first answer of a link stands. Why somebody does not count is kept for
    the desk and not told, so that nobody learns how to get around it.

    Raises:
        NoSuchInvite: no such link in this show. InviteNotNow: it is not open. Nothing was written.
    """
    # What cannot be a code is asked of no database: PostgreSQL takes no NUL.
    found = Inviter.objects.select_related("invite").filter(code=code)
    inviter = found.first() if is_request_key(code) else None
    if inviter is None or (inviter.organisation_id, inviter.invite.show_id) != (org_id, show_id):
        raise NoSuchInvite(id=code[:CODE_BYTES])
    # Read before the lock: it asks the lake, and others wait behind the lock.
    is_watch = inviter.invite.spec.task == "watch"
    before_s = watched_s(show_id, viewer_id, org_id=org_id) if is_watch else 0
    with transaction.atomic():
        row = _lock(inviter.invite_id)
        assert row is not None
        earlier = Invitee.objects.filter(inviter=inviter, viewer_id=viewer_id).first()
        if earlier is None:
            _check_open(row, now=now)
            earlier = _take_in(
                row, inviter, viewer_id=viewer_id, origin=origin, watched=before_s, now=now
            )
    return heard_of(earlier)


def count_invitees(
    *,
    task: Task,
    viewer_id: int,
    org_id: int,
    at: dt.datetime,
    show_id: int | None = None,
    order_no: str = "",
) -> int:
    """A viewer did a task at a moment; returns in how many campaigns they count by it now.

    Safe to repeat. What was done before they came by the link, or after the end, is nothing.

    Args:
        show_id: where it was done; None is anywhere in the shop.
    """
    found = Invitee.objects.filter(
        organisation_id=org_id,
        viewer_id=viewer_id,
        state="pending",
        joined_at__lte=at,
        invite__state="open",
        invite__closes_at__gt=at,
    )
    if show_id is not None:
        found = found.filter(invite__show_id=show_id)
    counted = 0
    for id, invite_id in list(found.order_by("invite_id").values_list("pk", "invite_id")):
        with transaction.atomic():
            row = _lock(invite_id)
            assert row is not None
            if row.spec.task == task:
                counted += _count(row, id, order_no=order_no, now=at)
    return counted


def count_watched(invite: InviteCampaign, *, now: dt.datetime) -> int:
    """Count the invitees of an open campaign who stayed long enough; returns how many."""
    spec, org_id = invite.spec, invite.organisation_id
    if spec.task != "watch":
        return 0
    assert spec.watch_minutes is not None
    # Who left long ago waits to the end: they must not stand before those who stay.
    since = now - dt.timedelta(minutes=spec.watch_minutes)
    waiting = Invitee.objects.filter(invite=invite, state="pending", joined_at__lte=since)
    rows = waiting.order_by("pk").values_list("pk", "viewer_id", "watched_s")
    stayed = (
        pk
        for pk, viewer_id, before_s in rows.iterator()
        if has_watched(
            spec,
            before_s=before_s,
            now_s=watched_s(invite.show_id, viewer_id, org_id=org_id),
        )
    )
    done = list(islice(stayed, WATCHED_AT_ONCE))
    if not done:
        return 0
    with transaction.atomic():
        row = _lock(invite.pk)
        assert row is not None
        return sum(_count(row, id, order_no="", now=now) for id in done)


def uncount_invitees(*, order_no: str, org_id: int, at: dt.datetime) -> int:
    """An order was refunded as a whole: who counted by it does not any more, before the end.

    A reward that this was for goes back if it is unspent. Safe to repeat; returns how many.
    """
    found = Invitee.objects.filter(
        organisation_id=org_id,
        order_no=order_no,
        state="counted",
        invite__state="open",
        invite__closes_at__gt=at,
    )
    gone = 0
    for id, invite_id in list(found.values_list("pk", "invite_id")):
        with transaction.atomic():
            row = _lock(invite_id)
            assert row is not None
            gone += _uncount(row, id, now=at)
    return gone


def _take_in(
    row: InviteCampaign,
    inviter: Inviter,
    *,
    viewer_id: int,
    origin: Origin,
    watched: int,
    now: dt.datetime,
) -> Invitee | None:
    """A new invitee, pending or refused; None where an address has had refusals enough."""
    org_id, spec = row.organisation_id, row.spec
    network, trace = _traces(row, origin)
    reason = judge_invitee(
        spec,
        _seen(row, inviter, viewer_id=viewer_id, network=network, trace=trace, now=now),
    )
    if reason is not None and network:
        knocked = row.invitees.filter(state="refused", network=network).count()
        if knocked >= REFUSED_PER_ADDRESS_MAX:
            return None
    invitee = Invitee.objects.create(
        organisation_id=org_id,
        invite=row,
        inviter=inviter,
        viewer_id=viewer_id,
        state=INVITEE.after("pending", "refuse") if reason else "pending",
        reason=reason or "",
        network=network,
        trace=trace,
        watched_s=watched,
        joined_at=now,
    )
    ids = {"invite_id": row.pk, "inviter_id": inviter.pk, "invitee_id": invitee.pk}
    about = {**ids, "viewer_id": viewer_id}
    fact = InviteeRefused(reason=reason, **about) if reason else InviteeJoined(**about)
    _tell(row, fact, by=Actor("viewer", viewer_id, org_id), now=now)
    return invitee


def _seen(
    row: InviteCampaign,
    inviter: Inviter,
    *,
    viewer_id: int,
    network: str,
    trace: str,
    now: dt.datetime,
) -> Seen:
    org_id = row.organisation_id
    traits = traits_of(viewer_id, org_id=org_id, now=now)
    there = row.invitees.exclude(state="refused")
    people = None
    if network:
        # The inviter is one of the people at an address they share.
        people = there.filter(network=network).count() + (inviter.network == network)
    is_same = bool(trace) and (inviter.trace == trace or there.filter(trace=trace).exists())
    return Seen(
        is_own=inviter.viewer_id == viewer_id,
        is_barred=any(is_barred(who, org_id=org_id) for who in (viewer_id, inviter.viewer_id)),
        is_invited=there.filter(viewer_id=viewer_id).exists(),
        is_inviter=row.inviters.filter(viewer_id=viewer_id).exists(),
        first_seen_at=first_seen_at(viewer_id, org_id=org_id),
        has_paid=traits.has_paid,
        is_follower=traits.followed_days is not None,
        is_same_device=is_same,
        from_address=people,
    )


def _count(row: InviteCampaign, invitee_id: int, *, order_no: str, now: dt.datetime) -> bool:
    """Count a pending invitee; the caller holds the campaign's lock."""
    invitee = row.invitees.select_related("inviter").get(pk=invitee_id)
    if row.state != "open" or not INVITEE.may(invitee.state, "count"):
        return False
    _move(invitee, "count")
    invitee.order_no, invitee.done_at = order_no, now
    invitee.save(update_fields=["state", "order_no", "done_at"])
    inviter = invitee.inviter
    inviter.counted += 1
    inviter.reached_at = now
    inviter.save(update_fields=["counted", "reached_at"])
    ids = {"invite_id": row.pk, "inviter_id": inviter.pk, "invitee_id": invitee.pk}
    fact = InviteeCounted(**ids, order_no=order_no)
    _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)
    settle_rewards(row, inviter, now=now)
    return True


def _uncount(row: InviteCampaign, invitee_id: int, *, now: dt.datetime) -> bool:
    """Take a count back; the caller holds the campaign's lock."""
    invitee = row.invitees.select_related("inviter").get(pk=invitee_id)
    if row.state != "open" or not INVITEE.may(invitee.state, "uncount"):
        return False
    _move(invitee, "uncount")
    invitee.save(update_fields=["state"])
    inviter = invitee.inviter
    inviter.counted -= 1
    inviter.save(update_fields=["counted"])
    ids = {"invite_id": row.pk, "inviter_id": inviter.pk, "invitee_id": invitee.pk}
    fact = InviteeUncounted(**ids, order_no=invitee.order_no)
    _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)
    settle_rewards(row, inviter, now=now)
    return True


def _move(invitee: Invitee, verb: str) -> None:
    invitee.state = INVITEE.after(invitee.state, verb)


def _check_open(row: InviteCampaign, *, now: dt.datetime) -> None:
    assert row.closes_at is not None
    if row.state != "open" or now >= row.closes_at:
        raise InviteNotNow(opens_at=row.opens_at, closes_at=row.closes_at)


def _lock(invite_id: int) -> InviteCampaign | None:
    rows = InviteCampaign.objects.select_for_update(no_key=True)
    return rows.filter(pk=invite_id).first()


def _traces(row: InviteCampaign, origin: Origin) -> tuple[str, str]:
    return traces(origin, invite_id=row.pk, secret=settings.SECRET_KEY.encode())


def _tell(row: InviteCampaign, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
