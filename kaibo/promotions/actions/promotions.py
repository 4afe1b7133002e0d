"""Promotions of the shop: saved as drafts, started, paused, ended."""

import datetime as dt

from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import clear_words, judged
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    PromotionEnded,
    PromotionExtended,
    PromotionPaused,
    PromotionSaved,
    PromotionStarted,
    PromotionStartUndone,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.gifts import check_gift, check_goods, release_gifts, set_gifts_aside
from kaibo.promotions.actions.reach import check_reach
from kaibo.promotions.errors import (
    InviteKeeps,
    NoSuchPromotion,
    PacketKeeps,
    PrizeKeeps,
    PromotionStateWrong,
    WindowCannotBe,
)
from kaibo.promotions.models import RUNNING, InviteCampaign, Promotion, stored_terms
from kaibo.promotions.reads.fans import tier_name
from kaibo.promotions.reads.preview import lowest_of
from kaibo.promotions.reads.promotions import PromotionView, promotion_view
from kaibo.promotions.rules import (
    PROMOTION,
    Extension,
    PromotionSpec,
    check_extension,
    check_promotion_spec,
    check_request_key,
    check_worst,
)
from kaibo.promotions.rules.running import tier_of

# A start can be taken back for so long, while nobody has used or claimed anything of it.
UNDO_WITHIN = dt.timedelta(seconds=60)


@transaction.atomic
def save_promotion(
    *,
    spec: PromotionSpec,
    request_key: str,
    by: Actor,
    now: dt.datetime,
    promotion_id: int | None = None,
) -> PromotionView:
    """Keep a draft: a new one, or new terms of one that was not started.

    Safe to repeat: a key that made a draft before gives that draft unchanged.

    Raises:
        BadInput and its kin: the terms have no meaning, or name no start and end (LM-098).
        NoSuchSku, GiftValueWrong: its gift cannot be given as it says.
        NoSuchFanTier: it is for a tier that the shop has not published.
        NoSuchPromotion, PromotionStateWrong, PacketKeeps: it cannot be changed.
        Nothing was written in any of these cases.
    """
    check_request_key(request_key)
    spec = check_promotion_spec(spec, now=now)
    check_gift(spec.terms, org_id=by.org_id)
    tier_name(tier_of(spec.audience), org_id=by.org_id)
    if promotion_id is None:
        row = Promotion(organisation_id=by.org_id, request_key=request_key)
        _set(row, spec)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            earlier = Promotion.objects.filter(organisation_id=by.org_id, request_key=request_key)
            if (found := earlier.first()) is None:
                raise
            return promotion_view(found)
    else:
        row = _lock_own(promotion_id, org_id=by.org_id)
        if row.state != "draft":
            raise _wrong(row)
        _set(row, spec)
        row.save()
    fact = PromotionSaved(
        promotion_id=row.pk,
        terms=row.terms,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        got=row.got,
        audience=row.audience,
        uses_total=row.uses_total,
        per_buyer_max=row.per_buyer_max,
        budget_fen=row.budget_fen,
        claim_from=row.claim_from,
        claim_until=row.claim_until,
        gift_units=row.gift_units,
    )
    _tell(row, fact, by=by, now=now)
    return promotion_view(row)


@judged
def start_promotion(
    *, promotion_id: int, by: Actor, now: dt.datetime, agreed_off_fen: int | None = None
) -> PromotionView:
    """Let it apply inside its window; its terms stand from now on (LM-097). Safe to repeat.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it.
        NoSuchPromotion, PromotionStateWrong, WindowCannotBe: it cannot start.
        BelowFloor, FloorUnproven: with all that can meet it, links and flash sales too, a SKU
            falls below its floor or cannot be shown not to; names the combination.
        GiftValueWrong, NotEnoughStock: its gift. GoodsKeptFromSale: its gift, or what it is
            exchanged for.
        Nothing was written in any of these cases.
        WordsBlocked, WordsUnconfirmed: only what was found in its words was written.
    """
    row = lock_promotion(promotion_id, org_id=by.org_id)
    if row.state == "running":
        return promotion_view(row)
    if row.ends_at <= now:
        raise WindowCannotBe(field="ends_at", why_zh="结束时间已过", why_en="the end has passed")
    _move(row, "start")
    clear_words(
        list(dict.fromkeys((row.title, row.priced.title_zh, row.priced.title_en, row.keyword))),
        subject=f"promotion:{row.pk}",
        org_id=by.org_id,
        show_id=row.show_id,
        by=by,
        now=now,
    )
    _check_reach(row, agreed_off_fen=agreed_off_fen, now=now)
    check_goods(row.priced, org_id=row.organisation_id, now=now)
    check_gift(row.priced, org_id=row.organisation_id)
    row.started_at = now
    row.save(update_fields=["state", "started_at", "agreed_off_fen"])
    _tell(row, PromotionStarted(promotion_id=row.pk), by=by, now=now)
    if row.gift_units is not None:
        set_gifts_aside(row, units=row.gift_units, by=by, now=now)
    return promotion_view(row)


