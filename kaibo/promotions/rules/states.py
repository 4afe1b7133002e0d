"""What may become of units in a buyer's hands, of promotions and of coupons, as tables."""

from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State

# Units of a link in a buyer's hands.
TAKING: Final = Machine(
    "taking",
    "占用",
    (
        State("held", "占用"),
        State("sold", "已售", is_final=True),
        State("given_back", "已释放", is_final=True),
        State("returned", "已退回", is_final=True),
    ),
    (
        Move("held", "sell", "sold", by="mark_units_sold"),
        Move("held", "give_back", "given_back", by="give_back_units"),
        Move("given_back", "retake", "held", by="retake_units"),
        Move("sold", "return", "returned", by="return_units"),
    ),
)
# Units of a flash sale, won.
CLAIM: Final = Machine(
    "claim",
    "抢购",
    (
        State("held", "待下单"),
        State("ordered", "已下单"),
        State("paid", "已付款", is_final=True),
        State("released", "已释放", is_final=True),
        State("returned", "已退回", is_final=True),
    ),
    (
        Move("held", "order", "ordered", by="order_claim"),
        Move("held", "release", "released", by="release_due_claims"),
        Move("ordered", "release", "released", by="release_claim"),
        Move("ordered", "pay", "paid", by="mark_claim_paid"),
        Move("released", "retake", "paid", by="retake_claim"),
        Move("paid", "return", "returned", by="return_claim"),
    ),
)
PromotionState = Literal["draft", "running", "paused", "ended"]
# A promotion as it stands in the shop.
PROMOTION: Final = Machine(
    "promotion",
    "优惠活动",
    (
        State("draft", "草稿", is_final=True),
        State("running", "进行中"),
        State("paused", "已暂停"),
        State("ended", "已结束", is_final=True),
    ),
    (
        Move("draft", "start", "running", by="start_promotion"),
        Move("running", "undo", "draft", by="undo_promotion_start"),
        Move("running", "pause", "paused", by="pause_promotion"),
        Move("paused", "resume", "running", by="resume_promotion"),
        Move("draft", "end", "ended", by="end_promotion"),
        Move("running", "end", "ended", by="end_promotion"),
        Move("paused", "end", "ended", by="end_promotion"),
    ),
)
# A promotion in one buyer's purse.
COUPON: Final = Machine(
    "coupon",
    "优惠券",
    (
        State("open", "待使用"),
        State("held", "下单占用"),
        State("used", "已使用", is_final=True),
        State("expired", "已过期", is_final=True),
        State("undone", "已收回", is_final=True),
    ),
    (
        Move("open", "hold", "held", by="use_promotions"),
        Move("held", "spend", "used", by="mark_uses_sold"),
        Move("held", "give_back", "open", by="give_back_uses"),
        Move("open", "retake", "used", by="retake_uses"),
        Move("used", "return", "open", by="return_uses"),
        Move("open", "expire", "expired", by="expire_coupons"),
        Move("open", "take_back", "undone", by="uncount_invitees"),
    ),
)
# One promotion at work in one order.
USE: Final = Machine(
    "use",
    "优惠使用",
    (
        State("held", "占用"),
        State("used", "已使用", is_final=True),
        State("given_back", "已释放", is_final=True),
        State("returned", "已退回", is_final=True),
    ),
    (
        Move("held", "sell", "used", by="mark_uses_sold"),
        Move("held", "give_back", "given_back", by="give_back_uses"),
        Move("given_back", "retake", "used", by="retake_uses"),
        Move("used", "return", "returned", by="return_uses"),
    ),
)
# Whether groups may be opened at the group price of a link. Its terms never change.
GROUP_OFFER: Final = Machine(
    "group_offer",
    "拼团活动",
    (
        State("running", "进行中"),
        State("ended", "已结束", is_final=True),
    ),
    (Move("running", "end", "ended", by="end_group_offer"),),
)
# Whether deposits are taken for a link. Its terms never change.
PRESALE_OFFER: Final = Machine(
    "presale_offer",
    "预售活动",
    (
        State("running", "进行中"),
        State("ended", "已结束", is_final=True),
    ),
    (Move("running", "end", "ended", by="end_presale_offer"),),
)
