"""What a buyer's basket costs with the promotions and coupons that are theirs at this moment."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import Q, QuerySet

from kaibo.audience.reads import followed_since
from kaibo.audience.reads.fans import fan_places, fan_tiers
from kaibo.catalog.errors import NoSuchSku
from kaibo.catalog.reads import kept_from_sale, skus, tags_of
from kaibo.promotions.errors import CouponCannotBeUsed
from kaibo.promotions.models import Claim, Coupon, Promotion, PromotionUse, Taking
from kaibo.promotions.reads.stacking import stacking_rule
from kaibo.promotions.rules import (
    IN_FIXED_ORDER,
    BasketLine,
    Choose,
    Gift,
    LeftOut,
    Note,
    Quote,
    Room,
    Traits,
    explain,
    is_for,
    left_out_note,
    price_within,
)
from kaibo.promotions.rules import Promotion as Terms
from kaibo.promotions.rules.running import audience_words, tier_of
from kaibo.promotions.rules.search import Basket, Chance


class LineWish(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a basket as its buyer sees it.

    Args:
        key: the caller's own name of the line; unique in the basket.
        unit_price_fen: what the link or the claim says, before any promotion.
    """

    key: str
    sku_id: int
    units: int
    unit_price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who asks, where and when.

    Args:
        coupon_ids: the coupons they chose; None is the best of all they hold.
    """

    org_id: int
    show_id: int
    viewer_id: int
    coupon_ids: Sequence[int] | None
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """A promotion that a buyer may use: by itself, or by the coupon of theirs that ends first."""

    row: Promotion
    terms: Terms
    coupon: Coupon | None
    room: Room


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a promotion is for, in its code and in words, and if the buyer is one (LM-100)."""

    code: str
    words: tuple[str, str]
    is_for: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """A price, the promotions it was made with, and those that had too little left.

    ``passed_over``: terms for others than this buyer that cover something of the basket.
    ``audiences``: by promotion, of all that are not for everyone.
    """

    quote: Quote
    offered: Mapping[int, Offered]
    left_out: Mapping[int, LeftOut]
    choose: Choose
    passed_over: Mapping[int, Terms]
    audiences: Mapping[int, Audience]

    def notes(self) -> list[Note]:
        """Why the price is what it is: a note on every promotion, in zh and en."""
        left = self.left_out
        terms = {id: one.terms for id, one in self.offered.items()}
        notes = explain(self.quote, [one for id, one in terms.items() if id not in left])
        notes += [left_out_note(terms[id], why) for id, why in left.items()]
        notes = [self._for_whom(note) for note in notes]
        notes += [
            left_out_note(one, "not_for_you", self.audiences[id].words)
            for id, one in self.passed_over.items()
        ]
        return [IN_FIXED_ORDER, *notes] if notes and self.choose == "priority" else notes

    def _for_whom(self, note: Note) -> Note:
        """A price that not everybody gets says who does."""
        of = self.audiences.get(note.promotion_id)
        if of is None:
            return note
        zh, en = of.words
        return msgspec.structs.replace(
            note, text_zh=f"{note.text_zh}（限{zh}）", text_en=f"{note.text_en} (for {en})"
        )


def quote_basket(
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    lines: Sequence[LineWish],
    coupon_ids: Sequence[int] | None,
    now: dt.datetime,
) -> Quote:
    """The price of a basket now; nothing is written or held.

    Args:
        coupon_ids: the coupons to use; None is the best of all the viewer holds, () is none.

    Raises:
        CouponCannotBeUsed: a chosen coupon is not theirs, not open, or not good here and now.
        NoSuchSku: a line of another organisation's goods.
    """
    buyer = Buyer(
        org_id=org_id, show_id=show_id, viewer_id=viewer_id, coupon_ids=coupon_ids, now=now
    )
    return priced(buyer, basket_lines(org_id, lines)).quote


