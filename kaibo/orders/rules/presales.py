"""Presales: what arrived money means, and how a presale ends. Pure."""

from typing import Literal

from kaibo.facts.orders import RefundWhy
from kaibo.orders.rules.orders import MoneyIn, judge_money

PaymentPart = Literal["whole", "deposit", "balance"]
PresaleState = Literal[
    "placed", "deposited", "complete", "lapsed", "forfeited", "returned", "defaulted"
]


def judge_part(
    money: MoneyIn, *, part: PaymentPart, state: PresaleState
) -> Literal["keep", "pay"] | RefundWhy:
    """What money of a presale means for its order; ``money.total_fen`` is the part's amount.

    As for every order the state decides, not the clock. A presale that closed stays closed.

    Returns:
        "keep": the deposit. "pay": the balance, with it the order is paid. Anything else: the
        money goes back, for this reason.

    >>> money = MoneyIn("created", "", 100, 100)
    >>> judge_part(money, part="deposit", state="placed")
    'keep'
    >>> judge_part(money, part="deposit", state="deposited")
    'already_paid'
    """
    verdict = judge_money(money)
    if verdict == "revive":
        return "order_closed"
    if verdict != "pay":
        return verdict
    if part == "deposit":
        return "keep" if state == "placed" else "already_paid"
    assert state == "deposited", state
    return "pay"
