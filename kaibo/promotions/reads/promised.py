"""Whether a promotion can honour coupons that terms promise, and what one of them is worth."""

import datetime as dt
from typing import Literal

from kaibo.base.times import shop_time
from kaibo.catalog.reads import skus
from kaibo.promotions.models import Promotion
from kaibo.promotions.reads.exchanges import is_goods_kept
from kaibo.promotions.rules import most_off_fen
from kaibo.promotions.rules.promotion import exchanges

_GOT = {
    "invite": ("领取方式须为“邀请奖励”", "it has to be got by invitations"),
    "prize": ("领取方式须为“中奖发放”", "it has to be got as a prize"),
}


def worth_fen(row: Promotion) -> int | None:
    """The most that one coupon can take off, in fen; None where that is not known.

    Of an exchange coupon it is the dearest of its goods at their list price, less what the unit
    costs with it (促销行为规定 17: a prize is worth its market price).
    """
    if (found := exchanges(row.priced)) is None:
        return most_off_fen(row.priced)
    fen, ids = found
    prices = [sku.list_price_fen for sku in skus(ids, row.organisation_id).values()]
    return max(prices) - fen if prices and min(prices) > fen else None


def why_not_promised(
    row: Promotion,
    *,
    unlock: Literal["invite", "prize"],
    show_id: int,
    opens_at: dt.datetime,
    until: dt.datetime,
    coupons: int,
) -> tuple[str, str] | None:
    """Why so many coupons of a promotion cannot be promised, in zh and en; None if they can.

    Each promise is honoured for all of [opens_at, until].
    """
    left = row.coupons_left
    for is_wrong, why in (
        (row.unlock != unlock, _GOT[unlock]),
        (row.state != "running", ("请先开始这张券", "start it first")),
        (
            is_goods_kept(row, now=opens_at),
            ("所兑换的商品已停售", "the goods it is exchanged for are kept from sale"),
        ),
        (row.show_id not in (None, show_id), ("它只用于另一场", "it is for another show")),
        (
            row.starts_at > opens_at or row.ends_at < until,
            (
                f"它须从活动开始起有效，到 {shop_time(until)} 以后才结束",
                f"it has to run from the start on, and end at {shop_time(until)} or later",
            ),
        ),
        (left is not None and left < coupons, ("张数或预算不够", "it has too few left")),
        (
            worth_fen(row) is None,
            (
                "价值须可知：折扣要有封顶，兑换的每件商品要有高于兑换价的标价",
                "its worth has to be known: a percentage needs a cap, goods that are exchanged a"
                " list price above what they cost with it",
            ),
        ),
    ):
        if is_wrong:
            return why
    return None
