"""What stands behind an order's lines: units of links and claims, and the promotions at work."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from kaibo.facts.orders import OrderedLine
from kaibo.orders.errors import NoSuchOrder
from kaibo.orders.models import Order, OrderLine
from kaibo.promotions import actions as promotions


def lock_order(no: str, *, viewer_id: int | None = None, org_id: int | None = None) -> Order:
    """The order under its row lock; the first lock of everything that changes an order.

    Raises:
        NoSuchOrder: none of this number (of this viewer, of this organisation).
    """
    rows = Order.objects.select_for_update(no_key=True).filter(no=no)
    if viewer_id is not None:
        rows = rows.filter(viewer_id=viewer_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchOrder(no=no[:40])
    return row


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines in the order of asking."""
    return list(order.lines.order_by("pk"))


def left_of(order: Order) -> dict[int, int]:
    """Units by line id whose money was not asked back yet; lines without any are left out."""
    left = {line.pk: line.units - line.units_done for line in lines_of(order)}
    return {id: n for id, n in left.items() if n}


def give_back(order: Order, *, now: dt.datetime) -> None:
    """The order ended unpaid: its units and promotions are free again."""
    promotions.give_back_uses(use_ids=order.use_ids, now=now)
    _each(
        order,
        taking=lambda id: promotions.give_back_units(taking_id=id, now=now),
        claim=lambda id: promotions.release_claim(claim_id=id, now=now),
        gift=lambda id: promotions.give_back_gift(gift_id=id, now=now),
    )


def sell(order: Order, *, now: dt.datetime) -> None:
    """The order is paid: its units leave the stock, its promotions are spent."""
    promotions.mark_uses_sold(use_ids=order.use_ids, now=now)
    _each(
        order,
        taking=lambda id: promotions.mark_units_sold(taking_id=id, now=now),
        claim=lambda id: promotions.mark_claim_paid(claim_id=id, now=now),
        gift=lambda id: promotions.mark_gift_sold(gift_id=id, now=now),
    )


def retake(order: Order, *, now: dt.datetime) -> None:
    """Late money: sell the same units at the same price after all.

    Raises:
        NotOnSale, SoldOut, BuyerLimit, BelowFloor, PromotionUsedUp, CouponCannotBeUsed: the
            caller rolls back to before.
    """
    promotions.retake_uses(use_ids=order.use_ids, now=now)
    _each(
        order,
        taking=lambda id: promotions.retake_units(taking_id=id, now=now),
        claim=lambda id: promotions.retake_claim(claim_id=id, now=now),
        gift=lambda id: promotions.retake_gift(gift_id=id, now=now),
    )


def take_in(order: Order, units: Mapping[int, int], *, now: dt.datetime) -> None:
    """Units of paid lines, by line id, are undone: they come back to the stock."""
    of_taking = {line.taking_id: units.get(line.pk, 0) for line in lines_of(order)}
    of_claim = {line.claim_id: units.get(line.pk, 0) for line in lines_of(order)}
    of_gift = {line.gift_id: units.get(line.pk, 0) for line in lines_of(order)}

    def taking(id: int) -> None:
        if of_taking[id]:
            promotions.return_units(taking_id=id, units=of_taking[id], now=now)

    def claim(id: int) -> None:
        if of_claim[id]:
            promotions.return_claim(claim_id=id, units=of_claim[id], now=now)

    def gift(id: int) -> None:
        if of_gift[id]:
            promotions.return_gift(gift_id=id, units=of_gift[id], now=now)

    _each(order, taking=taking, claim=claim, gift=gift)


def fact_lines(order: Order) -> list[OrderedLine]:
    """The lines as facts tell them."""
    return [
        OrderedLine(
            link_no=line.link_no,
            sku_id=line.sku_id,
            units=line.units,
            unit_price_fen=line.unit_price_fen,
            amount_fen=line.amount_fen,
            discount_fen=line.discount_fen,
        )
        for line in lines_of(order)
    ]


def undone_lines(order: Order, undone: Iterable[tuple[int, int, int]]) -> list[OrderedLine]:
    """Some units of the lines, ``(line id, units, fen)``, as facts tell them."""
    lines = {line.pk: line for line in lines_of(order)}
    return [
        OrderedLine(
            link_no=lines[id].link_no,
            sku_id=lines[id].sku_id,
            units=units,
            unit_price_fen=lines[id].unit_price_fen,
            amount_fen=fen,
            discount_fen=units * lines[id].unit_price_fen - fen,
        )
        for id, units, fen in undone
    ]


def _each(
    order: Order,
    *,
    taking: Callable[[int], None],
    claim: Callable[[int], None],
    gift: Callable[[int], None],
) -> None:
    """Gifts and links are locked first, then the goods in one order for all: ``locking.md``."""
    lines = lines_of(order)
    promotions.lock_gifts(gift_ids=[line.gift_id for line in lines if line.gift_id is not None])
    promotions.lock_links(
        offer_ids=[line.offer_id for line in lines if line.offer_id and line.taking_id],
        claim_ids=[line.claim_id for line in lines if line.claim_id is not None],
    )
    for line in sorted(lines, key=lambda line: (line.sku_id, line.pk)):
        if line.taking_id is not None:
            taking(line.taking_id)
        elif line.claim_id is not None:
            claim(line.claim_id)
        elif line.gift_id is not None:
            gift(line.gift_id)
