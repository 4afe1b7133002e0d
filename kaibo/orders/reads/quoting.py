"""What an order of one line would cost now, before it is placed; nothing is written or held."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.orders.reads.cart import PriceNote
from kaibo.orders.reads.parcels import shop_terms
from kaibo.promotions.errors import NoSuchClaim, NoSuchLink, NotOnSale
from kaibo.promotions.reads import (
    GiftView,
    LineWish,
    best_coupons,
    buyable,
    claims_of,
    explain_basket,
    gifts_in,
    group_offer,
)

UNITS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class QuoteView:
    """The price of a line with the shop's promotions.

    Args:
        coupon_ids: the coupons in this price; an order that names them costs the same.
        gifts: what goes with it for nothing; an order that names them gets them or is refused.
        protects_days: for how many days a lower price is paid back; 0 is not promised.
    """

    before_fen: int
    total_fen: int
    coupon_ids: list[int]
    notes: list[PriceNote]
    gifts: list[GiftView]
    protects_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """Units of a link, a claim with its units, or units in a group.

    Args:
        group_id: the group to join; None opens one.
    """

    units: int
    link_no: int | None = None
    claim_id: int | None = None
    group_offer_id: int | None = None
    group_id: int | None = None


def quote_line(
    line: LineAsked,
    *,
    org_id: int,
    show_id: int,
    viewer_id: int,
    coupon_ids: Sequence[int] | None,
    now: dt.datetime,
) -> QuoteView:
    """The price of one line.

    Args:
        coupon_ids: the coupons to use; None is those that make it cheapest, () is none.

    Raises:
        NumberOutOfRange, NoSuchLink, NotOnSale, NoSuchClaim, NoSuchGroupOffer: there is no such
            line.
        CouponCannotBeUsed: a chosen coupon is not theirs, not open, or not good here and now.
    """
    buyer = {"org_id": org_id, "show_id": show_id, "viewer_id": viewer_id}
    link_no, units, price_fen = line.link_no, line.units, None
    check_whole("units", units, least=1, most=UNITS_MAX)
    if line.claim_id is not None:
        mine = {claim.id: claim for claim in claims_of(viewer_id, show_id)}
        claim = mine.get(line.claim_id)
        if claim is None:
            raise NoSuchClaim(id=line.claim_id)
        link_no, units, price_fen = claim.link_no, claim.units, claim.unit_price_fen
    elif line.group_offer_id is not None:
        terms = group_offer(line.group_offer_id, show_id=show_id)
        link_no, price_fen = terms.link_no, terms.price_of(leads=line.group_id is None)
    link = None if link_no is None else buyable({link_no: units}, **buyer, now=now).get(link_no)
    if link is None:
        raise NoSuchLink(link_no=link_no)
    price_fen = link.price_fen if price_fen is None else price_fen
    if price_fen is None:
        raise NotOnSale(link_no=link_no, state="listed")
    lines = [LineWish(key="0", sku_id=link.sku_id, units=units, unit_price_fen=price_fen)]
    if coupon_ids is None:
        coupon_ids = best_coupons(**buyer, lines=lines, now=now)[1]
    quote, notes = explain_basket(**buyer, lines=lines, coupon_ids=coupon_ids, now=now)
    return QuoteView(
        before_fen=quote.before_fen,
        total_fen=quote.total_fen,
        coupon_ids=list(coupon_ids),
        notes=[
            PriceNote(note.promotion_id, note.why, note.text_zh, note.text_en, note.off_fen)
            for note in notes
        ],
        gifts=gifts_in(quote, org_id=org_id),
        protects_days=0 if line.group_offer_id is not None else shop_terms(org_id).protects_days,
    )
