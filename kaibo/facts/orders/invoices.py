"""Facts of invoices and of the address book: that something happened, never what was written."""

from typing import Literal

from kaibo.facts.base import Fact


class InvoiceAsked(Fact, frozen=True, kw_only=True, tag="orders.invoice_asked.1"):
    """A buyer asked for an invoice of a paid order."""

    invoice_id: int
    order_id: int
    no: str
    viewer_id: int
    kind: Literal["person", "company"]


class InvoiceMoved(Fact, frozen=True, kw_only=True, tag="orders.invoice_moved.1"):
    """An invoice was issued, taken back before that, or reversed with a red one."""

    invoice_id: int
    order_id: int
    no: str
    viewer_id: int
    state: Literal["issued", "withdrawn", "reversed"]
    number: str = ""
    amount_fen: int | None = None


class InvoicesExported(Fact, frozen=True, kw_only=True, tag="orders.invoices_exported.1"):
    """Somebody took titles and taxpayer numbers out of the house."""

    invoices: int
    kind: Literal["csv", "xlsx"]


class AddressSaved(Fact, frozen=True, kw_only=True, tag="orders.address_saved.1"):
    """A buyer kept an address, or changed one."""

    address_id: int
    viewer_id: int
    is_default: bool


class AddressDeleted(Fact, frozen=True, kw_only=True, tag="orders.address_deleted.1"):
    """A buyer deleted an address from their book."""

    address_id: int
    viewer_id: int
