"""Where the units of an order are, as the tables have them."""

from collections import Counter

from kaibo.orders.models import Order
from kaibo.orders.rules.parcels import AWAY, LineUnits
from kaibo.orders.rules.returns import CAME_BACK, TAKEN


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
