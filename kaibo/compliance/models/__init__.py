"""Tables of compliance, by noun."""

from kaibo.compliance.models.blacklist import ListedMark, Listing
from kaibo.compliance.models.finding import STATES, Finding
from kaibo.compliance.models.firing import Firing
from kaibo.compliance.models.ladder import RiskFinding, RoomHold, RoomRisk, RungChange
from kaibo.compliance.models.pack import PackVersion
from kaibo.compliance.models.profile import Profile
from kaibo.compliance.models.sanction import Sanction, SanctionFinding, ShowHost

__all__ = [
    "STATES",
    "Finding",
    "Firing",
    "ListedMark",
    "Listing",
    "PackVersion",
    "Profile",
    "RiskFinding",
    "RoomHold",
    "RoomRisk",
    "RungChange",
    "Sanction",
    "SanctionFinding",
    "ShowHost",
]
