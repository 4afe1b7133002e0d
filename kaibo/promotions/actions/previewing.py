"""What a change on air would do, shown before it is made: rehearsed, and taken back."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.access.reads import names_of_who_may
from kaibo.base.actor import Actor
from kaibo.compliance.actions import judged
from kaibo.promotions.actions.change_kinds import ChangeSpec, apply_change
from kaibo.promotions.actions.offers import lock_offer
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.actions.reach import off_of
from kaibo.promotions.errors import SecondPersonNeeded
from kaibo.promotions.models import Claim, Coupon, FlashSale, Offer, Promotion
from kaibo.promotions.reads.guards import guard_terms
from kaibo.promotions.reads.preview import lowest_in_show, lowest_of
from kaibo.promotions.reads.prices import reference_of
from kaibo.promotions.rules import off_each_fen

# Who may be the second person.
CONFIRM = "room.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How it would stand after the change; nothing was written.

    ``price_fen``: the new price before promotions, None where no goods are touched.
    ``lowest_fen``: the lowest price with every promotion that runs, of ``lowest_sku``.
    ``off_fen``: what can be given away at most. ``dangers``: why a second person is needed.
    """

    price_fen: int | None
    units_left: int | None
    lowest_fen: int | None
    lowest_sku: str
    off_fen: int
    dangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """What a change would do; nothing was written.

    ``lowest_fen``: the lowest price, of ``lowest_sku``, with every promotion that runs.
    ``holders``: buyers who hold units or coupons of it unpaid. ``off_fen``: what can be given
    away at most; ``dangers``: why a second person is needed, ``confirmers`` who that may be.
    ``undo_s``: how long it can be taken back while nobody bought; 0 is not at all.
    """

    link_no: int | None
    promotion_id: int | None
    state: str
    price_fen: int | None
    new_price_fen: int | None
    units_left: int | None
    new_units_left: int | None
    lowest_fen: int | None
    lowest_sku: str
    holders: int
    off_fen: int
    dangers: tuple[str, ...]
    confirmers: tuple[str, ...]
    undo_s: int


@judged
def preview_change(*, spec: ChangeSpec, by: Actor, now: dt.datetime) -> ChangePreview:
    """What the change would do if it were made now: rehearsed, and taken back.

    Raises:
        whatever making it would raise, but for ``SecondPersonNeeded``.
    """
    subject = lock_subject(spec, org_id=by.org_id)
    after = rehearse(spec, by=by, now=now)
    offer = subject if isinstance(subject, Offer) else None
    may = names_of_who_may(CONFIRM, org_id=by.org_id, but=by.id) if after.dangers else ()
    return ChangePreview(
        link_no=None if offer is None else offer.link_no,
        promotion_id=spec.promotion_id,
        state=subject.state,
        price_fen=after.price_fen if offer is None else offer.price_fen,
        new_price_fen=after.price_fen,
        units_left=None if offer is None else offer.units_left,
        new_units_left=after.units_left,
        lowest_fen=after.lowest_fen,
        lowest_sku=after.lowest_sku,
        holders=_holders(subject),
        off_fen=after.off_fen,
        dangers=after.dangers,
        confirmers=tuple(may),
        undo_s=0 if spec.kind == "extension" else guard_terms(by.org_id).undo_s,
    )


def lock_subject(spec: ChangeSpec, *, org_id: int) -> Offer | Promotion:
    """What the change is of, under its lock, which is the queue of its changes.

    Raises:
        NoSuchLink, NoSuchPromotion: not of this organisation.
    """
    if spec.promotion_id is not None:
        return lock_promotion(spec.promotion_id, org_id=org_id)
    return lock_offer(**spec.link, org_id=org_id)


