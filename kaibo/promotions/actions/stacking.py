"""The shop says how its promotions are chosen, while none of them is promised to anybody."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.facts.promotions import StackingRuleSet
from kaibo.journal.actions import append
from kaibo.promotions.errors import StackingStands
from kaibo.promotions.models import Coupon, Promotion, StackingRule
from kaibo.promotions.reads.stacking import stacking_rule
from kaibo.promotions.rules import Choose


@transaction.atomic
def set_stacking_rule(*, choose: Choose, by: Actor, now: dt.datetime) -> Choose:
    """Choose the lowest price for buyers, or every promotion in its fixed order. Safe to repeat.

    Raises:
        StackingStands: promotions run or coupons are held, whose terms were published with the
            other rule (LM-097); nothing was written.
    """
    if stacking_rule(by.org_id) == choose:
        return choose
    mine = {"organisation_id": by.org_id}
    running = Promotion.objects.filter(**mine, state__in=("running", "paused"), ends_at__gt=now)
    coupons = Coupon.objects.filter(**mine, state__in=("open", "held"), good_until__gt=now)
    held = running.count(), coupons.count()
    if any(held):
        raise StackingStands(promotions=held[0], coupons=held[1])
    StackingRule.objects.update_or_create(organisation_id=by.org_id, defaults={"choose": choose})
    append(StackingRuleSet(choose=choose), at=now, org_id=by.org_id, actor=by)
    return choose
