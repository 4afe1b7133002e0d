"""Gifts: set aside for a promotion, held with an order, sold, given back, returned.

The row lock of their promotion is their queue; the stock of the catalogue comes after every link.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.actions import hold_stock, release_stock, return_stock, sell_stock
from kaibo.catalog.reads import kept_from_sale, sku
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    GiftGivenBack,
    GiftReturned,
    GiftSold,
    GiftsReleased,
    GiftsSetAside,
    GiftTaken,
)
from kaibo.journal.actions import append
from kaibo.promotions.errors import GiftValueWrong, GoodsKeptFromSale, PromotionUsedUp
from kaibo.promotions.models import GiftTaking, Promotion, PromotionUse
from kaibo.promotions.rules import TAKING, Gift, Given
from kaibo.promotions.rules import Promotion as Terms
from kaibo.promotions.rules.promotion import exchanges


def check_goods(terms: Terms, *, org_id: int, now: dt.datetime) -> None:
    """Refuse a gift, or goods to exchange a coupon for, that may not be sold now.

    Raises:
        GoodsKeptFromSale: names the first of them.
    """
    exchanged = exchanges(terms)
    ids = {terms.benefit.sku_id} if isinstance(terms.benefit, Gift) else set()
    ids |= exchanged[1] if exchanged else set()
    for sku_id in sorted(kept_from_sale(org_id, ids, now=now) if ids else ()):
        raise GoodsKeptFromSale(goods=sku(org_id, sku_id).product_title)


def check_gift(terms: Terms, *, org_id: int) -> None:
    """Refuse a gift that is not the shop's, or whose published value cannot be true.

    Raises:
        NoSuchSku: not of this organisation. GiftValueWrong: below its floor or above its list
            price.
    """
    if not isinstance(terms.benefit, Gift):
        return
    goods, value_fen = sku(org_id, terms.benefit.sku_id), terms.benefit.value_fen
    most_fen = goods.list_price_fen or value_fen
    if not goods.floor_price_fen <= value_fen <= most_fen:
        raise GiftValueWrong(
            field="value_fen",
            sku=goods.code,
            value_fen=value_fen,
            floor_fen=goods.floor_price_fen,
        )


def set_gifts_aside(row: Promotion, *, units: int, by: Actor, now: dt.datetime) -> None:
    """Hold so many more units for a promotion that gives them; the caller holds its lock.

    Raises:
        ProductNotApproved, QualificationExpired, NotEnoughStock: the catalogue does not give them.
    """
    row.gifts_given += units
    row.save(update_fields=["gifts_given"])
    sku_id = _sku_of(row)
    hold_stock(**_moved(row, sku_id, units, "赠品", now))
    _tell(row, GiftsSetAside(promotion_id=row.pk, sku_id=sku_id, units=units), by=by, now=now)


def release_gifts(row: Promotion, *, by: Actor, now: dt.datetime) -> None:
    """Let go of what nobody holds or got; the caller holds the promotion's lock."""
    left = row.gifts_left
    if not left:
        return
    row.gifts_given -= left
    row.save(update_fields=["gifts_given"])
    sku_id = _sku_of(row)
    release_stock(**_moved(row, sku_id, left, "赠品释放", now))
    _tell(row, GiftsReleased(promotion_id=row.pk, sku_id=sku_id, units=left), by=by, now=now)


def hold_gift(row: Promotion, given: Given, use: PromotionUse, *, now: dt.datetime) -> GiftTaking:
    """Hold what an order earned; the caller holds the promotion's lock and knows it is there."""
    row.gifts_held += given.units
    row.save(update_fields=["gifts_held"])
    gift = GiftTaking.objects.create(
        promotion=row,
        use=use,
        sku_id=given.sku_id,
        viewer_id=use.viewer_id,
        units=given.units,
        taken_at=now,
    )
    fact = GiftTaken(**_about(gift), use_id=use.pk, units=gift.units)
    _tell(row, fact, by=Actor("viewer", use.viewer_id, row.organisation_id), now=now, gift=gift)
    return gift


def lock_gifts(*, gift_ids: Iterable[int]) -> None:
    """Lock the promotions whose gifts an order is about to move, before its links."""
    rows = Promotion.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(gifts__in=list(gift_ids)))


