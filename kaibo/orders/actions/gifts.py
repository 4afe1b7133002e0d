"""Gifts in a new order: compared with what the page promised, and written as lines of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence

from kaibo.orders.errors import GiftGone
from kaibo.orders.models import Order, OrderLine
from kaibo.promotions.reads import GiftHeld


def check_gifts(shown: Mapping[int, int], gifts: Sequence[GiftHeld]) -> None:
    """Refuse an order that would get less than its page showed.

    Args:
        shown: units by SKU; {} compares nothing.

    Raises:
        GiftGone: names how many were shown and how many there are.
    """
    there = Counter[int]()
    for gift in gifts:
        there[gift.sku_id] += gift.units
    for sku_id, units in shown.items():
        if there[sku_id] < units:
            raise GiftGone(sku_id=sku_id, shown=units, left=there[sku_id])


def write_gifts(order: Order, gifts: Sequence[GiftHeld]) -> None:
    """A gift is a line at its published value, all of it taken off."""
    for gift in gifts:
        whole = gift.units * gift.value_fen
        OrderLine.objects.create(
            order=order,
            sku_id=gift.sku_id,
            gift_id=gift.gift_id,
            link_no=0,
            title=gift.title,
            spec=gift.spec,
            units=gift.units,
            unit_price_fen=gift.value_fen,
            discount_fen=whole,
            borne={payer: fen for payer, fen in sorted(gift.payers.items()) if payer != "shop"},
            amount_fen=0,
        )
