"""What can happen with other platforms' order files."""

from kaibo.facts.base import Fact


class OrderFileApplied(Fact, frozen=True, kw_only=True, tag="orders.order_file_applied.1"):
    """A file of another platform's orders was written: counts, no rows.

    ``orders`` = ``created`` + ``replaced`` + ``unchanged`` + ``older`` (left as they were, because
    what is stored is newer); ``refused`` and ``repeats`` are lines. Amounts are hundredths
    of ``currency``, of the orders written.
    """

    file_id: int
    platform: str
    shop: str
    currency: str
    sha256: str
    rows: int
    orders: int
    created: int
    replaced: int
    unchanged: int
    refused: int
    repeats: int
    total_minor: int
    paid_minor: int
    refund_minor: int
    older: int = 0
