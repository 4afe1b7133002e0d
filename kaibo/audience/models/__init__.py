"""Tables of viewers and of fan tiers."""

from kaibo.audience.models.fan import FanPlan, FanPoints, FanStanding, FanStep
from kaibo.audience.models.viewer import Follow, Viewer

__all__ = ["FanPlan", "FanPoints", "FanStanding", "FanStep", "Follow", "Viewer"]
