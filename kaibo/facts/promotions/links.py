"""What can happen to the links of a show and to their units."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact

Reason = Literal["desk", "show_ended", "window_over", "papers", "banned", "withheld"]


class OfferListed(Fact, frozen=True, kw_only=True, tag="promotions.offer_listed.1"):
    """A link of a show got its goods and terms; its first batch is held in the catalogue."""

    offer_id: int
    link_no: int
    sku_id: int
    price_fen: int
    day_price_fen: int | None
    units: int
    per_buyer_max: int
    title: str


class OfferShelved(Fact, frozen=True, kw_only=True, tag="promotions.offer_shelved.1"):
    """Viewers see the link; its price is still hidden unless it was open before."""

    offer_id: int
    link_no: int


class PriceOpened(Fact, frozen=True, kw_only=True, tag="promotions.price_opened.1"):
    """The link sells at this price from now on; until ``opens_to_all_at`` to a fan tier only."""

    offer_id: int
    link_no: int
    price_fen: int
    early_tier: int = 0
    opens_to_all_at: dt.datetime | None = None


class ComparisonDropped(Fact, frozen=True, kw_only=True, tag="promotions.comparison_dropped.1"):
    """A link lost the price it was compared with: nothing bears it any more."""

    offer_id: int
    link_no: int
    day_price_fen: int
    price_basis: str


class OfferUnitsAdded(Fact, frozen=True, kw_only=True, tag="promotions.offer_units_added.1"):
    """One more batch was held in the catalogue for the link."""

    offer_id: int
    link_no: int
    units: int


class OfferClosed(Fact, frozen=True, kw_only=True, tag="promotions.offer_closed.1"):
    """The link sells no more; ``units_returned`` went back to the catalogue."""

    offer_id: int
    link_no: int
    units_returned: int
    reason: Reason


class UnitsTaken(Fact, frozen=True, kw_only=True, tag="promotions.units_taken.1"):
    """A buyer holds units of a link; ``again`` when a late payment took them a second time."""

    taking_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    units: int
    unit_price_fen: int
    again: bool = False


class UnitsGivenBack(Fact, frozen=True, kw_only=True, tag="promotions.units_given_back.1"):
    """Held units are free again; ``to_catalog`` when the link had closed meanwhile."""

    taking_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    units: int
    to_catalog: bool


class UnitsSold(Fact, frozen=True, kw_only=True, tag="promotions.units_sold.1"):
    """Held units are paid for."""

    taking_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    units: int


class UnitsReturned(Fact, frozen=True, kw_only=True, tag="promotions.units_returned.1"):
    """Sold units came back to the catalogue, not to the link; the buyer has ``units_kept``."""

    taking_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    units: int
    units_kept: int = 0


class LinkPlaceMoved(Fact, frozen=True, kw_only=True, tag="promotions.link_place_moved.1"):
    """A viewer joined the line for a sold-out link (``waiting``), or their place moved on.

    ``waiting``: how many wait then. ``taking_id``, ``pay_before``: of the unit that is kept.
    """

    place_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    number: int
    state: Literal["waiting", "kept", "ordered", "lapsed", "left", "ended"]
    waiting: int
    taking_id: int | None = None
    pay_before: dt.datetime | None = None
