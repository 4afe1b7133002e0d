"""The writers of promotions, by noun; every other context calls them from here."""

from kaibo.promotions.actions.breaker import PaidUnits, note_paid
from kaibo.promotions.actions.changes import (
    ChangePreview,
    ChangeSpec,
    SaleTimes,
    confirm_change,
    make_change,
    preview_change,
    reject_change,
)
from kaibo.promotions.actions.claim_life import (
    mark_claim_paid,
    order_claim,
    release_claim,
    release_due_claims,
    retake_claim,
    return_claim,
)
from kaibo.promotions.actions.claims import claim_flash_sale, claim_flash_sale_batch
from kaibo.promotions.actions.codes import make_codes, redeem_code
from kaibo.promotions.actions.coupons import claim_coupon, drop_coupon, expire_coupons
from kaibo.promotions.actions.flash_sales import (
    FlashSaleSpec,
    end_due_sales,
    schedule_flash_sale,
    start_flash_sale,
    stop_flash_sale,
)
from kaibo.promotions.actions.groups import (
    GroupOfferSpec,
    end_group_offer,
    start_group_offer,
    take_group_units,
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
from kaibo.promotions.actions.presales import (
    end_presale_offer,
    start_presale_offer,
    take_presale_units,
)
from kaibo.promotions.actions.promotions import (
    end_promotion,
    extend_promotion,
    pause_promotion,
    resume_promotion,
    save_promotion,
    start_promotion,
    undo_promotion_start,
)
from kaibo.promotions.actions.resets import ask_reset, confirm_reset, refuse_reset, set_guards
from kaibo.promotions.actions.takings import (
    give_back_units,
    lock_links,
    mark_units_sold,
    retake_units,
    return_units,
    take_units,
)
from kaibo.promotions.actions.undoing import undo_change
from kaibo.promotions.actions.uses import (
    Used,
    give_back_uses,
    lock_promotions,
    mark_uses_sold,
    retake_uses,
    return_uses,
    use_promotions,
)
from kaibo.promotions.actions.waitlist import leave_waitlist
from kaibo.promotions.reads import ClaimAnswer, Taken
from kaibo.promotions.rules import Attempt, Extension, GuardTerms, PresaleTerms, PromotionSpec

__all__ = [
    "Attempt",
    "ChangePreview",
    "ChangeSpec",
    "ClaimAnswer",
    "Extension",
    "FlashSaleSpec",
    "GroupOfferSpec",
    "GuardTerms",
    "OfferSpec",
    "PaidUnits",
    "PresaleTerms",
    "PromotionSpec",
    "SaleTimes",
    "Taken",
    "Used",
    "add_units",
    "ask_reset",
    "claim_coupon",
    "claim_flash_sale",
    "claim_flash_sale_batch",
    "close_link",
    "close_offers",
    "confirm_change",
    "confirm_reset",
    "drop_coupon",
    "end_due_sales",
    "end_group_offer",
    "end_presale_offer",
    "end_promotion",
    "expire_coupons",
    "extend_promotion",
    "give_back_units",
    "give_back_uses",
    "leave_waitlist",
    "list_offer",
    "lock_links",
    "lock_promotions",
    "make_change",
    "make_codes",
    "mark_claim_paid",
    "mark_units_sold",
    "mark_uses_sold",
    "note_paid",
    "open_price",
    "order_claim",
    "pause_promotion",
    "preview_change",
    "put_on_shelf",
    "redeem_code",
    "refuse_reset",
    "reject_change",
    "release_claim",
    "release_due_claims",
    "resume_promotion",
    "retake_claim",
    "retake_units",
    "retake_uses",
    "return_claim",
    "return_units",
    "return_uses",
    "save_promotion",
    "schedule_flash_sale",
    "set_guards",
    "start_flash_sale",
    "start_group_offer",
    "start_presale_offer",
    "start_promotion",
    "stop_flash_sale",
    "take_group_units",
    "take_presale_units",
    "take_units",
    "undo_change",
    "undo_promotion_start",
    "use_promotions",
]