def explain_basket(
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    lines: Sequence[LineWish],
    coupon_ids: Sequence[int] | None,
    now: dt.datetime,
) -> tuple[Quote, list[Note]]:
    """As ``quote_basket``, with a note on every promotion: why it is used, or why not."""
    buyer = Buyer(
        org_id=org_id, show_id=show_id, viewer_id=viewer_id, coupon_ids=coupon_ids, now=now
    )
    found = priced(buyer, basket_lines(org_id, lines))
    return found.quote, found.notes()


def basket_lines(
    org_id: int, lines: Sequence[LineWish], floors: Mapping[int, int] | None = None
) -> list[BasketLine]:
    """The lines with the floor, code and tags of their goods.

    Args:
        floors: by SKU, where the caller holds them locked; else as they stand.

    Raises:
        NoSuchSku: not of this organisation.
    """
    ids = {line.sku_id for line in lines}
    goods, tags = skus(ids, org_id), tags_of(ids, org_id=org_id)
    for id in ids:
        if id not in goods:
            raise NoSuchSku(id=id)
    return [
        BasketLine(
            key=line.key,
            sku_id=line.sku_id,
            units=line.units,
            unit_price_fen=line.unit_price_fen,
            floor_fen=(floors or {}).get(line.sku_id, goods[line.sku_id].floor_price_fen),
            sku=goods[line.sku_id].code,
            tags=tags[line.sku_id],
        )
        for line in lines
    ]


def priced(
    buyer: Buyer, lines: Sequence[BasketLine], *, among: Iterable[int] | None = None
) -> Priced:
    """The price with what this buyer may use, chosen as the shop says.

    Args:
        among: ids of the promotions to look at; None is all.
    """
    offered, others = _judged_for(buyer, among=among)
    choose = stacking_rule(buyer.org_id) if offered else "best"
    rooms = {one.terms: one.room for one in offered.values()}
    quote, left_out = price_within(lines, rooms, choose=choose)
    basket = Basket(quote.lines)
    passed = {row.pk: row.priced for row in others if Chance(row.priced, basket).at}
    named = [one.row for one in offered.values() if one.coupon is None]
    named += [row for row in others if row.pk in passed]
    audiences = _audiences(named, org_id=buyer.org_id, passed=passed.keys())
    return Priced(quote, offered, left_out, choose, passed, audiences)


def _audiences(
    rows: Sequence[Promotion], *, org_id: int, passed: Collection[int]
) -> dict[int, Audience]:
    declared = [row for row in rows if row.audience != "everyone"]
    tiers = (
        [tier.name for tier in fan_tiers(org_id)]
        if any(tier_of(row.audience) for row in declared)
        else []
    )
    return {
        row.pk: Audience(row.audience, audience_words(row.audience, tiers), row.pk not in passed)
        for row in declared
    }


def offered_to(buyer: Buyer, *, among: Iterable[int] | None = None) -> dict[int, Offered]:
    """The promotions a buyer may use now, by id: those that apply by themselves, and coupons; in
    the order in which this buyer could first use them.

    Raises:
        CouponCannotBeUsed: one of the chosen coupons is not good here and now.
    """
    return _judged_for(buyer, among=among)[0]


def _judged_for(
    buyer: Buyer, *, among: Iterable[int] | None
) -> tuple[dict[int, Offered], list[Promotion]]:
    """What a buyer may use, and what applies by itself but is for others."""
    coupons, wanted = _coupons(buyer), None if among is None else set(among)
    rows = _here(buyer).filter(
        Q(state="running", got="auto", ends_at__gt=buyer.now) | Q(pk__in=coupons.keys())
    )
    found = list(rows.order_by("pk"))
    kept = _kept_gifts(found, buyer)
    traits: Traits | None = None
    offered, others = {}, []
    for row in found:
        coupon = coupons.get(row.pk)
        if coupon is None and row.audience != "everyone":
            traits = traits or traits_of(buyer.viewer_id, org_id=buyer.org_id, now=buyer.now)
            if not is_for(row.audience, traits):
                others.append(row)
                continue
        if wanted is not None and row.pk not in wanted:
            continue
        room = room_of(row, viewer_id=buyer.viewer_id, by_coupon=coupon is not None)
        room = msgspec.structs.replace(room, is_gift_kept=row.pk in kept)
        offered[row.pk] = Offered(row, row.priced_with(coupon), coupon, room)
    return dict(sorted(offered.items(), key=lambda one: (_since(one[1]), one[0]))), others


