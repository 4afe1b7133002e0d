"""A buyer's cart as it stands now, priced anew each time by the one engine."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from kaibo.catalog.reads import sale_terms
from kaibo.orders.models import CartLine
from kaibo.orders.reads.parcels import shop_terms
from kaibo.orders.rules.cart import check_chosen
from kaibo.orders.rules.parcels import shipments
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.reads import (
    Buyable,
    GiftView,
    LineWish,
    best_coupons,
    buyable,
    explain_basket,
    gifts_in,
)


@dataclass(frozen=True, slots=True)
class CartLineView:
    """One line of a cart.

    Args:
        unit_price_fen: now; None while the link's price is not open.
        seen_fen: what it was when the buyer put it there or last changed it.
        amount_fen: what the line costs in this quote; None where it is not part of it.
        why: the code of what keeps it from being ordered now, with its sentences; "" for nothing.
    """

    link_no: int
    title: str
    spec: str
    image_url: str
    units: int
    unit_price_fen: int | None
    seen_fen: int | None
    amount_fen: int | None
    why: str
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class PriceNote:
    """One promotion's part in the price, in words."""

    promotion_id: int
    why: str
    text_zh: str
    text_en: str
    off_fen: int


@dataclass(frozen=True, slots=True)
class CartShipment:
    """Links of a cart that are sent together, within so many hours of the payment."""

    ship_within_h: int
    links: list[int]


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart and the price of its chosen lines.

    Args:
        coupon_ids: those the buyer chose; no other coupon is in the price.
        gifts: what goes with the chosen lines for nothing.
        suggested_coupon_ids: those that would make the same lines cheapest, at
            ``suggested_total_fen``; empty where coupons take nothing more off.
        protects_days: for how many days a lower price is paid back; 0 is not promised.
        shipments: which of the chosen lines are sent together, the first first.
    """

    lines: list[CartLineView]
    before_fen: int
    total_fen: int
    coupon_ids: list[int]
    suggested_coupon_ids: list[int]
    suggested_total_fen: int
    notes: list[PriceNote]
    gifts: list[GiftView] = field(default_factory=list)
    protects_days: int = 0
    shipments: list[CartShipment] = field(default_factory=list)


def cart(
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    now: dt.datetime,
    links: Collection[int] | None = None,
    coupon_ids: Sequence[int] = (),
) -> CartView:
    """What lies in the cart, what of it can be had, and what the chosen lines cost now.

    Args:
        links: the lines to price; None is every line that can be had.

    Raises:
        NotInCart: a chosen link is not there.
        CouponCannotBeUsed: a chosen coupon is not theirs, not open, or not good here and now.
    """
    rows = list(
        CartLine.objects.filter(
            cart__organisation_id=org_id, cart__show_id=show_id, cart__viewer_id=viewer_id
        ).order_by("pk")
    )
    units = {row.link_no: row.units for row in rows}
    if links is not None:
        check_chosen(links, units)
    chosen = set(units if links is None else links)
    found = buyable(units, org_id=org_id, show_id=show_id, viewer_id=viewer_id, now=now)
    had = [row.link_no for row in rows if row.link_no in chosen and _can_be_had(found, row)]
    wishes = [_wish(found[link_no], units[link_no], place) for place, link_no in enumerate(had)]
    if not wishes:
        return CartView([_line(row, found, {}) for row in rows], 0, 0, list(coupon_ids), [], 0, [])
    buyer = {"org_id": org_id, "show_id": show_id, "viewer_id": viewer_id}
    quote, notes = explain_basket(**buyer, lines=wishes, coupon_ids=coupon_ids, now=now)
    best, suggested = best_coupons(**buyer, lines=wishes, now=now)
    amounts = dict(zip(had, quote.line_fen, strict=True))
    return CartView(
        lines=[_line(row, found, amounts) for row in rows],
        before_fen=quote.before_fen,
        total_fen=quote.total_fen,
        coupon_ids=list(coupon_ids),
        suggested_coupon_ids=list(suggested),
        suggested_total_fen=best.total_fen,
        notes=[
            PriceNote(note.promotion_id, note.why, note.text_zh, note.text_en, note.off_fen)
            for note in notes
        ],
        gifts=gifts_in(quote, org_id=org_id),
        protects_days=shop_terms(org_id).protects_days,
        shipments=_shipments({link: found[link].sku_id for link in had}, org_id=org_id),
    )


def _shipments(skus: dict[int, int], *, org_id: int) -> list[CartShipment]:
    """As an order of these links would be sent."""
    terms = sale_terms(org_id, set(skus.values()))
    hours = {link: terms[sku_id].ship_within_h for link, sku_id in skus.items()}
    parts = shipments(hours, [], shop_terms(org_id).ship_within_h)
    return [CartShipment(h, links) for h, links in parts]


def _can_be_had(found: dict[int, Buyable], row: CartLine) -> bool:
    return row.link_no in found and found[row.link_no].refusal is None


def _wish(link: Buyable, units: int, place: int) -> LineWish:
    assert link.price_fen is not None, "what can be had has an open price"
    # The key is the place among the lines, as in an order: equal keys, equal rounding.
    return LineWish(key=str(place), sku_id=link.sku_id, units=units, unit_price_fen=link.price_fen)


def _line(row: CartLine, found: dict[int, Buyable], amounts: dict[int, int]) -> CartLineView:
    link = found.get(row.link_no)
    refusal = NoSuchLink(link_no=row.link_no) if link is None else link.refusal
    return CartLineView(
        link_no=row.link_no,
        title="" if link is None else link.title,
        spec="" if link is None else link.spec,
        image_url="" if link is None else link.image_url,
        units=row.units,
        unit_price_fen=None if link is None else link.price_fen,
        seen_fen=row.seen_fen,
        amount_fen=amounts.get(row.link_no),
        why="" if refusal is None else refusal.code,
        why_zh="" if refusal is None else refusal.message("zh"),
        why_en="" if refusal is None else refusal.message("en"),
    )
