"""Coupons that are prizes, for the tests."""

from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.journal.models import Entry
from kaibo.promotions.actions import Prize
from kaibo.promotions.models import Award, Coupon, Draw, PacketClaim, Promotion, RedPacket


def won(promotion: Promotion, count: int = 2, **more: Any) -> Prize:
    """So many of them as a prize, its worth not said."""
    return Prize(name="十元券", kind="coupon", promotion_id=promotion.pk, count=count, **more)


def counts() -> list[Any]:
    tables = (Entry, Draw, Award, RedPacket, PacketClaim, Coupon)
    kept = sorted(Promotion.objects.values_list("pk", "state", "coupons_promised", "coupons_given"))
    return [table.objects.count() for table in tables] + kept


def refuses(kind: type[Refusal], act: Any, **args: Any) -> Refusal:
    """The refusal, after which nothing is new in journal and tables."""
    before = counts()
    with pytest.raises(kind) as refused:
        act(**args)
    assert counts() == before
    return refused.value


def kept(promotion: Promotion) -> tuple[int, int]:
    """Coupons promised and given, as stored now."""
    promotion.refresh_from_db()
    return promotion.coupons_promised, promotion.coupons_given
