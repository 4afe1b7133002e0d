"""What can happen to the promise to pay back when a price falls (价保)."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact


class PriceDropNoted(Fact, frozen=True, kw_only=True, tag="orders.price_drop_noted.1"):
    """Goods sell for less than some were promised; it is looked at again at ``due_at``."""

    drop_id: int
    sku_id: int
    price_fen: int
    since: dt.datetime
    due_at: dt.datetime


class PriceDropSettled(Fact, frozen=True, kw_only=True, tag="orders.price_drop_settled.1"):
    """``honoured``: so many lines got so much back; ``void``: the price did not stand."""

    drop_id: int
    state: Literal["honoured", "void"]
    lines: int
    amount_fen: int
