"""When a seller wants to undo a paid order: the buyer agrees, or the contract stands (ECL 49)."""

from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State
from kaibo.orders.errors import BuyerMustAgree

SellersWhy = Literal["price_mistake", "out_of_stock"]
Ground = Literal["buyer_asked", "agreed", "price_mistake", "out_of_stock"]
SELLERS_WHY_ZH: Final[dict[str, str]] = {"price_mistake": "标错价", "out_of_stock": "缺货"}

CANCEL: Final = Machine(
    "cancel_ask",
    "取消协商",
    (
        State("asked", "待买家答复"),
        State("agreed", "买家同意", is_final=True),
        # The buyer said no: a person reviews; the order goes on unless the buyer agrees after all.
        State("review", "买家不同意，复核中"),
        State("kept", "继续履约", is_final=True),
    ),
    (
        Move("asked", "agree", "agreed", by="answer_cancel"),
        Move("asked", "decline", "review", by="answer_cancel"),
        Move("review", "agree", "agreed", by="answer_cancel"),
        Move("review", "keep", "kept", by="keep_order"),
        Move("asked", "keep", "kept", by="keep_order"),
    ),
)
OPEN: Final = ("asked", "review")


def check_ground(ground: str) -> None:
    """Refuse that a seller alone undoes a paid order.

    Raises:
        BuyerMustAgree: for a wrong price or missing stock.
    """
    if ground in SELLERS_WHY_ZH:
        raise BuyerMustAgree()
