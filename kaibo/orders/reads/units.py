"""Where the units of an order are, as the tables have them."""

from collections import Counter

from kaibo.orders.models import Order, OrderLine
from kaibo.orders.rules.parcels import AWAY, LineUnits
from kaibo.orders.rules.returns import CAME_BACK, TAKEN
from kaibo.promotions.reads import refund_fen


def units_of(order: Order) -> dict[int, LineUnits]:
    """The units of each line by its id; of rows that were fetched before, if they were."""
    away, delivered, back = Counter[int](), Counter[int](), Counter[int]()
    owed, returning = Counter[int](), Counter[int]()
    for parcel in order.parcels.all():
        for packed in parcel.lines.all():
            away[packed.line_id] += packed.units * (parcel.state in AWAY)
            delivered[packed.line_id] += packed.units * (parcel.state == "delivered")
    for one in order.returns.all():
        for sent in one.lines.all():
            # What the buyer kept is paid for; where the seller is at fault it is given up.
            came = sent.units - (sent.units_missing if one.reason == "no_reason" else 0)
            back[sent.line_id] += came * (one.state in CAME_BACK)
            owed[sent.line_id] += came * (one.state == "received")
            returning[sent.line_id] += sent.units * (one.state in TAKEN)
    return {
        line.pk: LineUnits(
            units=line.units,
            refunded=line.units_refunded,
            away=away[line.pk],
            delivered=delivered[line.pk],
            back=back[line.pk],
            owed=owed[line.pk],
            returning=returning[line.pk],
        )
        for line in sorted(order.lines.all(), key=lambda line: line.pk)
    }


def undone_fen(line: OrderLine, units: int) -> int:
    """What comes back for some of the units that are left of a line.

    In turn (``promotions.reads.refund_fen``), unless a part of it came back already because the
    price fell: then what is left is shared by the units that are left. The last unit brings back
    the rest, so any steps end at exactly what was paid.
    """
    done = line.units_done
    if not line.protected_fen:
        return refund_fen(line.amount_fen, units=line.units, refunded=done, now=units)
    left_fen = line.amount_fen - line.refunded_fen
    return refund_fen(left_fen, units=line.units - done, refunded=0, now=units)
