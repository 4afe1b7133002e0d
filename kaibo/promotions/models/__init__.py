"""Tables of promotions, by noun. Constraints repeat what the rules say."""

from kaibo.promotions.models.flash_sale import Claim, FlashSale
from kaibo.promotions.models.offer import Offer, Taking

__all__ = ["Claim", "FlashSale", "Offer", "Taking"]
