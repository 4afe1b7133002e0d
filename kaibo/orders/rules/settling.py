"""When one person may say alone that a refund was sent by bank, and when another has to agree."""

from typing import Final

from kaibo.orders.errors import SettlementBySamePerson

BANK_REF_CHARS_MAX: Final = 80
# Up to 500 yuan, where the shop chose nothing else.
SETTLE_ALONE_FEN: Final = 50_000


def needs_second(amount_fen: int, alone_fen_max: int) -> bool:
    """Whether two people are needed for so much money.

    >>> needs_second(50_000, 50_000), needs_second(50_001, 50_000), needs_second(1, 0)
    (False, True, True)
    """
    return amount_fen > alone_fen_max


def check_second(asked_by: int, by: int) -> None:
    """Four eyes: whoever says that the money was sent cannot be the one who agrees.

    Raises:
        SettlementBySamePerson: nothing was written.
    """
    if asked_by == by:
        raise SettlementBySamePerson()
