"""What can happen to notices about an order."""

from typing import Literal

from kaibo.facts.base import Fact


class OrderNotified(Fact, frozen=True, kw_only=True, tag="orders.order_notified.1"):
    """A buyer was told that what was said of their goods was wrong."""

    notice_id: int
    order_id: int
    no: str
    viewer_id: int
    correction_id: int


class NoticeAnswered(Fact, frozen=True, kw_only=True, tag="orders.notice_answered.1"):
    """The buyer keeps the order, or has the money of the corrected goods back."""

    notice_id: int
    order_id: int
    no: str
    viewer_id: int
    answer: Literal["keep", "refund"]
