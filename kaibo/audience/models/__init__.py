"""Tables of viewers, their accounts, and fan tiers."""

from kaibo.audience.models.account import Account, Device
from kaibo.audience.models.fan import FanPlan, FanPoints, FanStanding, FanStep
from kaibo.audience.models.viewer import Follow, Viewer

__all__ = [
    "Account",
    "Device",
    "FanPlan",
    "FanPoints",
    "FanStanding",
    "FanStep",
    "Follow",
    "Viewer",
]
