"""What can happen to goods between shop and buyer. No waybill, no name, no address."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact


class LineUnits(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line of an order."""

    line_id: int
    sku_id: int
    units: int


class ShopTermsSet(Fact, frozen=True, kw_only=True, tag="orders.shop_terms_set.1"):
    """How the shop ships and takes back from now on."""

    ship_within_h: int
    may_refund_only: bool
    protects_days: int = 0
    settle_alone_fen_max: int = 50_000


class ShipmentPart(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of an order that are sent within the same hours."""

    number: int
    ship_within_h: int
    line_ids: list[int]


class ShippingPromised(Fact, frozen=True, kw_only=True, tag="orders.shipping_promised.1"):
    """With an order: hours to ship after the payment, and what the buyer confirmed.

    ``ship_within_h`` is the shortest of ``shipments``.

    ``confirmed`` are SKUs that the buyer confirmed, by a mark of their own, to be excluded from
    returns without a reason (R7 §7). Until ``protected_until`` a lower price is paid back.
    """

    order_id: int
    no: str
    ship_within_h: int
    confirmed: list[int]
    protected_until: dt.datetime | None = None
    shipments: list[ShipmentPart] = []


class ParcelPacked(Fact, frozen=True, kw_only=True, tag="orders.parcel_packed.1"):
    """Units were put together for the buyer."""

    parcel_id: int
    order_id: int
    no: str
    viewer_id: int
    lines: list[LineUnits]


class ParcelMoved(Fact, frozen=True, kw_only=True, tag="orders.parcel_moved.1"):
    """A parcel went on; ``at`` is when it did, which may be before it was told."""

    parcel_id: int
    order_id: int
    no: str
    viewer_id: int
    state: Literal["shipped", "delivered", "lost", "returned", "void"]
    carrier: str
    happened_at: dt.datetime


class WaybillsImported(Fact, frozen=True, kw_only=True, tag="orders.waybills_imported.1"):
    """A file of waybills was read to its end: counts of its lines."""

    sha256: str
    rows: int
    shipped: int
    delivered: int
    repeats: int
    refused: int


class AddressesExported(Fact, frozen=True, kw_only=True, tag="orders.addresses_exported.1"):
    """Somebody took the addresses of orders that wait for shipment out of the house."""

    orders: int
    kind: Literal["csv", "xlsx"]
