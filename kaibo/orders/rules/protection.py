"""Price protection (价保): what goes back when goods sell for less after the purchase. Pure."""

import datetime as dt
from typing import Final

from kaibo.base.machines import Machine, Move, State
from kaibo.orders.rules.orders import PAY_WITHIN

PROTECTS_DAYS_MAX: Final = 180
# A price that is taken back before, and that nobody bought at, was a slip and no price. By then
# every order from before it is paid or closed.
STANDS: Final = max(dt.timedelta(minutes=20), PAY_WITHIN)

DROP: Final = Machine(
    "price_drop",
    "降价",
    (
        State("noted", "待核对"),
        State("honoured", "已退差价", is_final=True),
        State("void", "未成立", is_final=True),
    ),
    (
        Move("noted", "honour", "honoured", by="honour_price_drops"),
        Move("noted", "void", "void", by="honour_price_drops"),
    ),
)


def difference_fen(left_fen: int, *, units: int, price_fen: int) -> int:
    """What of a line's money goes back so that its units cost no more than the lower price.

    Args:
        left_fen: what was paid for the units that are left, and did not go back yet.

    >>> difference_fen(19_800, units=2, price_fen=8_900)
    2000
    >>> difference_fen(17_800, units=2, price_fen=8_900)
    0
    """
    return max(0, left_fen - units * price_fen)
