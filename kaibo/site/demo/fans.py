"""The demo shop's fan tiers: two of them, with a price of their own for one kind of goods."""

import datetime as dt

from kaibo.audience.actions import fans
from kaibo.audience.rules.fans import FanTerms, FanTier
from kaibo.base.actor import Actor
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import PromotionSpec
from kaibo.promotions.reads import read_terms

TERMS = FanTerms(
    tiers=(FanTier("山友", 100), FanTier("老山友", 1_000)),
    follow_points=10,
    minute_points=1,
    minutes_max=60,
    yuan_points=1,
)
PRICES_FEN = (12_500, 12_200)


def publish_tiers(*, by: Actor, now: dt.datetime) -> None:
    """Publish them; what happens from now on earns points."""
    fans.set_fan_plan(terms=TERMS, by=by, now=now)


def give_prices(sku_id: int, *, by: Actor, now: dt.datetime) -> None:
    """A price for each tier of one SKU, for thirty days."""
    for place, (tier, fen) in enumerate(zip(TERMS.tiers, PRICES_FEN, strict=True), start=1):
        terms = {
            "title_zh": f"{tier.name}价",
            "title_en": f"Price for {tier.name}",
            "stacking": "price",
            "benefit": {"type": "unit_price", "fen": fen},
            "scope": {"type": "skus", "ids": [sku_id]},
        }
        spec = PromotionSpec(
            terms=read_terms(terms, id=0),
            starts_at=now,
            ends_at=now + dt.timedelta(days=30),
            audience=f"tier{place}",
        )
        draft = promotions.save_promotion(spec=spec, request_key=f"tier-{place}", by=by, now=now)
        promotions.start_promotion(promotion_id=draft.id, by=by, now=now)
