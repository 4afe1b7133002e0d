"""Tables of compliance, by noun."""

from kaibo.compliance.models.finding import STATES, Finding

__all__ = ["STATES", "Finding"]
