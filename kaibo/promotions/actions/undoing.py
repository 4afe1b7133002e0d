"""Changes taken back by their natural opposite, while nobody has anything of them."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.dateparse import parse_datetime

from kaibo.base.actor import Actor
from kaibo.catalog.actions import release_stock
from kaibo.facts.promotions import ChangeUndone
from kaibo.journal.actions import append
from kaibo.promotions.actions.auctions import cancel_auction
from kaibo.promotions.actions.changes import check_may, lock_change
from kaibo.promotions.actions.coupons import withdraw_drop
from kaibo.promotions.actions.flash_sales import stop_flash_sale
from kaibo.promotions.actions.floor import check_floor_now, check_stacked_floor
from kaibo.promotions.actions.groups import end_group_offer
from kaibo.promotions.actions.presales import end_presale_offer
from kaibo.promotions.actions.prices import keep_open_price
from kaibo.promotions.actions.promotions import take_start_back
from kaibo.promotions.errors import AuctionStateWrong, UndoTooLate
from kaibo.promotions.models import Change, Claim, Offer, PriceSet, Promotion, Taking
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads.guards import ChangeView, change_view, guard_terms
from kaibo.promotions.rules import CHANGE, check_undo


@transaction.atomic
def undo_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """Take a change back while its time runs and nobody bought under it.

    Raises:
        NoSuchChange, StepDoesNotFollow, UndoTooLate, BelowFloor, FloorUnproven: nothing was
            written.
    """
    subject, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "undo")
    assert row.made_at is not None
    undo_s = guard_terms(by.org_id).undo_s
    if isinstance(subject, Offer):
        undo, bought = _OF_LINK[row.kind], _bought(row, subject)
        check_undo(row.made_at, undo_s=undo_s, bought=bought, now=now)
        units_returned = undo(row, subject, by, now)
    else:
        units_returned = 0
        check_undo(row.made_at, undo_s=undo_s, bought=_got(row, subject), now=now)
        _OF_PROMOTION[row.kind](row, subject, by, now)
    row.state = CHANGE.after(row.state, "undo")
    row.save(update_fields=["state"])
    fact = ChangeUndone(
        change_id=row.pk,
        offer_id=row.offer_id,
        link_no=row.link_no,
        promotion_id=row.promotion_id,
        state=subject.state,
        price_fen=subject.price_fen if isinstance(subject, Offer) else 0,
        units_returned=units_returned,
    )
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


def _bought(row: Change, offer: Offer) -> int:
    """Units somebody has because of a link's change."""
    if row.kind in ("units", "auction"):
        return 0
    if row.kind == "flash_sale":
        claims = Claim.objects.filter(sale_id=row.sale_id, state__in=LIVE_CLAIMS)
        return claims.aggregate(n=Sum("units"))["n"] or 0
    takings: QuerySet[Taking] = offer.takings.filter(state__in=("held", "sold"))
    if row.kind == "group_buy":
        takings = takings.filter(group_offer_id=row.began_id)
    elif row.kind == "presale":
        takings = takings.filter(presale_id=row.began_id)
    else:
        takings = takings.filter(taken_at__gte=row.made_at)
    return takings.aggregate(n=Sum("units"))["n"] or 0


def _got(row: Change, promotion: Promotion) -> int:
    """Coupons claimed and uses made of a promotion because of its change."""
    if row.kind == "drop":
        return promotion.coupons.filter(claimed_at__gte=row.made_at).count()
    return promotion.coupons_given + promotion.uses.count()


