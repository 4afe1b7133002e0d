"""Tables of promotions, by noun. Constraints repeat what the rules say."""

from kaibo.promotions.models.auction import Auction, Bid, Win
from kaibo.promotions.models.claim_rows import ClaimRow, claims_of_viewers, insert_claims
from kaibo.promotions.models.draw import Award, BarredViewer, Draw, DrawEntry
from kaibo.promotions.models.flash_sale import Claim, FlashSale, Place
from kaibo.promotions.models.gift import GiftTaking
from kaibo.promotions.models.group import GroupOffer
from kaibo.promotions.models.guard import Change, GuardSettings, PriceSet, Trip, stored_limits
from kaibo.promotions.models.invite import (
    RUNNING,
    InviteCampaign,
    Invitee,
    Inviter,
    InviteReward,
)
from kaibo.promotions.models.line import LinkPlace
from kaibo.promotions.models.offer import Offer, Taking
from kaibo.promotions.models.packet import PacketClaim, RedPacket
from kaibo.promotions.models.presale import PresaleOffer
from kaibo.promotions.models.promotion import (
    CodeTry,
    Coupon,
    CouponCode,
    Promotion,
    PromotionUse,
    stored_terms,
)
from kaibo.promotions.models.quiz import Quiz, QuizAnswer
from kaibo.promotions.models.stacking import StackingRule

__all__ = [
    "RUNNING",
    "Auction",
    "Award",
    "BarredViewer",
    "Bid",
    "Change",
    "Claim",
    "ClaimRow",
    "CodeTry",
    "Coupon",
    "CouponCode",
    "Draw",
    "DrawEntry",
    "FlashSale",
    "GiftTaking",
    "GroupOffer",
    "GuardSettings",
    "InviteCampaign",
    "InviteReward",
    "Invitee",
    "Inviter",
    "LinkPlace",
    "Offer",
    "PacketClaim",
    "Place",
    "PresaleOffer",
    "PriceSet",
    "Promotion",
    "PromotionUse",
    "Quiz",
    "QuizAnswer",
    "RedPacket",
    "StackingRule",
    "Taking",
    "Trip",
    "Win",
    "claims_of_viewers",
    "insert_claims",
    "stored_limits",
    "stored_terms",
]
