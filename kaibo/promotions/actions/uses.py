"""Promotions at work in an order: held with it, spent, given back, returned."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import transaction

from kaibo.audience.reads.fans import fan_of
from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.actions import lock_floors
from kaibo.facts.promotions import PromotionsUsed, UsesMoved, UseTold
from kaibo.journal.actions import append
from kaibo.promotions.actions.breaker import count_use
from kaibo.promotions.actions.gifts import hold_gift
from kaibo.promotions.errors import CouponCannotBeUsed, PromotionUsedUp
from kaibo.promotions.models import Coupon, Promotion, PromotionUse
from kaibo.promotions.reads.basket import (
    Audience,
    Buyer,
    LineWish,
    Priced,
    basket_lines,
    offered_to,
    priced,
    room_of,
)
from kaibo.promotions.reads.gifts import GiftHeld, gift_held, gifts_in
from kaibo.promotions.rules import (
    COUPON,
    USE,
    Applied,
    Given,
    Note,
    Quote,
    check_quote_floor,
    gift_payers,
    payer_amounts,
)
from kaibo.promotions.rules.running import tier_of

_Verb = Literal["sell", "give_back", "retake", "return"]
_COUPON_VERB = {"sell": "spend", "give_back": "give_back", "retake": "retake", "return": "return"}


@dataclass(frozen=True, slots=True)
class Used:
    """The price an order stands on, the uses it holds, and why the price is what it is.

    ``audiences``: by promotion that is not for everyone, whom it is for and if the buyer is one.
    ``fans``: by promotion the fan tier and the rule that a use rests on, where it asks for one.
    ``gifts``: what it holds that goes with it for nothing, in the order of ``quote.gifts``.
    """

    quote: Quote
    use_ids: tuple[int, ...]
    notes: tuple[Note, ...]
    gifts: tuple[GiftHeld, ...] = ()
    fans: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    audiences: Mapping[int, Audience] = field(default_factory=dict)


def lock_promotions(
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    coupon_ids: Sequence[int] | None,
    now: dt.datetime,
) -> tuple[int, ...]:
    """Lock what this buyer may use, before the order takes units of any link.

    Returns:
        Ids for ``use_promotions(among=…)``. Nothing was written.

    Raises:
        CouponCannotBeUsed: a chosen coupon is not theirs, not open, or not good here and now.
    """
    buyer = Buyer(
        org_id=org_id, show_id=show_id, viewer_id=viewer_id, coupon_ids=coupon_ids, now=now
    )
    return tuple(_lock(offered_to(buyer)))


@transaction.atomic
def use_promotions(
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    lines: Sequence[LineWish],
    coupon_ids: Sequence[int] | None,
    now: dt.datetime,
    among: Sequence[int] | None = None,
) -> Used:
    """Price an order under the locks of its promotions, and hold their uses for it.

    What ran out of stock, limit, budget or time is left out and told in ``notes``; the caller
    compares the total with what the buyer was shown. The order's own key makes it safe to repeat.

    Args:
        among: what ``lock_promotions`` gave in this transaction; None locks here, and then the
            caller must hold no link yet (docs/mechanisms/locking.md).

    Raises:
        CouponCannotBeUsed: a chosen coupon is not theirs, not open, or not good here and now.
        BelowFloor: names the SKU and the promotions that met. NoSuchSku: foreign goods.
        Nothing was written in any of these cases.
    """
    buyer = Buyer(
        org_id=org_id, show_id=show_id, viewer_id=viewer_id, coupon_ids=coupon_ids, now=now
    )
    rows = _lock(offered_to(buyer) if among is None else among)
    floors = lock_floors(org_id=org_id, sku_ids=[line.sku_id for line in lines])
    found = priced(buyer, basket_lines(org_id, lines, floors), among=rows)
    check_quote_floor(found.quote)
    uses = [_hold(rows, used, found, buyer=buyer) for used in found.quote.applied]
    views = gifts_in(found.quote, org_id=org_id)
    gifts = []
    for given, view in zip(found.quote.gifts, views, strict=True):
        use = _hold(rows, given, found, buyer=buyer)
        row = rows[given.promotion.id]
        gifts.append(gift_held(view, hold_gift(row, given, use, now=now).pk, given, found.quote))
        uses.append(use)
    if uses:
        fact = PromotionsUsed(viewer_id=viewer_id, uses=[_told(use) for use in uses])
        actor = Actor("viewer", viewer_id, org_id)
        append(fact, at=now, org_id=org_id, show_id=show_id, actor=actor)
    ids = tuple(use.pk for use in uses)
    fans = {use.promotion_id: use.fan for use in uses if use.fan}
    return Used(found.quote, ids, tuple(found.notes()), tuple(gifts), fans, found.audiences)


@transaction.atomic
def mark_uses_sold(*, use_ids: Iterable[int], now: dt.datetime) -> None:
    """The order is paid: its uses and coupons are spent. Safe to repeat."""
    _move(use_ids, "sell", now=now)


@transaction.atomic
def give_back_uses(*, use_ids: Iterable[int], now: dt.datetime) -> None:
    """The order closed unpaid: stock, budget and coupons are free again. Safe to repeat.

    A coupon whose time ended meanwhile stays in the purse until ``expire_coupons`` takes it out.
    """
    _move(use_ids, "give_back", now=now)


@transaction.atomic
def return_uses(*, use_ids: Iterable[int], now: dt.datetime) -> None:
    """All of a paid order was refunded: stock and budget come back. Safe to repeat.

    The coupon comes back while its validity lasts; afterwards it stays used. Where only part of
    an order is refunded nothing comes back, and this is not called.
    """
    _move(use_ids, "return", now=now)


@transaction.atomic
def retake_uses(*, use_ids: Iterable[int], now: dt.datetime) -> None:
    """A late payment: the uses that were given back are spent after all, at what they took off.

    The window does not matter, for the price was promised inside it. Safe to repeat.

    Raises:
        PromotionUsedUp: stock, limit or budget went to others meanwhile.
        CouponCannotBeUsed: the coupon was used elsewhere or has expired.
        Nothing was written in either case.
    """
    _move(use_ids, "retake", now=now)


def _lock(ids: Iterable[int]) -> dict[int, Promotion]:
    """The promotions under their row locks, taken in the order of ids."""
    rows = Promotion.objects.select_for_update(no_key=True).order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=list(ids))}


def _hold(
    rows: dict[int, Promotion], used: Applied | Given, found: Priced, *, buyer: Buyer
) -> PromotionUse:
    """A use; of a gift it takes off its own value, which is the whole price of the gift's line."""
    row, coupon = rows[used.promotion.id], found.offered[used.promotion.id].coupon
    off_fen = used.off_fen if isinstance(used, Applied) else used.value_fen
    row.uses_held += 1
    row.off_fen += off_fen
    counted = count_use(row, off_fen=off_fen, show_id=buyer.show_id, now=buyer.now)
    row.save(update_fields=["uses_held", "off_fen", *counted])
    if coupon is not None:
        _set_state(coupon, "hold")
    return PromotionUse.objects.create(
        organisation_id=buyer.org_id,
        promotion=row,
        coupon=coupon,
        show_id=buyer.show_id,
        viewer_id=buyer.viewer_id,
        off_fen=off_fen,
        units=used.units,
        shares=_shares(used, found.quote),
        fan=_fan(row, buyer),
        used_at=buyer.now,
    )


