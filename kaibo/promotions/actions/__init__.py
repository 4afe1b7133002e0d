"""The writers of promotions, by noun; every other context calls them from here."""

from kaibo.promotions.actions.auctions import cancel_auction, plan_auction, run_due_auctions
from kaibo.promotions.actions.bids import place_bid
from kaibo.promotions.actions.breaker import PaidUnits, lower_deal, note_paid
from kaibo.promotions.actions.change_kinds import (
    AuctionPart,
    ChangeSpec,
    GroupPart,
    SaleTimes,
)
from kaibo.promotions.actions.changes import confirm_change, make_change, reject_change
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
from kaibo.promotions.actions.draws import (
    cancel_draw,
    change_draw,
    close_draw,
    open_draw,
    publish_draw,
    reveal_draw,
    run_due_draws,
    save_draw,
)
from kaibo.promotions.actions.entries import (
    bar_viewer,
    claim_prize,
    delete_draw_file,
    enter_draw,
    settle_due_draws,
)
from kaibo.promotions.actions.flash_sales import (
    FlashSaleSpec,
    end_due_sales,
    schedule_flash_sale,
    start_flash_sale,
    stop_flash_sale,
)
from kaibo.promotions.actions.gifts import (
    give_back_gift,
    lock_gifts,
    mark_gift_sold,
    retake_gift,
    return_gift,
)
from kaibo.promotions.actions.groups import (
    GroupOfferSpec,
    end_group_offer,
    start_group_offer,
    take_group_units,
)
from kaibo.promotions.actions.invitees import (
    accept_invite,
    count_invitees,
    make_invite_link,
    uncount_invitees,
)
from kaibo.promotions.actions.invites import (
    cancel_invite,
    publish_invite,
    run_due_invites,
    save_invite,
)
from kaibo.promotions.actions.lapses import close_banned, close_unpapered, drop_unproven_comparisons
from kaibo.promotions.actions.line import (
    join_line,
    leave_line,
    release_due_places,
    serve_lines,
)
from kaibo.promotions.actions.marks import record_sale_marks
from kaibo.promotions.actions.offers import (
    Early,
    OfferSpec,
    add_units,
    close_link,
    close_offers,
    list_offer,
    open_price,
    put_on_shelf,
)
from kaibo.promotions.actions.packets import (
    cancel_packet,
    claim_packet,
    finish_packet,
    open_packet,
    publish_packet,
    run_due_packets,
    save_packet,
)
from kaibo.promotions.actions.presales import (
    end_presale_offer,
    start_presale_offer,
    take_presale_units,
)
from kaibo.promotions.actions.previewing import ChangePreview, preview_change
from kaibo.promotions.actions.promotions import (
    end_due_gifts,
    end_promotion,
    extend_promotion,
    pause_promotion,
    resume_promotion,
    save_promotion,
    start_promotion,
    undo_promotion_start,
)
from kaibo.promotions.actions.quizzes import (
    answer_quiz,
    save_quiz,
)
from kaibo.promotions.actions.resets import ask_reset, confirm_reset, refuse_reset, set_guards
from kaibo.promotions.actions.stacking import set_stacking_rule
from kaibo.promotions.actions.stops import lift_stop, stop_link
from kaibo.promotions.actions.takings import (
    give_back_units,
    lock_links,
    mark_units_sold,
    release_due_wins,
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
from kaibo.promotions.actions.winners import (
    WINNER_COLUMNS,
    deliver_prize,
    export_winners,
    ship_prize,
)
from kaibo.promotions.actions.wins import take_win
from kaibo.promotions.actions.withheld import TakenDown, close_withheld, reshelve, sweep_withheld
from kaibo.promotions.reads import ClaimAnswer, Taken
from kaibo.promotions.rules import (
    Attempt,
    AuctionTerms,
    DrawSpec,
    Extension,
    Favour,
    GuardTerms,
    PacketSpec,
    PresaleTerms,
    Prize,
    PromotionSpec,
    Receiver,
)
from kaibo.promotions.rules.invites import InviteSpec, Origin
from kaibo.promotions.rules.quizzes import Question, QuizSpec

__all__ = [
    "WINNER_COLUMNS",
    "Attempt",
    "AuctionPart",
    "AuctionTerms",
    "ChangePreview",
    "ChangeSpec",
    "ClaimAnswer",
    "DrawSpec",
    "Early",
    "Extension",
    "Favour",
    "FlashSaleSpec",
    "GroupOfferSpec",
    "GroupPart",
    "GuardTerms",
    "InviteSpec",
    "OfferSpec",
    "Origin",
    "PacketSpec",
    "PaidUnits",
    "PresaleTerms",
    "Prize",
    "PromotionSpec",
    "Question",
    "QuizSpec",
    "Receiver",
    "SaleTimes",
    "Taken",
    "TakenDown",
    "Used",
    "accept_invite",
    "add_units",
    "answer_quiz",
    "ask_reset",
    "bar_viewer",
    "cancel_auction",
    "cancel_draw",
    "cancel_invite",
    "cancel_packet",
    "change_draw",
    "claim_coupon",
    "claim_flash_sale",
    "claim_flash_sale_batch",
    "claim_packet",
    "claim_prize",
    "close_banned",
    "close_draw",
    "close_link",
    "close_offers",
    "close_unpapered",
    "close_withheld",
    "confirm_change",
    "confirm_reset",
    "count_invitees",
    "delete_draw_file",
    "deliver_prize",
    "drop_coupon",
    "drop_unproven_comparisons",
    "end_due_gifts",
    "end_due_sales",
    "end_group_offer",
    "end_presale_offer",
    "end_promotion",
    "enter_draw",
    "expire_coupons",
    "export_winners",
    "extend_promotion",
    "finish_packet",
    "give_back_gift",
    "give_back_units",
    "give_back_uses",
    "join_line",
    "leave_line",
    "leave_waitlist",
    "lift_stop",
    "list_offer",
    "lock_gifts",
    "lock_links",
    "lock_promotions",
    "lower_deal",
    "make_change",
    "make_codes",
    "make_invite_link",
    "mark_claim_paid",
    "mark_gift_sold",
    "mark_units_sold",
    "mark_uses_sold",
    "note_paid",
    "open_draw",
    "open_packet",
    "open_price",
    "order_claim",
    "pause_promotion",
    "place_bid",
    "plan_auction",
    "preview_change",
    "publish_draw",
    "publish_invite",
    "publish_packet",
    "put_on_shelf",
    "record_sale_marks",
    "redeem_code",
    "refuse_reset",
    "reject_change",
    "release_claim",
    "release_due_claims",
    "release_due_places",
    "release_due_wins",
    "reshelve",
    "resume_promotion",
    "retake_claim",
    "retake_gift",
    "retake_units",
    "retake_uses",
    "return_claim",
    "return_gift",
    "return_units",
    "return_uses",
    "reveal_draw",
    "run_due_auctions",
    "run_due_draws",
    "run_due_invites",
    "run_due_packets",
    "save_draw",
    "save_invite",
    "save_packet",
    "save_promotion",
    "save_quiz",
    "schedule_flash_sale",
    "serve_lines",
    "set_guards",
    "set_stacking_rule",
    "settle_due_draws",
    "ship_prize",
    "start_flash_sale",
    "start_group_offer",
    "start_presale_offer",
    "start_promotion",
    "stop_flash_sale",
    "stop_link",
    "sweep_withheld",
    "take_group_units",
    "take_presale_units",
    "take_units",
    "take_win",
    "uncount_invitees",
    "undo_change",
    "undo_promotion_start",
    "use_promotions",
]
