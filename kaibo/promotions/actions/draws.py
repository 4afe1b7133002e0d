"""Draws: drafted, published with a promise, opened, entered, closed, revealed, settled."""

import datetime as dt
import secrets

import msgspec
from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import clear_words, judged
from kaibo.compliance.reads import check_function_on
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    AwardTold,
    DrawCancelled,
    DrawChanged,
    DrawClosed,
    DrawOpened,
    DrawPublished,
    DrawRevealed,
    DrawSaved,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.prizes import award_prizes, keep_prizes, let_go_of
from kaibo.promotions.actions.quiz_life import close_quiz, open_quiz, publish_quiz, quiz_of
from kaibo.promotions.actions.winnings import lock_packets_on
from kaibo.promotions.errors import (
    DrawAlreadyOn,
    DrawNotNow,
    DrawStateWrong,
    DrawWithoutShow,
    NoSuchDraw,
)
from kaibo.promotions.models import BarredViewer, Draw, Offer
from kaibo.promotions.reads.draws import DrawView, draw_view
from kaibo.promotions.rules import (
    DRAW,
    SEED_BYTES,
    DrawSpec,
    Favour,
    check_draw_spec,
    check_publishable,
    check_request_key,
    commitment,
    draw_winners,
    favoured,
    root_of,
)
from kaibo.promotions.rules.draws import coupons_in


@transaction.atomic
def save_draw(
    *, spec: DrawSpec, request_key: str, by: Actor, now: dt.datetime, draw_id: int | None = None
) -> DrawView:
    """Keep a draft: a new one, or new terms of one that was not published.

    Safe to repeat: a key that made a draft before gives that draft unchanged.

    Raises:
        BadInput and its kin: a text or number cannot be stored.
        NoSuchDraw, DrawStateWrong: it cannot be changed. Nothing was written.
    """
    check_request_key(request_key)
    spec = check_draw_spec(spec)
    if draw_id is None:
        row = Draw(organisation_id=by.org_id, show_id=spec.show_id, request_key=request_key)
        _set(row, spec)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            earlier = Draw.objects.filter(organisation_id=by.org_id, request_key=request_key)
            if (found := earlier.first()) is None:
                raise
            return draw_view(found)
    else:
        row = lock_draw(draw_id, org_id=by.org_id)
        if row.state != "draft":
            raise _wrong(row)
        row.show_id = spec.show_id
        _set(row, spec)
        row.save()
    _tell(row, DrawSaved(draw_id=row.pk, terms=row.terms), by=by, now=now)
    return draw_view(row)


@judged
def publish_draw(*, draw_id: int, by: Actor, now: dt.datetime) -> DrawView:
    """Make the terms public with the hash of the seed that will decide (LM-101, LM-104).

    The seed is made here, kept encrypted, and shown by nothing before the draw. Coupons among its
    prizes are valued and kept for who will win them. Safe to repeat.

    Raises:
        NoSuchDraw, DrawStateWrong, DrawNotNow: it cannot be published; its time is over.
        DrawIncomplete: names everything that is missing. PrizeAboveCap: LM-102.
        NoSuchPromotion, PrizeCouponCannotBe: a coupon cannot be honoured, and why.
        DrawWithoutShow: the shop has no link in the show yet.
        QuizIncomplete, QuizTooLong: what it asks is not whole, or does not fit into its time.
        Nothing was written in any of these cases.
        WordsBlocked, WordsUnconfirmed: only what was found in its words was written.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state == "published":
        return draw_view(row)
    _move(row, "publish")
    check_publishable(row.spec)
    _clear(row, by=by, now=now)
    assert row.opens_at is not None
    assert row.closes_at is not None
    if row.closes_at <= now:
        raise _not_now(row)
    if not Offer.objects.filter(organisation_id=by.org_id, show_id=row.show_id).exists():
        raise DrawWithoutShow(show_id=row.show_id)
    if (spec := keep_prizes(row.spec, org_id=by.org_id)) != row.spec:
        _set(row, spec)
        _tell(row, DrawSaved(draw_id=row.pk, terms=row.terms), by=by, now=now)
    seed = secrets.token_hex(SEED_BYTES)
    row.seed_encrypted, row.commit = encrypt_text(seed), commitment(seed)
    row.head = row.commit
    row.save()
    fact = DrawPublished(
        draw_id=row.pk,
        title=row.spec.title,
        commit=row.commit,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )
    _tell(row, fact, by=by, now=now)
    publish_quiz(row, by=by, now=now)
    return draw_view(row)


@transaction.atomic
def cancel_draw(*, draw_id: int, by: Actor, now: dt.datetime) -> DrawView:
    """Take a draw back before it opens; an open one runs to its end (LM-104). Safe to repeat.

    Raises:
        NoSuchDraw, DrawStateWrong: nothing was written.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state != "cancelled":
        if row.state == "published":
            let_go_of(coupons_in(row.spec.prizes), org_id=by.org_id)
        _move(row, "cancel")
        row.finished_at = now
        row.save(update_fields=["state", "finished_at"])
        _tell(row, DrawCancelled(draw_id=row.pk), by=by, now=now)
    return draw_view(row)


