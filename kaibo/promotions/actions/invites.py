"""Invitation campaigns: drafted, published with their rewards, opened and finished by the clock."""

import datetime as dt

import msgspec
from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import clear_words, judged
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    InviteCancelled,
    InviteFinished,
    InviteOpened,
    InvitePublished,
    InviteSaved,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.invitees import count_watched
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.errors import (
    InviteAlreadyOn,
    InviteNotNow,
    InviteRewardCannotBe,
    InviteStateWrong,
    InviteWithoutShow,
    NoSuchInvite,
)
from kaibo.promotions.models import InviteCampaign, Invitee, Offer, Promotion
from kaibo.promotions.reads.invites import InviteView, invite_view
from kaibo.promotions.reads.promised import why_not_promised
from kaibo.promotions.rules import check_request_key
from kaibo.promotions.rules.invites import (
    INVITE,
    SETTLE,
    InviteSpec,
    check_invite_publishable,
    check_invite_spec,
)

DUE_AT_ONCE = 100


@transaction.atomic
def save_invite(
    *, spec: InviteSpec, request_key: str, by: Actor, now: dt.datetime, invite_id: int | None = None
) -> InviteView:
    """Keep a draft: a new one, or new terms of one that was not published.

    Safe to repeat: a key that made a draft before gives that draft unchanged.

    Raises:
        BadInput and its kin: a text, number or time cannot be stored.
        NoSuchInvite, InviteStateWrong: it cannot be changed. Nothing was written.
    """
    check_request_key(request_key)
    spec = check_invite_spec(spec)
    if invite_id is None:
        row = InviteCampaign(organisation_id=by.org_id, request_key=request_key)
        _set(row, spec)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            mine = InviteCampaign.objects.filter(organisation_id=by.org_id)
            if (found := mine.filter(request_key=request_key).first()) is None:
                raise
            return invite_view(found)
    else:
        row = lock_invite(invite_id, org_id=by.org_id)
        if row.state != "draft":
            raise _wrong(row)
        _set(row, spec)
        row.save()
    _tell(row, InviteSaved(invite_id=row.pk, terms=row.terms), by=by, now=now)
    return invite_view(row)


@judged
def publish_invite(*, invite_id: int, by: Actor, now: dt.datetime) -> InviteView:
    """Make the terms public, and keep the promotion's coupons for the rewards.

    From now on no term changes, and the promotion runs to the campaign's end. Safe to repeat.

    Raises:
        NoSuchInvite, InviteStateWrong, InviteNotNow: it cannot be published; its time is over.
        InviteIncomplete: names what is missing. NoSuchPromotion, InviteRewardCannotBe: its
            coupons cannot be the rewards, and why.
        InviteWithoutShow, InviteAlreadyOn: as they say.
        Nothing was written in any of these cases.
        WordsBlocked, WordsUnconfirmed: only what was found in its words was written.
    """
    row = lock_invite(invite_id, org_id=by.org_id)
    if row.state == "published":
        return invite_view(row)
    _move(row, "publish")
    spec = row.spec
    check_invite_publishable(spec)
    clear_words(
        [spec.title],
        subject=f"invite:{row.pk}",
        org_id=by.org_id,
        show_id=row.show_id,
        by=by,
        now=now,
    )
    assert spec.promotion_id is not None
    assert row.opens_at is not None
    assert row.closes_at is not None
    if row.closes_at <= now:
        raise InviteNotNow(opens_at=row.opens_at, closes_at=row.closes_at)
    if not Offer.objects.filter(organisation_id=by.org_id, show_id=row.show_id).exists():
        raise InviteWithoutShow(show_id=row.show_id)
    promotion = lock_promotion(spec.promotion_id, org_id=by.org_id)
    _check_reward(promotion, spec)
    row.promotion, row.rewards_total = promotion, spec.rewards_total
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InviteAlreadyOn() from error
    fact = InvitePublished(
        invite_id=row.pk,
        title=spec.title,
        promotion_id=promotion.pk,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )
    _tell(row, fact, by=by, now=now)
    return invite_view(row)


