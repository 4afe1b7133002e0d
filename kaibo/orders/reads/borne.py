"""Who bears the discounts of an order's lines: for the shop and its programs, not the buyer."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from kaibo.orders.models import Order, OrderLine
from kaibo.orders.reads.views import OrderView, order_view

# In the order in which exports have them.
PAYERS: Final = ("shop", "platform", "host", "partner")


@dataclass(frozen=True, slots=True)
class BorneView:
    """What one payer bears of one line's discount; refunds undid ``undone_fen`` of it."""

    line_id: int
    link_no: int
    title: str
    payer: str
    fen: int
    undone_fen: int


@dataclass(frozen=True, slots=True)
class SoldOrder(OrderView):
    """An order as the shop and its programs see it: with who bears its discounts."""

    borne: tuple[BorneView, ...] = ()


def sold_order(row: Order) -> SoldOrder:
    """An order's row as a value, with its payers."""
    view = order_view(row)
    values = {part.name: getattr(view, part.name) for part in fields(OrderView)}
    return SoldOrder(**values, borne=tuple(borne_of(row)))


def borne_of(row: Order) -> Iterator[BorneView]:
    """Every payer of every line that has a discount, in the order of the lines."""
    for line in sorted(row.lines.all(), key=lambda line: line.pk):
        for payer, fen in payers_of(line).items():
            undone_fen = fen * line.units_done // line.units
            yield BorneView(line.pk, line.link_no, line.title, payer, fen, undone_fen)


def payers_of(line: OrderLine) -> dict[str, int]:
    """What of a line's discount each payer bears, in fen; the shop what nobody else does."""
    shares = {"shop": line.discount_fen - sum(line.borne.values()), **line.borne}
    return {payer: shares[payer] for payer in PAYERS if shares.get(payer)}
