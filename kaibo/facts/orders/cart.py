"""What can happen to a cart."""

from kaibo.facts.base import Fact


class CartLinePut(Fact, frozen=True, kw_only=True, tag="orders.cart_line_put.1"):
    """A buyer put units of a link into their cart, or changed how many; nothing is held.

    ``seen_fen``: the unit price shown at that moment, None while it was not open.
    """

    viewer_id: int
    link_no: int
    units: int
    seen_fen: int | None


class CartLineRemoved(Fact, frozen=True, kw_only=True, tag="orders.cart_line_removed.1"):
    """A buyer took a link out of their cart; by the system when it had lain there too long."""

    viewer_id: int
    link_no: int


class CartOrdered(Fact, frozen=True, kw_only=True, tag="orders.cart_ordered.1"):
    """These links left the cart as the lines of an order."""

    order_id: int
    no: str
    viewer_id: int
    links: list[int]
