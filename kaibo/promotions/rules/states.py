"""What may become of units in a buyer's hands, as tables."""

from typing import Final

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