@transaction.atomic
def undo_promotion_start(*, promotion_id: int, by: Actor, now: dt.datetime) -> PromotionView:
    """Take a start back within a minute, while nobody has used or claimed anything of it.

    Raises:
        NoSuchPromotion, PromotionStateWrong, PacketKeeps, InviteKeeps, PrizeKeeps: too
            late or touched; nothing was written.
    """
    row = _lock_own(promotion_id, org_id=by.org_id, stops=True)
    touched = row.coupons_given or row.uses.exists()
    if row.started_at is None or touched or now - row.started_at > UNDO_WITHIN:
        raise _wrong(row)
    take_start_back(row, by=by, now=now)
    return promotion_view(row)


def take_start_back(row: Promotion, *, by: Actor, now: dt.datetime) -> None:
    """A draft again; the caller holds its lock and saw that nobody has anything of it."""
    _move(row, "undo")
    row.started_at, row.agreed_off_fen = None, 0
    row.save(update_fields=["state", "started_at", "agreed_off_fen"])
    _tell(row, PromotionStartUndone(promotion_id=row.pk), by=by, now=now)
    release_gifts(row, by=by, now=now)


@transaction.atomic
def pause_promotion(*, promotion_id: int, by: Actor, now: dt.datetime) -> PromotionView:
    """No new uses or claims until it resumes; claimed coupons stay good. Safe to repeat.

    Raises:
        NoSuchPromotion, PromotionStateWrong, PacketKeeps, InviteKeeps, PrizeKeeps: nothing was
            written.
    """
    row = _lock_own(promotion_id, org_id=by.org_id, stops=True)
    if row.state != "paused":
        _move(row, "pause")
        row.save(update_fields=["state"])
        _tell(row, PromotionPaused(promotion_id=row.pk), by=by, now=now)
    return promotion_view(row)


@transaction.atomic
def resume_promotion(*, promotion_id: int, by: Actor, now: dt.datetime) -> PromotionView:
    """Let a paused promotion apply again. Safe to repeat.

    Raises:
        NoSuchPromotion, PromotionStateWrong, PacketKeeps: nothing was written.
    """
    row = _lock_own(promotion_id, org_id=by.org_id)
    if row.state != "running":
        _move(row, "resume")
        row.save(update_fields=["state"])
        _tell(row, PromotionStarted(promotion_id=row.pk, again=True), by=by, now=now)
    return promotion_view(row)


@transaction.atomic
def end_promotion(*, promotion_id: int, by: Actor, now: dt.datetime) -> PromotionView:
    """End it for good; claimed coupons stay good to their own end (LM-096). Safe to repeat.

    Raises:
        NoSuchPromotion, PacketKeeps, InviteKeeps, PrizeKeeps: nothing was
            written.
    """
    row = _lock_own(promotion_id, org_id=by.org_id, stops=True)
    if row.state != "ended":
        end_row(row, by=by, now=now)
    return promotion_view(row)


