"""Group buys: which terms can be kept. Pure; what becomes of a group is a rule of orders."""

from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX, yuan
from kaibo.promotions.errors import GroupPriceCannotBe
from kaibo.promotions.rules.selling import PER_BUYER_MAX

GROUP_SIZE_MIN: Final = 2
GROUP_SIZE_MAX: Final = 100
FILL_S_MIN: Final = 60
FILL_S_MAX: Final = 7 * 24 * 3600


def check_group_terms(
    *,
    size: int,
    price_fen: int,
    leader_price_fen: int | None,
    link_price_fen: int,
    fill_s: int,
    per_buyer_max: int,
) -> None:
    """Refuse the terms of a group buy that cannot be kept.

    Args:
        size: members who must pay, 2 to 100.
        leader_price_fen: of who opens a group; None: as everybody.
        link_price_fen: what one pays alone.
        fill_s: how long a group may fill, a minute to a week.
        per_buyer_max: units of one buyer over all groups of the offer.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        GroupPriceCannotBe: the group pays no less than one buyer alone, or its leader more.

    >>> check_group_terms(
    ...     size=3, price_fen=900, leader_price_fen=800, link_price_fen=1_000, fill_s=600,
    ...     per_buyer_max=1,
    ... )
    """
    check_whole("size", size, least=GROUP_SIZE_MIN, most=GROUP_SIZE_MAX)
    check_whole("price_fen", price_fen, least=1, most=FEN_MAX)
    check_whole("fill_s", fill_s, least=FILL_S_MIN, most=FILL_S_MAX)
    check_whole("per_buyer_max", per_buyer_max, least=1, most=PER_BUYER_MAX)
    if price_fen >= link_price_fen:
        raise GroupPriceCannotBe(
            field="price_fen",
            why_zh=f"须低于链接价 ¥{yuan(link_price_fen)}",
            why_en=f"below the link's price, ¥{yuan(link_price_fen)}",
        )
    if leader_price_fen is not None:
        check_whole("leader_price_fen", leader_price_fen, least=1, most=FEN_MAX)
        if leader_price_fen > price_fen:
            raise GroupPriceCannotBe(
                field="leader_price_fen",
                why_zh=f"团长价不能高于拼团价 ¥{yuan(price_fen)}",
                why_en=f"at most the group's price, ¥{yuan(price_fen)}",
            )
