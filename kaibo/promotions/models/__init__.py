"""Tables of promotions, by noun. Constraints repeat what the rules say."""

from kaibo.promotions.models.claim_rows import ClaimRow, claims_of_viewers, insert_claims
from kaibo.promotions.models.flash_sale import Claim, FlashSale, Place
from kaibo.promotions.models.offer import Offer, Taking

__all__ = [
    "Claim",
    "ClaimRow",
    "FlashSale",
    "Offer",
    "Place",
    "Taking",
    "claims_of_viewers",
    "insert_claims",
]
