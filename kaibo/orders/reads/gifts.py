"""Gifts of an order: what goes back with the goods that earned them.

A return asks for the gift back as soon as what is left of the order no longer earns it
(网络购买商品七日无理由退货暂行办法: goods go back with parts and gifts; for a gift that does not,
the seller may ask for the price that was published beforehand).
"""

from collections import Counter
from collections.abc import Mapping

from kaibo.orders.models import Order
from kaibo.orders.rules.returns import MAY_BE_PAID
from kaibo.promotions.reads import EarnedBy, read_terms, units_earned


def gifts_owed(order: Order, units: Mapping[int, int]) -> dict[int, int]:
    """Gifts that an order no longer earns once these units go back, by line id.

    Args:
        units: that go back, by line id; gifts among them count already.
    """
    lines = sorted(order.lines.all(), key=lambda line: line.pk)
    if not any(line.gift_id for line in lines):
        return {}
    asked = _asked(order)
    left = {
        line.pk: line.units - line.units_done - asked[line.pk] - units.get(line.pk, 0)
        for line in lines
    }
    goods = [line for line in lines if not line.gift_id]
    told = {gift["gift_id"]: gift for gift in order.snapshot["gifts"]}
    owed = {}
    for line in lines:
        if not line.gift_id:
            continue
        gift = told[line.gift_id]
        rest = [
            EarnedBy(by["key"], by["sku_id"], n, by["fen"] * n // by["units"])
            for by in gift["earned_by"]
            if (n := left[goods[int(by["key"])].pk]) > 0
        ]
        earned = units_earned(read_terms(gift["terms"], id=gift["promotion_id"]), rest)
        if left[line.pk] > earned:
            owed[line.pk] = left[line.pk] - earned
    return owed


def _asked(order: Order) -> Counter[int]:
    """Units by line id that are on their way back and not paid back yet."""
    asked = Counter[int]()
    for one in order.returns.filter(state__in=MAY_BE_PAID).prefetch_related("lines"):
        for sent in one.lines.all():
            asked[sent.line_id] += sent.units
    return asked


def with_gifts(
    order: Order, units: Mapping[int, int], *, room: Mapping[int, int]
) -> dict[int, int]:
    """The units that go back together with the gifts that they no longer earn.

    Args:
        room: how many of each line can go this way, by line id.
    """
    whole = dict(units)
    for id, owed in gifts_owed(order, units).items():
        more = min(owed, room.get(id, 0) - whole.get(id, 0))
        if more > 0:
            whole[id] = whole.get(id, 0) + more
    return whole