@transaction.atomic
def open_draw(*, draw_id: int, by: Actor, now: dt.datetime) -> DrawView:
    """Let viewers enter, inside the published times. Safe to repeat.

    Raises:
        NoSuchDraw, DrawStateWrong, DrawNotNow, FunctionOff: it cannot open.
        DrawIncomplete, PrizeAboveCap.
        DrawAlreadyOn: another draw of the show is on. QuizTooLong: too late to ask everything.
        Nothing was written.
    """
    places = Draw.objects.filter(pk=draw_id, organisation_id=by.org_id)
    for show_id in places.values_list("show_id", flat=True):
        lock_packets_on(org_id=by.org_id, show_id=show_id)
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state == "open":
        return draw_view(row)
    check_function_on(row.organisation_id, row.show_id, "draw", now=now)
    _move(row, "open")
    check_publishable(row.spec)
    assert row.opens_at is not None
    assert row.closes_at is not None
    if not row.opens_at <= now < row.closes_at:
        raise _not_now(row)
    try:
        with transaction.atomic():
            row.save(update_fields=["state"])
    except IntegrityError as error:
        raise DrawAlreadyOn() from error
    fact = DrawOpened(draw_id=row.pk, title=row.spec.title, closes_at=row.closes_at)
    _tell(row, fact, by=by, now=now)
    open_quiz(row, by=by, now=now)
    return draw_view(row)


@judged
def change_draw(*, draw_id: int, changes: Favour, by: Actor, now: dt.datetime) -> DrawView:
    """Add prizes or time to claim to a published draw; the terms before are kept (LM-103).

    Raises:
        NoSuchDraw, DrawStateWrong, DrawNotNow: it is not on.
        DrawTermsStand: something would become less. BadInput and its kin, PrizeAboveCap.
        NoSuchPromotion, PrizeCouponCannotBe: a coupon cannot be honoured, and why.
        Nothing was written in any of these cases.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state not in ("published", "open"):
        raise _wrong(row)
    assert row.closes_at is not None
    if row.closes_at <= now:
        raise _not_now(row)
    after = favoured(row.spec, changes)
    if after != row.spec:
        after = keep_prizes(after, org_id=by.org_id, before=row.spec.prizes)
        row.versions = [*row.versions, {"until": now.isoformat(), "terms": row.terms}]
        _set(row, after)
        _clear(row, by=by, now=now)
        row.save()
        version = len(row.versions) + 1
        fact = DrawChanged(draw_id=row.pk, version=version, terms=row.terms)
        _tell(row, fact, by=by, now=now)
    return draw_view(row)


@transaction.atomic
def close_draw(*, draw_id: int, by: Actor, now: dt.datetime) -> DrawView:
    """Take no more entries and publish what binds the list, before the seed is shown.

    Entries of viewers who were barred meanwhile stay in the list and cannot win, and so do those
    that were not right every time, where a quiz decides. Safe to repeat.

    Raises:
        NoSuchDraw, DrawStateWrong: it is not open. DrawNotNow: before its published end.
        Nothing was written.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state == "closed":
        return draw_view(row)
    _move(row, "close")
    assert row.closes_at is not None
    if now < row.closes_at:
        raise _not_now(row)
    barred = BarredViewer.objects.filter(organisation_id=row.organisation_id)
    places = row.entries.filter(place__isnull=False, viewer_id__in=barred.values("viewer_id"))
    staff = {place for place in places.values_list("place", flat=True) if place}
    row.barred = sorted(staff.union(close_quiz(row, by=by, now=now)))
    prizes = [(prize.name, prize.count or 0) for prize in row.spec.prizes]
    row.root = root_of(row.head, prizes=prizes, barred=row.barred)
    row.save(update_fields=["state", "root", "barred"])
    fact = DrawClosed(
        draw_id=row.pk,
        title=row.spec.title,
        root=row.root,
        entries=row.entries_count,
        barred=row.barred,
    )
    _tell(row, fact, by=by, now=now)
    return draw_view(row)