def _kept_gifts(rows: Sequence[Promotion], buyer: Buyer) -> set[int]:
    """Promotions whose gift may not be given now: it was withdrawn, lapsed, or is withheld."""
    gifts = {row.pk: row.priced.benefit for row in rows if row.gift_units is not None}
    ids = {pk: one.sku_id for pk, one in gifts.items() if isinstance(one, Gift)}
    kept = kept_from_sale(buyer.org_id, ids.values(), now=buyer.now) if ids else set()
    return {pk for pk, sku_id in ids.items() if sku_id in kept}


def _since(one: Offered) -> dt.datetime:
    row = one.row
    moments = [row.starts_at, row.started_at or row.starts_at]
    return max(moments if one.coupon is None else [*moments, one.coupon.claimed_at])


def room_of(row: Promotion, *, viewer_id: int, by_coupon: bool) -> Room:
    """What is left of a promotion for one buyer; a coupon's use was counted when it was claimed."""
    budget = None if row.budget_fen is None else row.budget_fen - row.off_fen
    if by_coupon:
        return Room(budget_fen=budget, gift_units=row.gifts_left)
    mine = None
    if row.per_buyer_max is not None:
        live = row.uses.filter(viewer_id=viewer_id, state__in=("held", "used"))
        mine = row.per_buyer_max - live.count()
    uses = None if row.uses_total is None else row.uses_total - row.uses_held - row.uses_spent
    return Room(uses=uses, mine=mine, budget_fen=budget, gift_units=row.gifts_left)


def traits_of(viewer_id: int, *, org_id: int, now: dt.datetime) -> Traits:
    """All that a promotion may ask about a viewer: if they paid here, follow, are on a tier."""
    taken = Taking.objects.filter(viewer_id=viewer_id, offer__organisation_id=org_id)
    won = Claim.objects.filter(viewer_id=viewer_id, sale__organisation_id=org_id)
    used = PromotionUse.objects.filter(viewer_id=viewer_id, organisation_id=org_id)
    has_paid = (
        taken.filter(state__in=("sold", "returned")).exists()
        or won.filter(state__in=("paid", "returned")).exists()
        or used.filter(state__in=("used", "returned")).exists()
    )
    since = followed_since(viewer_id, org_id=org_id)
    tier = fan_places([viewer_id], org_id=org_id).get(viewer_id, 0)
    return Traits(has_paid, None if since is None else (now - since).days, tier)


def _here(buyer: Buyer) -> QuerySet[Promotion]:
    here = Q(show_id__isnull=True) | Q(show_id=buyer.show_id)
    rows = Promotion.objects.filter(here, organisation_id=buyer.org_id)
    # What the breaker stopped takes nothing off until two people let it go on.
    return rows.filter(starts_at__lte=buyer.now, tripped_at__isnull=True)


def _coupons(buyer: Buyer) -> dict[int, Coupon]:
    """The buyer's open coupons by promotion: of several the one that ends first."""
    rows = Coupon.objects.filter(
        viewer_id=buyer.viewer_id,
        organisation_id=buyer.org_id,
        state="open",
        good_until__gt=buyer.now,
        promotion__in=_here(buyer),
    )
    found = {row.pk: row for row in rows.order_by("-good_until", "-pk")}
    if buyer.coupon_ids is not None:
        for id in buyer.coupon_ids:
            if id not in found:
                raise CouponCannotBeUsed(id=id)
        found = {id: row for id, row in found.items() if id in set(buyer.coupon_ids)}
    return {row.promotion_id: row for row in found.values()}
