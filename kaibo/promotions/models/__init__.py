"""Tables of promotions, by noun. Constraints repeat what the rules say."""

from kaibo.promotions.models.claim_rows import ClaimRow, claims_of_viewers, insert_claims
from kaibo.promotions.models.flash_sale import Claim, FlashSale, Place
from kaibo.promotions.models.offer import Offer, Taking
from kaibo.promotions.models.promotion import (
    CodeTry,
    Coupon,
    CouponCode,
    Promotion,
    PromotionUse,
    stored_terms,
)

__all__ = [
    "Claim",
    "ClaimRow",
    "CodeTry",
    "Coupon",
    "CouponCode",
    "FlashSale",
    "Offer",
    "Place",
    "Promotion",
    "PromotionUse",
    "Taking",
    "claims_of_viewers",
    "insert_claims",
    "stored_terms",
]