def rehearse(spec: ChangeSpec, *, by: Actor, now: dt.datetime) -> Rehearsal:
    """How it would stand after the change; the caller holds the lock.

    Raises:
        whatever making it would raise, but for ``SecondPersonNeeded``.
    """
    try:
        return _rehearse(spec, by=by, now=now, agreed_off_fen=None)
    except SecondPersonNeeded as needed:
        off_fen, dangers = needed.data["off_fen"], tuple(needed.data["dangers"])
    seen = _rehearse(spec, by=by, now=now, agreed_off_fen=off_fen)
    return Rehearsal(
        price_fen=seen.price_fen,
        units_left=seen.units_left,
        lowest_fen=seen.lowest_fen,
        lowest_sku=seen.lowest_sku,
        off_fen=off_fen,
        dangers=dangers,
    )


def _rehearse(
    spec: ChangeSpec, *, by: Actor, now: dt.datetime, agreed_off_fen: int | None
) -> Rehearsal:
    with transaction.atomic():
        began_id = apply_change(spec, by=by, now=now, agreed_off_fen=agreed_off_fen)
        if spec.promotion_id is None:
            seen = _link_after(spec, began_id, now=now)
        else:
            seen = _promotion_after(spec.promotion_id, now=now)
        transaction.set_rollback(True)
    return seen


def _link_after(spec: ChangeSpec, began_id: int | None, *, now: dt.datetime) -> Rehearsal:
    offer = Offer.objects.select_related("sku").get(**spec.link)
    price_fen, units = _beside(spec, offer)
    reference = offer.reference_fen
    if spec.kind == "flash_sale":
        assert began_id is not None
        reference = FlashSale.objects.get(pk=began_id).reference_fen
    elif spec.kind in ("group_buy", "presale", "auction"):
        tag = offer.day_price_fen
        reference = reference_of(offer.organisation_id, offer.sku_id, day_price_fen=tag, now=now)
    found = lowest_in_show(offer.organisation_id, show_id=offer.show_id, now=now)
    lowest = [worst.unit_fen for worst in found if worst.terms.sku_id == offer.sku_id]
    return Rehearsal(
        price_fen=price_fen,
        units_left=offer.units_left,
        lowest_fen=min([*lowest, price_fen]),
        lowest_sku=offer.sku.code,
        off_fen=units * off_each_fen(reference, price_fen),
    )


def _beside(spec: ChangeSpec, offer: Offer) -> tuple[int, int]:
    """The lowest price that the change lets goods go at, and how many units at most."""
    if spec.kind == "flash_sale":
        return spec.price_fen, spec.units
    if spec.group is not None:
        leads = spec.group.leader_price_fen
        return spec.price_fen if leads is None else leads, offer.units_left
    if spec.presale is not None:
        return spec.presale.total_fen, offer.units_left
    if spec.auction is not None:
        return max(spec.auction.start_fen, spec.auction.reserve_fen or 0), spec.auction.units
    return offer.price_fen, offer.units_left


def _promotion_after(promotion_id: int, *, now: dt.datetime) -> Rehearsal:
    row = Promotion.objects.get(pk=promotion_id)
    found = lowest_of(row, now=now)
    deepest = min(
        found, key=lambda one: one.unit_fen / max(1, one.terms.unit_price_fen), default=None
    )
    return Rehearsal(
        price_fen=None if deepest is None else deepest.terms.unit_price_fen,
        units_left=row.coupons_left if row.got != "auto" else None,
        lowest_fen=None if deepest is None else deepest.unit_fen,
        lowest_sku="" if deepest is None else deepest.terms.sku,
        off_fen=off_of(row, found, now=now),
    )


def _holders(subject: Offer | Promotion) -> int:
    if isinstance(subject, Promotion):
        coupons = Coupon.objects.filter(promotion=subject, state__in=("open", "held"))
        return coupons.values("viewer_id").distinct().count()
    claims = Claim.objects.filter(sale__offer=subject, state__in=("held", "ordered"))
    takings = subject.takings.filter(state="held")
    holders = {*claims.values_list("viewer_id", flat=True)}
    return len(holders | {*takings.values_list("viewer_id", flat=True)})
