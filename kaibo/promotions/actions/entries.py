"""Entries of viewers in draws, and the prizes they win."""

import datetime as dt
import secrets
from typing import Literal

import msgspec
from django.db import transaction

from kaibo.access.crypto import encrypt_text
from kaibo.audience.reads import viewers
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import NotFound
from kaibo.facts.promotions import (
    DrawEntered,
    DrawFileDeleted,
    DrawSettled,
    PrizeClaimed,
    ViewerBarred,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.draws import lock_draw
from kaibo.promotions.actions.winnings import won_fen
from kaibo.promotions.errors import (
    ClaimTermOver,
    DrawNotNow,
    DrawStateWrong,
    EntryRefused,
    FileKept,
    NoSuchAward,
    NoSuchDraw,
)
from kaibo.promotions.models import Award, BarredViewer, Draw, DrawEntry, Quiz, QuizAnswer
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.draws import AwardView, EntryView, award_view, entry_view
from kaibo.promotions.rules import (
    AWARD,
    DRAW,
    Receiver,
    clean_receiver,
    judge_entry,
    kept_until,
    link_entry,
)


@transaction.atomic
def enter_draw(
    *, draw_id: int, org_id: int, show_id: int, viewer_id: int, now: dt.datetime, keyword: str = ""
) -> EntryView:
    """Enter a viewer at the next place; one entry each, safe to repeat.

    Staff and affiliates get an entry without a place, with the reason (LM-104).

    Raises:
        NoSuchDraw: none in this show. DrawStateWrong, DrawNotNow: it takes no entries.
        EntryRefused: with the reason. Nothing was written in any of these cases.
    """
    row = lock_draw(draw_id, org_id=org_id)
    if row.show_id != show_id or row.state in ("draft", "cancelled"):
        raise NoSuchDraw(id=draw_id)
    if (earlier := row.entries.filter(viewer_id=viewer_id).first()) is not None:
        return entry_view(earlier)
    if row.state != "open":
        raise DrawStateWrong(state=row.get_state_display())
    assert row.closes_at is not None
    if now >= row.closes_at:
        raise DrawNotNow(opens_at=row.opens_at, closes_at=row.closes_at)
    if Quiz.objects.filter(draw=row).exists():
        raise EntryRefused(reason="quiz")
    return entry_view(admit(row, viewer_id=viewer_id, keyword=keyword, now=now))


@transaction.atomic
def bar_viewer(
    *, viewer_id: int, reason: Literal["staff", "affiliate"], by: Actor, now: dt.datetime
) -> None:
    """Note that a viewer belongs to the shop: they win no draw that closes from now on.

    Safe to repeat; the first reason stays.

    Raises:
        NotFound: no such viewer in the organisation; nothing was written.
    """
    if viewer_id not in viewers({viewer_id}, org_id=by.org_id):
        raise NotFound(what="观众 viewer")
    _, is_new = BarredViewer.objects.get_or_create(
        organisation_id=by.org_id,
        viewer_id=viewer_id,
        defaults={"reason": reason, "barred_at": now},
    )
    if is_new:
        fact = ViewerBarred(viewer_id=viewer_id, reason=reason)
        append(fact, at=now, org_id=by.org_id, show_id=None, actor=by)


@transaction.atomic
def claim_prize(
    *, award_id: int, org_id: int, viewer_id: int, receiver: Receiver, now: dt.datetime
) -> AwardView:
    """Say where a prize goes, within the published term. Safe to repeat; the first word stays.

    Raises:
        NoSuchAward: not this viewer's. ClaimTermOver: too late. DrawStateWrong: it is a coupon,
            which came by itself.
        TextMissing and its kin, BadInput: the receiver cannot be used. Nothing was written.
    """
    clean = clean_receiver(receiver)
    award = lock_award(award_id, org_id=org_id, viewer_id=viewer_id)
    if award.state in ("claimed", "shipped", "delivered"):
        return award_view(award)
    if award.state == "given":
        raise DrawStateWrong(state=award.get_state_display())
    if award.state == "lapsed" or now >= award.lapses_at:
        raise ClaimTermOver(lapses_at=award.lapses_at)
    move_award(award, "claim")
    award.receiver_encrypted = encrypt_text(msgspec.json.encode(clean).decode())
    award.claimed_at = now
    award.save(update_fields=["state", "receiver_encrypted", "claimed_at"])
    fact = PrizeClaimed(draw_id=award.draw_id, award_id=award.pk, value_fen=award.value_fen)
    actor = Actor("viewer", viewer_id, org_id)
    append(fact, at=now, org_id=org_id, show_id=award.show_id, actor=actor)
    return award_view(award)


def settle_due_draws(*, now: dt.datetime) -> int:
    """Lapse what nobody claimed in the published term; returns how many draws were settled."""
    due = Draw.objects.filter(state="drawn", lapses_at__lte=now).order_by("pk")
    ids = list(due.values_list("pk", "organisation_id")[:100])
    return sum(_settle(id, org_id, now=now) for id, org_id in ids)


@transaction.atomic
def delete_draw_file(*, draw_id: int, by: Actor, now: dt.datetime) -> None:
    """Delete entries and awards of a draw that ended two years ago (LM-105); its terms stay.

    Raises:
        NoSuchDraw, DrawStateWrong: it has not ended.
        FileKept: says until when. Nothing was written in any of these cases.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.finished_at is None:
        raise DrawStateWrong(state=row.get_state_display())
    until = kept_until(row.finished_at)
    if now < until:
        raise FileKept(until=until)
    if row.entries.exists():
        row.awards.all().delete()
        QuizAnswer.objects.filter(entry__draw=row).delete()
        row.entries.all().delete()
        fact = DrawFileDeleted(draw_id=row.pk)
        append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)


def admit(row: Draw, *, viewer_id: int, keyword: str, now: dt.datetime) -> DrawEntry:
    """A new entry in an open draw whose lock the caller holds.

    Raises:
        EntryRefused: with the reason; nothing was written.
    """
    org_id, show_id = row.organisation_id, row.show_id
    barred = BarredViewer.objects.filter(organisation_id=org_id, viewer_id=viewer_id).first()
    if barred is None:
        reason = judge_entry(
            row.spec,
            traits=traits_of(viewer_id, org_id=org_id, now=now),
            keyword=keyword,
            won_fen=won_fen(viewer_id, org_id=org_id, show_id=show_id),
        )
        if reason is not None:
            raise EntryRefused(reason=reason)
    token, place = secrets.token_hex(16), None
    if barred is None:
        row.entries_count += 1
        place = row.entries_count
        row.head = link_entry(row.head, token)
        row.save(update_fields=["entries_count", "head"])
    entry = DrawEntry.objects.create(
        organisation_id=org_id,
        draw=row,
        viewer_id=viewer_id,
        place=place,
        token=token,
        kept_out=barred.reason if barred else "",
        entered_at=now,
    )
    fact = DrawEntered(
        draw_id=row.pk,
        entry_id=entry.pk,
        viewer_id=viewer_id,
        place=place,
        token=token,
        head=row.head,
        kept_out=entry.kept_out,
    )
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=Actor("viewer", viewer_id, org_id))
    return entry


@transaction.atomic
def _settle(draw_id: int, org_id: int, *, now: dt.datetime) -> bool:
    row = lock_draw(draw_id, org_id=org_id)
    if row.state != "drawn" or row.lapses_at is None or row.lapses_at > now:
        return False
    lapsed = list(row.awards.filter(state="awarded").order_by("pk"))
    for award in lapsed:
        move_award(award, "lapse")
    Award.objects.bulk_update(lapsed, ["state"])
    row.state = DRAW.after(row.state, "settle")
    row.finished_at = now
    row.save(update_fields=["state", "finished_at"])
    fact = DrawSettled(draw_id=row.pk, lapsed=[award.pk for award in lapsed])
    append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))
    return True


def lock_award(award_id: int, *, org_id: int, viewer_id: int | None = None) -> Award:
    """An award under the lock of its draw."""
    rows = Award.objects.filter(pk=award_id, organisation_id=org_id)
    if viewer_id is not None:
        rows = rows.filter(viewer_id=viewer_id)
    draw_id = rows.values_list("draw_id", flat=True).first()
    if draw_id is None:
        raise NoSuchAward(id=award_id)
    lock_draw(draw_id, org_id=org_id)
    # The file may have been deleted while this waited.
    if (award := rows.first()) is None:
        raise NoSuchAward(id=award_id)
    return award


def move_award(award: Award, verb: str) -> None:
    if not AWARD.may(award.state, verb):
        raise DrawStateWrong(state=award.get_state_display())
    award.state = AWARD.after(award.state, verb)
