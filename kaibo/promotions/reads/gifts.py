"""Gifts as buyers are told of them, and as orders hold them."""

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from kaibo.catalog.reads import skus
from kaibo.promotions.models import Promotion, stored_terms
from kaibo.promotions.rules import Given, Quote, earned_by, gift_payers


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftView:
    """What a basket gets for nothing: name, number and value, as published.

    Args:
        title_zh, title_en: of the promotion that gives it.
        value_fen: of a unit; the most that is deducted for one that does not come back.
        units_left: how many the promotion still has.
    """

    promotion_id: int
    title_zh: str
    title_en: str
    sku_id: int
    sku_code: str
    title: str
    spec: str
    image_url: str
    units: int
    value_fen: int
    units_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftHeld(GiftView):
    """A gift in an order's hands.

    Args:
        payers: who bears its value, in fen.
        terms, earned_by: what it was earned with; they say later whether it still is.
    """

    gift_id: int
    payers: dict[str, int]
    terms: dict[str, Any]
    earned_by: list[dict[str, Any]]


def gifts_in(quote: Quote, *, org_id: int) -> list[GiftView]:
    """The gifts of a price, in its order."""
    if not quote.gifts:
        return []
    goods = skus({gift.sku_id for gift in quote.gifts}, org_id)
    rows = Promotion.objects.in_bulk([gift.promotion.id for gift in quote.gifts])
    return [
        GiftView(
            promotion_id=gift.promotion.id,
            title_zh=gift.promotion.title_zh,
            title_en=gift.promotion.title_en,
            sku_id=gift.sku_id,
            sku_code=goods[gift.sku_id].code,
            title=goods[gift.sku_id].product_title,
            spec=goods[gift.sku_id].spec,
            image_url=goods[gift.sku_id].image_url,
            units=gift.units,
            value_fen=gift.value_fen // gift.units,
            units_left=rows[gift.promotion.id].gifts_left or 0,
        )
        for gift in quote.gifts
    ]


def gift_held(view: GiftView, gift_id: int, given: Given, quote: Quote) -> GiftHeld:
    """A gift of a price, now held."""
    return GiftHeld(
        **asdict(view),
        gift_id=gift_id,
        payers={str(payer): fen for payer, fen in gift_payers(given).items()},
        terms=stored_terms(given.promotion),
        earned_by=[msgspec.to_builtins(line) for line in earned_by(given, quote)],
    )
