"""What a file tells: orders with their lines, and what its days add up to."""

import datetime as dt
import hashlib
from dataclasses import astuple, dataclass

from kaibo.orders.rules.file_cells import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line; below 0 are units that came back. None is what the file does not say."""

    line_no: str = ""
    product_code: str = ""
    sku_code: str = ""
    title: str = ""
    spec: str = ""
    units: int | None = None
    unit_price_minor: int | None = None
    amount_minor: int | None = None
    is_unsplit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """One order as a file tells it; amounts in hundredths of the file's currency, all >= 0.

    ``total`` is what was to be paid, ``paid`` what was, ``refund`` what went back. An order of
    nothing but units that came back ``is_return``: its total is 0 and its refund their value.
    ``changed_at``: when the platform last changed it, where the file says so.
    """

    no: str
    state: FileState
    state_text: str
    total_minor: int
    paid_minor: int
    refund_minor: int
    is_return: bool
    ordered_at: dt.datetime
    paid_at: dt.datetime | None
    customer_no: str
    region: str
    province: str
    city: str
    source: str
    lines: tuple[LineDraft, ...]
    changed_at: dt.datetime | None = None

    @property
    def digest(self) -> str:
        """Equal for two tellings of the same, whenever it was last changed; 32 hex digits."""
        return hashlib.sha256(repr(astuple(self)[:-1]).encode()).hexdigest()[:32]


@dataclass(slots=True)
class DayFigures:
    """What one day of a file, or of what is stored, adds up to; a return is no order."""

    orders: int = 0
    paid: int = 0
    refunded: int = 0
    total_minor: int = 0
    paid_minor: int = 0
    refund_minor: int = 0


def add_to_day(figures: DayFigures, order: OrderDraft) -> None:
    """Count one order in."""
    if not order.is_return:
        figures.orders += 1
        figures.paid += order.state in ("paid", "refunded")
    figures.refunded += order.refund_minor > 0
    figures.total_minor += order.total_minor
    figures.paid_minor += order.paid_minor
    figures.refund_minor += order.refund_minor
