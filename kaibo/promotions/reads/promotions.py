"""The shop's promotions and viewers' coupons, as frozen values."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaibo.base.pages import Piece, piece_of
from kaibo.promotions.errors import NoSuchPromotion
from kaibo.promotions.models import Coupon, Promotion, PromotionUse
from kaibo.promotions.reads.exchanges import ExchangeView, exchange_in
from kaibo.promotions.reads.promised import worth_fen
from kaibo.promotions.rules.states import PromotionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionView:
    """A promotion as the desk sees it; ``off_fen`` is what held and spent uses take off.

    ``gift_units``: how many gifts were published, of which ``gifts_left`` can still be earned.
    ``coupons_promised``: kept for who will win them. ``worth_fen``: of a coupon that is a prize.
    """

    id: int
    show_id: int | None
    title: str
    stacking: str
    terms: dict[str, Any]
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    got: str
    audience: str
    uses_total: int | None
    per_buyer_max: int | None
    budget_fen: int | None
    uses_held: int
    uses_spent: int
    coupons_given: int
    coupons_promised: int
    worth_fen: int | None
    off_fen: int
    coupon_lasts_s: int | None
    unlock: str
    watch_minutes: int | None
    keyword: str
    claim_from: dt.datetime | None
    claim_until: dt.datetime | None
    gift_units: int | None
    gifts_left: int | None


@dataclass(frozen=True, slots=True)
class UseView:
    """A promotion's part in an order, as refunds, statements and pages read it.

    ``shares``: for each line it touches ``{"key", "fen", "payers": {payer: fen}}``. ``fan``: the
    fan tier it rests on, and the rule at that moment.
    """

    id: int
    promotion_id: int
    title: str
    stacking: str
    coupon_id: int | None
    off_fen: int
    shares: list[dict[str, Any]]
    state: str
    fan: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon in a viewer's purse, good once before ``good_until``.

    ``exchange``: of an exchange coupon, what it is good for.
    """

    id: int
    promotion_id: int
    title_zh: str
    title_en: str
    terms: dict[str, Any]
    state: str
    claimed_at: dt.datetime
    good_from: dt.datetime
    good_until: dt.datetime
    exchange: ExchangeView | None


@dataclass(frozen=True, slots=True)
class ShopCoupon:
    """A coupon as other programs see it: whose it is, is an id.

    ``off_fen``: what it takes off, where each coupon of its promotion has an amount of its own.
    """

    id: int
    promotion_id: int
    viewer_id: int
    show_id: int | None
    state: str
    off_fen: int | None
    claimed_at: dt.datetime
    good_until: dt.datetime


def promotions(org_id: int, *, show_id: int | None = None) -> list[PromotionView]:
    """An organisation's promotions, newest first; with ``show_id`` only those good in it."""
    rows = Promotion.objects.filter(organisation_id=org_id).order_by("-pk")
    if show_id is not None:
        rows = rows.filter(show_id=None) | rows.filter(show_id=show_id)
    return [promotion_view(row) for row in rows]


def promotions_after(
    org_id: int, *, after: int | None, limit: int, state: PromotionState | None = None
) -> Piece[PromotionView]:
    """Promotions newest first, those below ``after``: all, or in a state."""
    rows = Promotion.objects.filter(organisation_id=org_id).order_by("-pk")
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([promotion_view(row) for row in cut.items], cut.next)


def coupons_after(
    org_id: int, promotion_id: int, *, after: int | None, limit: int
) -> Piece[ShopCoupon]:
    """A promotion's coupons in whoever's purse, newest first, those below ``after``.

    Raises:
        NoSuchPromotion: none of this id in the organisation.
    """
    promotion(promotion_id, org_id=org_id)
    rows = Coupon.objects.filter(promotion_id=promotion_id).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = [
        ShopCoupon(
            id=row.pk,
            promotion_id=row.promotion_id,
            viewer_id=row.viewer_id,
            show_id=row.show_id,
            state=row.state,
            off_fen=row.off_fen,
            claimed_at=row.claimed_at,
            good_until=row.good_until,
        )
        for row in rows[: limit + 1]
    ]
    return piece_of(found, limit=limit, place=lambda one: one.id)


def promotion(promotion_id: int, *, org_id: int) -> PromotionView:
    """One promotion.

    Raises:
        NoSuchPromotion: none of this id in the organisation.
    """
    row = Promotion.objects.filter(pk=promotion_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchPromotion(id=promotion_id)
    return promotion_view(row)


def uses(use_ids: Sequence[int], *, org_id: int) -> list[UseView]:
    """The promotions' parts in an order, in the order in which they applied."""
    rows = PromotionUse.objects.filter(pk__in=list(use_ids), organisation_id=org_id)
    return [
        UseView(
            id=row.pk,
            promotion_id=row.promotion_id,
            title=row.promotion.title,
            stacking=row.promotion.stacking,
            coupon_id=row.coupon_id,
            off_fen=row.off_fen,
            shares=row.shares,
            state=row.state,
            fan=row.fan,
        )
        for row in rows.select_related("promotion").order_by("pk")
    ]


def promotion_view(row: Promotion) -> PromotionView:
    """A promotion's row as a value."""
    return PromotionView(
        id=row.pk,
        show_id=row.show_id,
        title=row.title,
        stacking=row.stacking,
        terms=row.terms,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        got=row.got,
        audience=row.audience,
        uses_total=row.uses_total,
        per_buyer_max=row.per_buyer_max,
        budget_fen=row.budget_fen,
        uses_held=row.uses_held,
        uses_spent=row.uses_spent,
        coupons_given=row.coupons_given,
        coupons_promised=row.coupons_promised,
        worth_fen=worth_fen(row) if row.unlock == "prize" else None,
        off_fen=row.off_fen,
        coupon_lasts_s=row.coupon_lasts_s,
        unlock=row.unlock,
        watch_minutes=row.watch_minutes,
        keyword=row.keyword,
        claim_from=row.claim_from,
        claim_until=row.claim_until,
        gift_units=row.gift_units,
        gifts_left=row.gifts_left,
    )


def coupons_of(viewer_id: int, *, org_id: int) -> list[CouponView]:
    """A viewer's coupons, used and expired ones too, newest first."""
    rows = Coupon.objects.filter(viewer_id=viewer_id, organisation_id=org_id)
    return [coupon_view(row) for row in rows.select_related("promotion").order_by("-pk")]


def coupon_view(row: Coupon) -> CouponView:
    """A coupon's row as a value."""
    terms = row.promotion.terms
    if row.off_fen is not None:
        terms = terms | {"benefit": terms["benefit"] | {"fen": row.off_fen}}
    return CouponView(
        id=row.pk,
        promotion_id=row.promotion_id,
        title_zh=terms["title_zh"],
        title_en=terms["title_en"],
        terms=terms,
        state=row.state,
        claimed_at=row.claimed_at,
        good_from=row.promotion.starts_at,
        good_until=row.good_until,
        exchange=exchange_in(terms, org_id=row.organisation_id),
    )
