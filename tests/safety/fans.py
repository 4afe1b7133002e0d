"""Fan tiers of a shop of the safety tests, and right bodies for their routes."""

from __future__ import annotations

from typing import Any

from kaibo.audience.actions import fans
from kaibo.audience.rules.fans import FanTerms, FanTier
from tests.safety.chance import Chance

PLAN = {"tiers": [{"name": "铁粉", "points": 10}], "yuan_points": 9}
BODIES: dict[str, Any] = {
    "POST /desk/fans/members/*/give": {"place": 1, "reason": "老客"},
    "POST /desk/fans/members/*/take-back": {"reason": "到期"},
}


def stand_on_tier(of: Chance) -> None:
    """One published tier, which the desk gave to the viewer."""
    terms = FanTerms(tiers=(FanTier(of.mark[:12], 10),), yuan_points=1)
    fans.set_fan_plan(terms=terms, by=of.by, now=of.now)
    give: dict[str, Any] = {"viewer_id": of.viewer_id, "place": 1, "reason": of.mark}
    fans.give_fan_tier(**give, by=of.by, now=of.now)