def _fan(row: Promotion, buyer: Buyer) -> dict[str, Any] | None:
    """The tier and the rule a use rests on; what becomes of the tier later changes nothing.

    A coupon rests on the moment when it was claimed, so its promotion asks for none here.
    """
    if row.got != "auto" or not (needs := tier_of(row.audience)):
        return None
    fan = fan_of(buyer.viewer_id, org_id=buyer.org_id)
    return {
        "needs": needs,
        "place": fan.place,
        "name": fan.name,
        "points": fan.points,
        "given": fan.given,
        "version": fan.version,
    }


def _shares(used: Applied | Given, quote: Quote) -> list[dict[str, Any]]:
    if isinstance(used, Given):
        part = dict(sorted(gift_payers(used).items()))
        return [{"key": f"gift-{used.promotion.id}", "fen": used.value_fen, "payers": part}]
    payers = payer_amounts(Quote(quote.lines, (used,), quote.line_fen))
    return [
        {"key": line.key, "fen": fen, "payers": dict(sorted(part.items()))}
        for line, fen, part in zip(quote.lines, used.shares, payers, strict=True)
        if fen
    ]


def _move(use_ids: Iterable[int], verb: _Verb, *, now: dt.datetime) -> None:
    """Move an order's uses together: lock their promotions, look, count, tell."""
    ids = sorted(set(use_ids))
    places = PromotionUse.objects.filter(pk__in=ids)
    rows = _lock(set(places.values_list("promotion_id", flat=True)))
    uses = [
        use for use in places.select_related("coupon").order_by("pk") if USE.may(use.state, verb)
    ]
    back: list[int] = []
    for use in uses:
        row = rows[use.promotion_id]
        if verb == "retake":
            _check_retake(row, use)
        _count(row, use, verb)
        use.state = USE.after(use.state, verb)
        use.save(update_fields=["state"])
        if use.coupon is not None and _move_coupon(use.coupon, verb, now=now):
            back.append(use.coupon.pk)
    if uses:
        first = uses[0]
        fact = UsesMoved(
            verb=verb,
            viewer_id=first.viewer_id,
            uses=[_told(use) for use in uses],
            coupons_back=back,
        )
        org_id = first.organisation_id
        append(fact, at=now, org_id=org_id, show_id=first.show_id, actor=SYSTEM(org_id))


