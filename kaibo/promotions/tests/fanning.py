"""A shop with fan tiers, and viewers who stand on them."""

from kaibo.audience.actions import enter, fans
from kaibo.audience.rules.fans import FanTerms, FanTier
from kaibo.promotions.tests.shop import NOW, Shop

TERMS = FanTerms(
    tiers=(FanTier("铁粉", 100), FanTier("挚友", 300), FanTier("家人", 900)),
    follow_points=100,
    yuan_points=1,
)


def publish_tiers(shop: Shop) -> None:
    """Three tiers: 铁粉, 挚友, 家人."""
    fans.set_fan_plan(terms=TERMS, by=shop.by, now=NOW)


def fan(shop: Shop, place: int, *, name: str = "") -> int:
    """A viewer whom the desk gave this tier; 0 is none."""
    device = (name or f"fan-{place}").encode().hex() * 4
    id = enter(org_id=shop.org_id, device=device[:64], nickname=name, now=NOW).id
    if place:
        fans.give_fan_tier(viewer_id=id, place=place, reason="测试", by=shop.by, now=NOW)
    return id


def take_tier(shop: Shop, viewer_id: int) -> None:
    """The desk takes back what it gave."""
    fans.take_fan_tier_back(viewer_id=viewer_id, reason="到期", by=shop.by, now=NOW)