def _undo_price(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    if offer.state != "open" or _opened_since(row, offer):
        raise UndoTooLate(why_zh="链接之后又有改动", why_en="the link was changed again since")
    for name, value in row.before.items():
        setattr(offer, name, value)
    early = {"early_tier": 0, "early_name": "", "opens_to_all_at": None}
    if offer.state == "open":
        early = {}
    for name, value in early.items():
        setattr(offer, name, value)
    offer.save(update_fields=[*row.before, *early])
    if offer.state == "open":
        keep_open_price(offer, now=now)
        # What began meanwhile was judged by the price that now goes.
        check_stacked_floor(org_id=offer.organisation_id, show_id=offer.show_id, now=now)
        check_floor_now(offer.pk, price_fen=offer.price_fen)
    return 0


def _opened_since(row: Change, offer: Offer) -> bool:
    """Whether the link was opened after the change and not taken back, be it at the same price.

    A change and its undo show a price each; whatever else was shown came by another way.
    """
    later = Change.objects.filter(offer=offer, kind="price", made_at__gt=row.made_at)
    shown = PriceSet.objects.filter(
        organisation_id=offer.organisation_id,
        show_id=offer.show_id,
        link_no=offer.link_no,
        kind="open",
        since__gt=row.made_at,
    )
    undone = later.filter(state="undone").count()
    return later.filter(state="made").exists() or shown.count() != 2 * undone


def _undo_units(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    units = row.terms["units"]
    if offer.state == "closed" or offer.units_left < units:
        raise UndoTooLate(why_zh="所加库存已被占用", why_en="the units that were added are in use")
    offer.units_given -= units
    offer.save(update_fields=["units_given"])
    release_stock(
        org_id=offer.organisation_id,
        sku_id=offer.sku_id,
        units=units,
        reason=f"{offer.link_no} 号链接撤销加库存",
        now=now,
    )
    return int(units)


def _undo_sale(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    # Its units go back by the fact of the stop.
    assert row.sale_id is not None
    stop_flash_sale(sale_id=row.sale_id, by=by, now=now)
    return 0


def _undo_group_buy(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    assert row.began_id is not None
    end_group_offer(group_offer_id=row.began_id, by=by, now=now)
    return 0


def _undo_presale(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    assert row.began_id is not None
    end_presale_offer(presale_offer_id=row.began_id, by=by, now=now)
    return 0


def _undo_auction(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    # Its units go back by the fact of the cancelling.
    assert row.began_id is not None
    try:
        cancel_auction(auction_id=row.began_id, by=by, now=now)
    except AuctionStateWrong as wrong:
        raise UndoTooLate(why_zh="竞价已开始", why_en="the auction has begun") from wrong
    return 0


def _undo_start(row: Change, promotion: Promotion, by: Actor, now: dt.datetime) -> None:
    if promotion.state != "running" or promotion.coupons_promised:
        raise UndoTooLate(why_zh="优惠之后又有改动", why_en="the promotion was changed since")
    take_start_back(promotion, by=by, now=now)


def _undo_drop(row: Change, promotion: Promotion, by: Actor, now: dt.datetime) -> None:
    assert row.made_at is not None
    said = row.before["claim_until"]
    until = parse_datetime(said) if said else None
    stands = row.made_at + dt.timedelta(seconds=row.terms["lasts_s"])
    if until is not None and until > row.made_at:
        stands = max(stands, until)
    later = Change.objects.filter(
        promotion=promotion, kind="drop", state="made", made_at__gt=row.made_at
    )
    if promotion.claim_until != min(promotion.ends_at, stands) or later.exists():
        raise UndoTooLate(why_zh="之后又发过券", why_en="coupons were dropped again since")
    withdraw_drop(promotion, until=until, by=by, now=now)


def _undo_extension(row: Change, promotion: Promotion, by: Actor, now: dt.datetime) -> None:
    """What buyers were promised is not taken back (LM-097)."""
    raise UndoTooLate(why_zh="已公布的条款只可对买家更有利", why_en="terms only change for buyers")


_OF_LINK: dict[str, Callable[[Change, Offer, Actor, dt.datetime], int]] = {
    "price": _undo_price,
    "units": _undo_units,
    "flash_sale": _undo_sale,
    "group_buy": _undo_group_buy,
    "presale": _undo_presale,
    "auction": _undo_auction,
}
_OF_PROMOTION: dict[str, Callable[[Change, Promotion, Actor, dt.datetime], None]] = {
    "promotion": _undo_start,
    "drop": _undo_drop,
    "extension": _undo_extension,
}
