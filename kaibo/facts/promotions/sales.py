"""What can happen in a flash sale: its windows, its claims, its waitlist."""

import datetime as dt

import msgspec

from kaibo.facts.base import Fact
from kaibo.facts.promotions.links import Reason


class FlashSaleScheduled(Fact, frozen=True, kw_only=True, tag="promotions.flash_sale_scheduled.1"):
    """A flash sale has its terms and its units; nobody can claim yet.

    For ``early_s`` seconds from the opening only fans of ``early_tier`` and above may claim.
    """

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
    early_tier: int = 0
    early_s: int = 0


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
    """Units of a paid claim came back to the catalogue; the buyer has ``units_kept``."""

    claim_id: int
    sale_id: int
    link_no: int
    viewer_id: int
    units: int
    units_kept: int = 0
