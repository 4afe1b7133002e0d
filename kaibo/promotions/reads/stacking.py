"""How a shop's promotions are chosen for a basket."""

from typing import cast

from kaibo.promotions.models import StackingRule
from kaibo.promotions.rules import Choose


def stacking_rule(org_id: int) -> Choose:
    """``best`` for the buyer, unless the shop said that all apply in their fixed order."""
    rows = StackingRule.objects.filter(organisation_id=org_id)
    found = rows.values_list("choose", flat=True).first()
    return cast(Choose, found or "best")