@transaction.atomic
def extend_promotion(
    *,
    promotion_id: int,
    changes: Extension,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None = None,
) -> PromotionView:
    """Change a started promotion in the buyer's favour: longer, or more of it (LM-097).

    Coupons that end with the promotion live on to its new end. Safe to repeat.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        SecondPersonNeeded: it becomes dangerous and nobody confirmed it.
        NoSuchPromotion, PromotionStateWrong, PacketKeeps: it cannot be extended.
        TermsStand: a change against the buyer. NumberOutOfRange, WindowCannotBe: as they say.
        BelowFloor, FloorUnproven: it would meet others in the time it gains.
        NotEnoughStock: there are not so many more gifts.
        Nothing was written in any of these cases.
    """
    row = _lock_own(promotion_id, org_id=by.org_id)
    if row.state not in ("running", "paused"):
        raise _wrong(row)
    before = row.ends_at, row.uses_total, row.per_buyer_max, row.budget_fen, row.gift_units
    limits = ("uses_total", "per_buyer_max", "budget_fen", "gift_units")
    check_extension(changes, ends_at=row.ends_at, starts_at=row.starts_at, limits=before[1:])
    ended_with = row.coupons.filter(good_until=row.ends_at, state__in=("open", "held", "used"))
    if changes.ends_at is not None:
        ended_with.update(good_until=changes.ends_at)
        row.ends_at = changes.ends_at
    for field in limits:
        if (value := getattr(changes, field)) is not None:
            setattr(row, field, value)
    if before != (row.ends_at, *(getattr(row, field) for field in limits)):
        _check_reach(row, agreed_off_fen=agreed_off_fen or row.agreed_off_fen or None, now=now)
        row.save(update_fields=["ends_at", "agreed_off_fen", *limits])
        fact = PromotionExtended(
            promotion_id=row.pk,
            ends_at=row.ends_at,
            uses_total=row.uses_total,
            per_buyer_max=row.per_buyer_max,
            budget_fen=row.budget_fen,
            gift_units=row.gift_units,
        )
        _tell(row, fact, by=by, now=now)
        more = (row.gift_units or 0) - (before[4] or 0)
        if more:
            set_gifts_aside(row, units=more, by=by, now=now)
    return promotion_view(row)


def lock_promotion(promotion_id: int, *, org_id: int) -> Promotion:
    """The promotion under its row lock.

    Raises:
        NoSuchPromotion: none of this id in the organisation.
    """
    rows = Promotion.objects.select_for_update(no_key=True)
    row = rows.filter(pk=promotion_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchPromotion(id=promotion_id)
    return row


def end_row(row: Promotion, *, by: Actor, now: dt.datetime) -> None:
    """End a promotion whose lock the caller holds."""
    _move(row, "end")
    row.save(update_fields=["state"])
    _tell(row, PromotionEnded(promotion_id=row.pk), by=by, now=now)
    release_gifts(row, by=by, now=now)


def end_due_gifts(*, now: dt.datetime) -> int:
    """End the gifts whose window is over, so that what was not given goes back to the catalogue.

    Returns:
        How many, at most 500; each in a transaction of its own.
    """
    due = Promotion.objects.filter(
        gift_units__isnull=False, state__in=("running", "paused"), ends_at__lte=now
    )
    return sum(_end_if_due(id, now=now) for id in list(due.values_list("pk", flat=True)[:500]))


@transaction.atomic
def _end_if_due(promotion_id: int, *, now: dt.datetime) -> bool:
    row = Promotion.objects.select_for_update(no_key=True).get(pk=promotion_id)
    # Extended or ended while we came here.
    is_due = row.state in ("running", "paused") and row.ends_at <= now
    if is_due:
        end_row(row, by=SYSTEM(row.organisation_id), now=now)
    return is_due


def _lock_own(promotion_id: int, *, org_id: int, stops: bool = False) -> Promotion:
    """As ``lock_promotion``, for what the desk may change by itself; or stop, if nobody is promised
    its coupons.
    """
    row = lock_promotion(promotion_id, org_id=org_id)
    if row.got == "packet":
        raise PacketKeeps()
    if stops and InviteCampaign.objects.filter(promotion=row, state__in=RUNNING).exists():
        raise InviteKeeps()
    if stops and row.coupons_promised:
        raise PrizeKeeps()
    return row


def _check_reach(row: Promotion, *, agreed_off_fen: int | None, now: dt.datetime) -> None:
    """The floor, and whether one person alone may give away so much; notes what two agreed to."""
    found = lowest_of(row, now=now)
    check_worst(found)
    check_reach(row, found, agreed_off_fen=agreed_off_fen, now=now)
    row.agreed_off_fen = agreed_off_fen or 0


def _set(row: Promotion, spec: PromotionSpec) -> None:
    row.terms = stored_terms(spec.terms)
    row.title, row.stacking = spec.terms.title_zh, spec.terms.stacking
    for field in (
        "starts_at",
        "ends_at",
        "show_id",
        "got",
        "audience",
        "uses_total",
        "per_buyer_max",
        "budget_fen",
        "coupon_lasts_s",
        "unlock",
        "watch_minutes",
        "keyword",
        "claim_from",
        "claim_until",
        "gift_units",
    ):
        setattr(row, field, getattr(spec, field))


def _move(row: Promotion, verb: str) -> None:
    if not PROMOTION.may(row.state, verb):
        raise _wrong(row)
    row.state = PROMOTION.after(row.state, verb)


def _wrong(row: Promotion) -> PromotionStateWrong:
    return PromotionStateWrong(state=row.get_state_display())


def _tell(row: Promotion, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
