"""The writers of promotions, by noun; every other context calls them from here."""

from kaibo.promotions.actions.claim_life import (
    mark_claim_paid,
    order_claim,
    release_claim,
    release_due_claims,
    retake_claim,
    return_claim,
)
from kaibo.promotions.actions.claims import claim_flash_sale, claim_flash_sale_batch
from kaibo.promotions.actions.flash_sales import (
    FlashSaleSpec,
    end_due_sales,
    schedule_flash_sale,
    start_flash_sale,
    stop_flash_sale,
)
from kaibo.promotions.actions.offers import (
    OfferSpec,
    add_units,
    close_link,
    close_offers,
    list_offer,
    open_price,
    put_on_shelf,
)
from kaibo.promotions.actions.takings import (
    give_back_units,
    mark_units_sold,
    retake_units,
    return_units,
    take_units,
)
from kaibo.promotions.actions.waitlist import leave_waitlist
from kaibo.promotions.reads import ClaimAnswer, Taken
from kaibo.promotions.rules import Attempt

__all__ = [
    "Attempt",
    "ClaimAnswer",
    "FlashSaleSpec",
    "OfferSpec",
    "Taken",
    "add_units",
    "claim_flash_sale",
    "claim_flash_sale_batch",
    "close_link",
    "close_offers",
    "end_due_sales",
    "give_back_units",
    "leave_waitlist",
    "list_offer",
    "mark_claim_paid",
    "mark_units_sold",
    "open_price",
    "order_claim",
    "put_on_shelf",
    "release_claim",
    "release_due_claims",
    "retake_claim",
    "retake_units",
    "return_claim",
    "return_units",
    "schedule_flash_sale",
    "start_flash_sale",
    "stop_flash_sale",
    "take_units",
]
