"""The checks of a show before it opens, and past shows by the rules of today."""

from kaibo.preflight.reads.gate import Preflight, plan_digest, preflight
from kaibo.preflight.reads.past import (
    PAST_COLUMNS,
    PastHit,
    PastLook,
    past_failures,
    past_rows,
)

__all__ = [
    "PAST_COLUMNS",
    "PastHit",
    "PastLook",
    "Preflight",
    "past_failures",
    "past_rows",
    "plan_digest",
    "preflight",
]