@transaction.atomic
def cancel_invite(*, invite_id: int, by: Actor, now: dt.datetime) -> InviteView:
    """Take a campaign back before it opens; an open one runs to its end. Safe to repeat.

    Raises:
        NoSuchInvite, InviteStateWrong: nothing was written.
    """
    row = lock_invite(invite_id, org_id=by.org_id)
    if row.state != "cancelled":
        _move(row, "cancel")
        row.finished_at = now
        row.save(update_fields=["state", "finished_at"])
        _tell(row, InviteCancelled(invite_id=row.pk), by=by, now=now)
    return invite_view(row)


def run_due_invites(*, now: dt.datetime) -> int:
    """Open and finish what is due, and count those who watched; returns how many moved.

    A campaign ends ``SETTLE`` after its published end, so that what was done before and is heard
    of a moment later still counts.
    """
    moved = 0
    opening = InviteCampaign.objects.filter(state="published", opens_at__lte=now)
    ending = InviteCampaign.objects.filter(state="open", closes_at__lte=now - SETTLE)
    for due in (opening, ending):
        for id, org_id in list(due.order_by("pk").values_list("pk", "organisation_id"))[
            :DUE_AT_ONCE
        ]:
            with transaction.atomic():
                row = lock_invite(id, org_id=org_id)
                moved += _open(row, now=now) or _finish(row, now=now)
    for row in InviteCampaign.objects.filter(state="open", closes_at__gt=now).order_by("pk"):
        moved += count_watched(row, now=now)
    return moved


def lock_invite(invite_id: int, *, org_id: int) -> InviteCampaign:
    """The campaign under its row lock.

    Raises:
        NoSuchInvite: none of this id in the organisation.
    """
    rows = InviteCampaign.objects.select_for_update(no_key=True)
    row = rows.filter(pk=invite_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchInvite(id=invite_id)
    return row


def _open(row: InviteCampaign, *, now: dt.datetime) -> bool:
    if row.state != "published" or row.opens_at is None or row.opens_at > now:
        return False
    assert row.closes_at is not None
    _move(row, "open")
    row.save(update_fields=["state"])
    fact = InviteOpened(invite_id=row.pk, title=row.spec.title, closes_at=row.closes_at)
    _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)
    return True


def _finish(row: InviteCampaign, *, now: dt.datetime) -> bool:
    if row.state != "open" or row.closes_at is None or row.closes_at > now - SETTLE:
        return False
    _move(row, "finish")
    row.finished_at = now
    row.save(update_fields=["state", "finished_at"])
    # They told devices and addresses apart while it ran, and serve nothing any more.
    row.invitees.update(network="", trace="")
    row.inviters.update(network="", trace="")
    fact = InviteFinished(
        invite_id=row.pk,
        title=row.spec.title,
        inviters=row.inviters.count(),
        counted=Invitee.objects.filter(invite=row, state="counted").count(),
        refused=Invitee.objects.filter(invite=row, state="refused").count(),
        rewards=row.rewards,
    )
    _tell(row, fact, by=SYSTEM(row.organisation_id), now=now)
    return True


def _check_reward(row: Promotion, spec: InviteSpec) -> None:
    """Each reward is a promise: the promotion has to honour all of them, for all of the time."""
    assert spec.opens_at is not None
    assert spec.closes_at is not None
    assert spec.rewards_total is not None
    why = why_not_promised(
        row,
        unlock="invite",
        show_id=spec.show_id,
        opens_at=spec.opens_at,
        until=spec.closes_at + SETTLE,
        coupons=spec.rewards_total,
    )
    if why is not None:
        why_zh, why_en = why
        raise InviteRewardCannotBe(field="promotion_id", why_zh=why_zh, why_en=why_en)


def _set(row: InviteCampaign, spec: InviteSpec) -> None:
    row.terms, row.show_id = msgspec.to_builtins(spec), spec.show_id
    row.opens_at, row.closes_at = spec.opens_at, spec.closes_at


def _move(row: InviteCampaign, verb: str) -> None:
    if not INVITE.may(row.state, verb):
        raise _wrong(row)
    row.state = INVITE.after(row.state, verb)


def _wrong(row: InviteCampaign) -> InviteStateWrong:
    return InviteStateWrong(state=row.get_state_display())


def _tell(row: InviteCampaign, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    # It may name any show; its facts join a show's once it was published in it.
    show_id = row.show_id if row.promotion_id is not None else None
    append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
