"""What can happen in promotions."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact

Reason = Literal["desk", "show_ended", "window_over"]


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
    """The link sells at this price from now on."""

    offer_id: int
    link_no: int
    price_fen: int


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
    """Sold units came back to the catalogue, not to the link."""

    taking_id: int
    offer_id: int
    link_no: int
    viewer_id: int
    units: int


class FlashSaleScheduled(Fact, frozen=True, kw_only=True, tag="promotions.flash_sale_scheduled.1"):
    """A flash sale has its terms and its units; nobody can claim yet."""

    sale_id: int
    link_no: int
    sku_id: int
    price_fen: int
    units: int
    units_per_buyer_max: int
    opens_at: dt.datetime
    closes_at: dt.datetime
    pay_within_s: int
    has_waitlist: bool = False


class FlashSaleStarted(Fact, frozen=True, kw_only=True, tag="promotions.flash_sale_started.1"):
    """Claims are judged inside [opens_at, closes_at)."""

    sale_id: int
    link_no: int
    opens_at: dt.datetime
    closes_at: dt.datetime


class FlashSaleStopped(Fact, frozen=True, kw_only=True, tag="promotions.flash_sale_stopped.1"):
    """No more claims, and nobody waits any more; ``units_returned`` went to the catalogue."""

    sale_id: int
    link_no: int
    units_returned: int
    reason: Reason


class ClaimWon(msgspec.Struct, frozen=True, array_like=True):
    """One winner, in order of arrival; written as an array because batches are long.

    ``arrived_us`` is when the claim reached the server, in microseconds since 1970 by the
    server's clock (0 in facts from before it was told).
    """

    claim_id: int
    viewer_id: int
    units: int
    arrived_us: int = 0


class ClaimUnits(msgspec.Struct, frozen=True, array_like=True):
    """One claim and the units it held."""

    claim_id: int
    viewer_id: int
    units: int


class FlashSaleClaimsJudged(
    Fact, frozen=True, kw_only=True, tag="promotions.flash_sale_claims_judged.1"
):
    """One batch of claims was judged: who won, and how many were refused for which reason.

    ``first_arrival`` is the place of the batch's first winner among all winners of the sale.
    """

    sale_id: int
    link_no: int
    won: list[ClaimWon]
    refused: dict[str, int]
    units_left: int
    first_arrival: int = 0


class PlaceTaken(msgspec.Struct, frozen=True, array_like=True):
    """One buyer's new place in a waitlist, in order of arrival."""

    place_id: int
    viewer_id: int
    units: int
    arrived_us: int


class WaitlistJoined(Fact, frozen=True, kw_only=True, tag="promotions.waitlist_joined.1"):
    """Losers of a batch took places; ``first_number`` is that of the first, the rest follow.

    ``waiting``: how many wait now.
    """

    sale_id: int
    link_no: int
    joined: list[PlaceTaken]
    first_number: int
    waiting: int


class PlaceServed(msgspec.Struct, frozen=True, array_like=True):
    """One buyer whose turn came, in order of their places."""

    place_id: int
    claim_id: int
    viewer_id: int
    units: int


class WaitlistServed(Fact, frozen=True, kw_only=True, tag="promotions.waitlist_served.1"):
    """Units that came free went to the first in line whose wishes fit, as held claims."""

    sale_id: int
    link_no: int
    served: list[PlaceServed]
    first_arrival: int
    pay_before: dt.datetime
    units_left: int
    waiting: int


class WaitlistLeft(Fact, frozen=True, kw_only=True, tag="promotions.waitlist_left.1"):
    """A buyer gave their place up."""

    sale_id: int
    link_no: int
    place_id: int
    viewer_id: int
    units_left: int
    waiting: int


class ClaimOrdered(Fact, frozen=True, kw_only=True, tag="promotions.claim_ordered.1"):
    """A claim became an order."""

    claim_id: int
    sale_id: int
    link_no: int
    viewer_id: int
    units: int


class ClaimPaid(Fact, frozen=True, kw_only=True, tag="promotions.claim_paid.1"):
    """The claimed units are paid for."""

    claim_id: int
    sale_id: int
    link_no: int
    viewer_id: int
    units: int


class ClaimsReleased(Fact, frozen=True, kw_only=True, tag="promotions.claims_released.1"):
    """Claims ended unpaid; their units reopened in the sale or went back to the catalogue."""

    sale_id: int
    link_no: int
    claims: list[ClaimUnits]
    to_catalog: bool
    units_left: int


class ClaimRetaken(Fact, frozen=True, kw_only=True, tag="promotions.claim_retaken.1"):
    """A late payment found units left in the running sale and took the claim's units again."""

    claim_id: int
    sale_id: int
    link_no: int
    viewer_id: int
    units: int
    units_left: int


class ClaimReturned(Fact, frozen=True, kw_only=True, tag="promotions.claim_returned.1"):
    """The units of a paid claim came back to the catalogue."""

    claim_id: int
    sale_id: int
    link_no: int
    viewer_id: int
    units: int