_COUNTS: dict[_Verb, Counter[str]] = {
    "sell": Counter(uses_held=-1, uses_spent=1),
    "give_back": Counter(uses_held=-1),
    "retake": Counter(uses_spent=1),
    "return": Counter(uses_spent=-1),
}
_OFF: dict[_Verb, int] = {"sell": 0, "give_back": -1, "retake": 1, "return": -1}


def _count(row: Promotion, use: PromotionUse, verb: _Verb) -> None:
    row.uses_held += _COUNTS[verb]["uses_held"]
    row.uses_spent += _COUNTS[verb]["uses_spent"]
    row.off_fen += _OFF[verb] * use.off_fen
    row.save(update_fields=["uses_held", "uses_spent", "off_fen"])


def _check_retake(row: Promotion, use: PromotionUse) -> None:
    room = room_of(row, viewer_id=use.viewer_id, by_coupon=use.coupon is not None)
    short = room.budget_fen is not None and room.budget_fen < use.off_fen
    gone = any(left is not None and left < 1 for left in (room.uses, room.mine))
    if short or gone:
        raise PromotionUsedUp(title=row.title)
    if use.coupon is not None and not COUPON.may(use.coupon.state, "retake"):
        raise CouponCannotBeUsed(id=use.coupon.pk)


def _move_coupon(coupon: Coupon, verb: _Verb, *, now: dt.datetime) -> bool:
    """Move the coupon behind a use; says whether it is open again."""
    if verb == "return" and coupon.good_until <= now:
        return False
    _set_state(coupon, _COUPON_VERB[verb])
    return verb in ("give_back", "return")


def _set_state(coupon: Coupon, verb: str) -> None:
    coupon.state = COUPON.after(coupon.state, verb)
    coupon.save(update_fields=["state"])


def _told(use: PromotionUse) -> UseTold:
    fan = use.fan or {"place": 0, "version": 0}
    return UseTold(
        use.pk, use.promotion_id, use.coupon_id, use.off_fen, fan["place"], fan["version"]
    )