@transaction.atomic
def give_back_gift(*, gift_id: int, now: dt.datetime) -> None:
    """Free held units: to the promotion, or to the catalogue once it ended. Safe to repeat."""
    row, gift = _lock(gift_id)
    if not TAKING.may(gift.state, "give_back"):
        return
    _move(gift, "give_back")
    to_catalog = row.state == "ended"
    row.gifts_held -= gift.units
    row.gifts_given -= gift.units if to_catalog else 0
    row.save(update_fields=["gifts_held", "gifts_given"])
    if to_catalog:
        release_stock(**_moved(row, gift.sku_id, gift.units, "赠品释放", now))
    fact = GiftGivenBack(**_about(gift), units=gift.units, to_catalog=to_catalog)
    _tell(row, fact, now=now, gift=gift)


@transaction.atomic
def mark_gift_sold(*, gift_id: int, now: dt.datetime) -> None:
    """The order is paid: its gifts leave the stock. Safe to repeat."""
    row, gift = _lock(gift_id)
    if gift.state == "sold":
        return
    _move(gift, "sell")
    row.gifts_held -= gift.units
    row.gifts_sold += gift.units
    row.save(update_fields=["gifts_held", "gifts_sold"])
    sell_stock(**_moved(row, gift.sku_id, gift.units, "赠出", now))
    _tell(row, GiftSold(**_about(gift), units=gift.units), now=now, gift=gift)


@transaction.atomic
def retake_gift(*, gift_id: int, now: dt.datetime) -> None:
    """A late payment: take the units again and give them.

    Raises:
        PromotionUsedUp: they went to others, or may not be given now; nothing was written.
    """
    row, gift = _lock(gift_id)
    kept = kept_from_sale(row.organisation_id, [gift.sku_id], now=now)
    if kept or (row.gifts_left or 0) < gift.units:
        raise PromotionUsedUp(title=row.title)
    _move(gift, "retake")
    row.gifts_held += gift.units
    row.save(update_fields=["gifts_held"])
    fact = GiftTaken(**_about(gift), use_id=gift.use_id, units=gift.units, again=True)
    _tell(row, fact, now=now, gift=gift)
    mark_gift_sold(gift_id=gift_id, now=now)


@transaction.atomic
def return_gift(*, gift_id: int, units: int, now: dt.datetime) -> None:
    """Units come back to the catalogue, at most as many as are left with the buyer."""
    row, gift = _lock(gift_id)
    left = gift.units - gift.units_returned
    assert 1 <= units <= left, f"{units} of {left}"
    gift.units_returned += units
    gift.save(update_fields=["units_returned"])
    if units == left:
        _move(gift, "return")
    row.gifts_sold -= units
    row.gifts_given -= units
    row.save(update_fields=["gifts_sold", "gifts_given"])
    return_stock(**_moved(row, gift.sku_id, units, "赠品退回", now))
    fact = GiftReturned(**_about(gift), units=units, units_kept=left - units)
    _tell(row, fact, now=now, gift=gift)


def _sku_of(row: Promotion) -> int:
    benefit = row.priced.benefit
    assert isinstance(benefit, Gift), "only a gift has units set aside"
    return benefit.sku_id


def _moved(row: Promotion, sku_id: int, units: int, why: str, now: dt.datetime) -> dict[str, Any]:
    reason = f"{why}（活动 {row.pk}）"
    return {
        "org_id": row.organisation_id,
        "sku_id": sku_id,
        "units": units,
        "reason": reason,
        "now": now,
    }


def _about(gift: GiftTaking) -> dict[str, Any]:
    return {
        "gift_id": gift.pk,
        "promotion_id": gift.promotion_id,
        "viewer_id": gift.viewer_id,
        "sku_id": gift.sku_id,
    }


def _lock(gift_id: int) -> tuple[Promotion, GiftTaking]:
    rows = Promotion.objects.select_for_update(no_key=True)
    row = rows.get(pk=GiftTaking.objects.values_list("promotion_id", flat=True).get(pk=gift_id))
    return row, GiftTaking.objects.select_related("use").get(pk=gift_id)


def _move(gift: GiftTaking, verb: str) -> None:
    gift.state = TAKING.after(gift.state, verb)
    gift.save(update_fields=["state"])


def _tell(
    row: Promotion,
    fact: Fact,
    *,
    now: dt.datetime,
    by: Actor | None = None,
    gift: GiftTaking | None = None,
) -> None:
    """Gifts move in the show of their order; else the fact is the promotion's own."""
    org_id = row.organisation_id
    show_id = row.show_id if gift is None else gift.use.show_id
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=by or SYSTEM(org_id))
