"""Promotions for the tests, set up by the product's own actions."""

import itertools
from dataclasses import replace
from typing import Any

from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import ChangeSpec
from kaibo.promotions.models import Promotion
from kaibo.promotions.reads import CouponView, LineWish, Quote, quote_basket
from kaibo.promotions.reads.promotions import PromotionView
from kaibo.promotions.rules import AmountOff, Benefit, PromotionSpec
from kaibo.promotions.rules import Promotion as Terms
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

DAY = 24 * 3600
# What a coupon that was won is good for.
GOOD = 3 * DAY
_keys = itertools.count(1)


def terms(benefit: Benefit | None = None, **more: Any) -> Terms:
    """A promotion of the shop: 5 yuan off unless told otherwise."""
    values = {"title_zh": "立减", "title_en": "Off", "stacking": "activity"} | more
    return Terms(id=0, benefit=benefit or AmountOff(500), **values)


def spec_of(
    benefit: Benefit | None = None, *, of: dict[str, Any] | None = None, **more: Any
) -> PromotionSpec:
    """From now for a day; ``of`` are the terms' other parts."""
    window = {"starts_at": NOW, "ends_at": after(DAY)}
    return PromotionSpec(terms=terms(benefit, **of or {}), **{**window, **more})


def save(shop: Shop, benefit: Benefit | None = None, **more: Any) -> PromotionView:
    """A draft."""
    spec, key = spec_of(benefit, **more), f"promotion-{next(_keys)}"
    return actions.save_promotion(spec=spec, request_key=key, by=shop.by, now=NOW)


def run(
    shop: Shop, benefit: Benefit | None = None, *, agreed: bool = False, **more: Any
) -> Promotion:
    """One that runs; ``agreed``: because two people wanted it, where two have to."""
    draft = save(shop, benefit, **more)
    if agreed:
        spec = ChangeSpec(kind="promotion", promotion_id=draft.id)
        key = f"start-{draft.id}"
        asked = actions.make_change(spec=spec, request_key=key, by=shop.by, now=NOW)
        if asked.state == "asked":
            other = replace(shop.by, id=2)
            actions.confirm_change(change_id=asked.id, by=other, now=NOW)
    else:
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    return Promotion.objects.get(pk=draft.id)


def prize_of(shop: Shop, benefit: Benefit | None = None, **more: Any) -> Promotion:
    """Ten coupons of 10 yuan that are won alone, good for three days from then."""
    values: dict[str, Any] = {
        "of": {"stacking": "coupon"},
        "got": "claim",
        "unlock": "prize",
        "uses_total": 10,
        "coupon_lasts_s": GOOD,
        "ends_at": after(7 * DAY),
    }
    return run(shop, benefit or AmountOff(1_000), **values | more)


def give(
    shop: Shop, promotion: Promotion, viewer_id: int = 1, *, key: str = "", at: float = 0
) -> CouponView:
    """A coupon in a viewer's purse."""
    return actions.claim_coupon(
        promotion_id=promotion.pk,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        request_key=key or f"coupon-{next(_keys)}",
        now=after(at),
    )


def wish(shop: Shop, units: int = 1, *, price_fen: int = 9_900, key: str = "a") -> LineWish:
    """A line of the shop's one SKU."""
    return LineWish(key=key, sku_id=shop.sku_id, units=units, unit_price_fen=price_fen)


def basket(
    shop: Shop, *lines: LineWish, viewer_id: int = 1, coupon_ids: Any = None, at: float = 0
) -> dict[str, Any]:
    """What every way to price a basket asks for."""
    return {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "viewer_id": viewer_id,
        "lines": list(lines) or [wish(shop)],
        "coupon_ids": coupon_ids,
        "now": after(at),
    }


def quote(shop: Shop, *lines: LineWish, **more: Any) -> Quote:
    """The price now."""
    return quote_basket(**basket(shop, *lines, **more))


def use(shop: Shop, *lines: LineWish, **more: Any) -> actions.Used:
    """The uses an order holds."""
    return actions.use_promotions(**basket(shop, *lines, **more))


def told(kind: type[Fact]) -> list[Any]:
    """Every fact of one kind, in order."""
    rows = Entry.objects.filter(tag=registry.tag_of(kind)).order_by("pk")
    return [registry.decode(row.tag, row.body) for row in rows]


def counters(promotion: Promotion) -> tuple[int, int, int, int]:
    """Held and spent uses, coupons given, and what comes off, as stored now."""
    promotion.refresh_from_db()
    row = promotion
    return row.uses_held, row.uses_spent, row.coupons_given, row.off_fen
