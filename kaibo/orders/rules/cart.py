"""What a cart may hold, as pure decisions."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.orders.errors import CartFull, NotInCart
from kaibo.orders.rules.orders import LINES_MAX

CART_UNITS_MAX: Final = 9_999
# What was put aside and not ordered says what a person likes: it is kept no longer than useful.
KEPT_FOR: Final = dt.timedelta(days=90)


def check_cart_line(*, units: int, others: int) -> None:
    """Refuse a line that a cart has no room for.

    Args:
        units: of the line, 1 to 9,999.
        others: lines of other links in the cart.

    Raises:
        NumberOutOfRange: not so many units. CartFull: an order could not hold the lines.
    """
    check_whole("units", units, least=1, most=CART_UNITS_MAX)
    if others >= LINES_MAX:
        raise CartFull(max=LINES_MAX)


def check_chosen(chosen: Collection[int], there: Collection[int]) -> None:
    """Refuse to price or order a link that is not in the cart.

    Raises:
        NotInCart: names the first such link.
    """
    for link_no in chosen:
        if link_no not in there:
            raise NotInCart(link_no=link_no)