@transaction.atomic
def reveal_draw(*, draw_id: int, by: Actor, now: dt.datetime) -> DrawView:
    """Show the seed, and give its prizes to whom seed and list name. Safe to repeat.

    Who wins a coupon has it in their purse, good from this moment on; what nobody won is let go.

    Raises:
        NoSuchDraw, DrawStateWrong: it is not closed. Nothing was written.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    if row.state == "drawn":
        return draw_view(row)
    _move(row, "draw")
    spec, seed = row.spec, decrypt_text(row.seed_encrypted)
    entries = list(row.entries.filter(place__isnull=False).order_by("place"))
    winners = draw_winners(
        seed,
        root=row.root,
        tokens=[entry.token for entry in entries],
        counts=[prize.count or 0 for prize in spec.prizes],
        barred=row.barred,
    )
    row.seed, row.seed_encrypted = seed, ""
    row.lapses_at = now + dt.timedelta(days=spec.claim_days or 0)
    row.save(update_fields=["state", "seed", "seed_encrypted", "lapses_at"])
    given = award_prizes(row, entries, winners, now=now)
    fact = DrawRevealed(
        draw_id=row.pk,
        title=spec.title,
        seed=seed,
        awards=[
            AwardTold(one.pk, one.place, one.prize_no, one.viewer_id, one.value_fen, one.coupon_id)
            for one in given
        ],
        lapses_at=row.lapses_at,
    )
    _tell(row, fact, by=by, now=now)
    return draw_view(row)


def run_due_draws(*, now: dt.datetime) -> int:
    """Close and reveal what is due by the published times; returns how many draws moved."""
    due = Draw.objects.filter(state__in=("open", "closed"), closes_at__lte=now).order_by("pk")
    moved = 0
    for id, org_id in list(due.values_list("pk", "organisation_id")[:100]):
        by = SYSTEM(org_id)
        with transaction.atomic():
            row = lock_draw(id, org_id=org_id)
            if row.state == "open":
                close_draw(draw_id=id, by=by, now=now)
            if row.state in ("open", "closed"):
                reveal_draw(draw_id=id, by=by, now=now)
                moved += 1
    return moved


def lock_draw(draw_id: int, *, org_id: int) -> Draw:
    """The draw under its row lock.

    Raises:
        NoSuchDraw: none of this id in the organisation.
    """
    rows = Draw.objects.select_for_update(no_key=True)
    row = rows.filter(pk=draw_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchDraw(id=draw_id)
    return row


def _set(row: Draw, spec: DrawSpec) -> None:
    row.terms = msgspec.to_builtins(spec)
    row.opens_at, row.closes_at = spec.opens_at, spec.closes_at


def _move(row: Draw, verb: str) -> None:
    if not DRAW.may(row.state, verb):
        raise _wrong(row)
    row.state = DRAW.after(row.state, verb)


def _wrong(row: Draw) -> DrawStateWrong:
    return DrawStateWrong(state=row.get_state_display())


def _not_now(row: Draw) -> DrawNotNow:
    return DrawNotNow(opens_at=row.opens_at, closes_at=row.closes_at)


def _tell(row: Draw, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    # A draft may name any show; its facts join a show's once it was published in it.
    show_id = row.show_id if row.commit else None
    append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)


def _clear(row: Draw, *, by: Actor, now: dt.datetime) -> None:
    """Judge everything of a draw that viewers read: its terms, and what it asks."""
    spec, quiz = row.spec, quiz_of(row)
    prizes = [text for prize in spec.prizes for text in (prize.name, prize.proof)]
    questions = quiz.spec.questions if quiz else ()
    asked = [text for one in questions for text in (one.text, *one.choices)]
    clear_words(
        [spec.title, spec.keyword, spec.claim_how, spec.organiser, *prizes, *asked],
        subject=f"draw:{row.pk}",
        org_id=by.org_id,
        show_id=row.show_id,
        by=by,
        now=now,
        proven_rules=["C19.draw"],  # this is the registered draw that the rule asks for
    )
