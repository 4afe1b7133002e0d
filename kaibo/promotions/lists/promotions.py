"""Promotions, their coupons, codes and uses, and what fan tiers have."""

import datetime as dt
from typing import Any, Final

from kaibo.base.listing import Asked, Column, Listing
from kaibo.promotions.lists.columns import VIEWER
from kaibo.promotions.models.promotion import GOT, UNLOCKS
from kaibo.promotions.reads import Calendar, calendar, promotions
from kaibo.promotions.reads.fans import fan_rights, fan_uses, tier_prices
from kaibo.promotions.reads.rolls import codes_made, coupons_given, uses_made
from kaibo.promotions.rules import COUPON, PROMOTION, USE

# As the calendar's own address has it.
_DAYS: Final = (int, 14)


def _calendar(asked: Asked) -> Calendar:
    ends = asked.now + dt.timedelta(days=max(1, min(asked["days"], 366)))
    return calendar(asked.org_id, begins=asked.now, ends=ends)


def _titles(price: Any) -> list[str]:
    return [f"#{met.id} {met.title_zh}" for met in price.combination]


def _basket(price: Any) -> list[str]:
    return [f"{part.sku}×{part.units}" for part in price.basket]


_OF_ONE: Final = (
    Listing(
        path="/desk/promotions/{int:id}/coupons",
        may="room.desk",
        title="已发的券 Coupons",
        rows=lambda asked: coupons_given(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "row.pk"),
            *VIEWER,
            Column("场次 Show", "row.show_id"),
            Column("状态 State", "row.state", dict(COUPON.choices)),
            Column("面额(元) Takes off", "row.off_fen"),
            Column("领取时间 Claimed at", "row.claimed_at"),
            Column("有效期至 Good until", "row.good_until"),
        ),
    ),
    # Of a code its digest alone is kept: nobody can say again which word it is.
    Listing(
        path="/desk/promotions/{int:id}/codes",
        may="room.desk",
        title="兑换码 Codes",
        rows=lambda asked: codes_made(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "pk"),
            Column("可用次数 Uses at most", "uses_max"),
            Column("已用次数 Uses", "uses"),
            Column("生成时间 Made at", "made_at"),
        ),
    ),
    Listing(
        path="/desk/promotions/{int:id}/uses",
        may="room.desk",
        title="使用记录 Uses",
        rows=lambda asked: uses_made(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "row.pk"),
            *VIEWER,
            Column("场次 Show", "row.show_id"),
            Column("券编号 Coupon no", "row.coupon_id"),
            Column("件数 Units", "row.units"),
            Column("优惠(元) Off", "row.off_fen"),
            Column("状态 State", "row.state", dict(USE.choices)),
            Column("使用时间 Used at", "row.used_at"),
        ),
    ),
)

_FANS: Final = (
    Listing(
        path="/desk/fans/rights",
        may="room.desk",
        title="等级权益 Fan rights",
        rows=lambda asked: fan_rights(asked.org_id, show_id=None, now=asked.now),
        columns=(
            Column("等级 Tier", "place"),
            Column(
                "权益 Kind",
                "kind",
                {"price": "专享价", "gift": "赠品", "coupon": "优惠券", "early": "提前购"},
            ),
            Column("名称", "title_zh"),
            Column("Title", "title_en"),
            Column("链接 Link", "link_no"),
            Column("提前秒数 Early s", "early_s"),
            Column("开始 Starts at", "starts_at"),
            Column("结束 Ends at", "ends_at"),
        ),
    ),
    Listing(
        path="/desk/fans/members/{int:viewer_id}/uses",
        may="room.desk",
        title="权益使用 Fan uses",
        rows=lambda asked: fan_uses(asked.id("viewer_id"), org_id=asked.org_id, most=None),
        columns=(
            Column("编号 No", "use_id"),
            Column("活动 Promotion", "title"),
            Column("场次 Show", "show_id"),
            Column("优惠(元) Off", "off_fen"),
            Column("状态 State", "state", dict(USE.choices)),
            Column("所需等级 Needs", "needs"),
            Column("当时等级 Tier", "place"),
            Column("等级名称 Name", "name"),
            Column("当时积分 Points", "points"),
            Column("规则版本 Version", "version"),
            Column("使用时间 Used at", "used_at"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/fan-prices",
        may="planning.read",
        title="等级价 Fan prices",
        rows=lambda asked: tier_prices(asked.org_id, show_id=asked.id("show_id"), now=asked.now),
        columns=(
            Column("链接 Link", "link_no"),
            Column("等级 Tier", "place"),
            Column("名称 Name", "name"),
            Column("链接价(元) Of", "of_fen"),
            Column("所有人(元) Everyone", "everyone_fen"),
            Column("等级价(元) Price", "price_fen"),
        ),
    ),
)

LISTS: Final = (
    Listing(
        path="/desk/promotions",
        may="room.desk",
        title="优惠活动 Promotions",
        rows=lambda asked: promotions(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("场次 Show", "show_id"),
            Column("名称 Title", "title"),
            Column("状态 State", "state", dict(PROMOTION.choices)),
            Column("叠加 Stacking", "stacking"),
            Column("优惠 Benefit", "terms.benefit"),
            Column("范围 Scope", "terms.scope"),
            Column("开始 Starts at", "starts_at"),
            Column("结束 Ends at", "ends_at"),
            Column("获得方式 Got by", "got", dict(GOT)),
            Column("领取条件 Unlocked by", "unlock", dict(UNLOCKS)),
            Column("人群 Audience", "audience"),
            Column("总次数 Uses at most", "uses_total"),
            Column("每人次数 Per buyer", "per_buyer_max"),
            Column("预算(元) Budget", "budget_fen"),
            Column("占用次数 Uses held", "uses_held"),
            Column("已用次数 Uses spent", "uses_spent"),
            Column("已让利(元) Off", "off_fen"),
            Column("已发券 Coupons given", "coupons_given"),
            Column("待中奖券 Coupons promised", "coupons_promised"),
            Column("赠品数 Gifts", "gift_units"),
            Column("剩余赠品 Gifts left", "gifts_left"),
        ),
    ),
    Listing(
        path="/desk/promotions/calendar",
        may="room.desk",
        title="活动日历 Calendar",
        rows=lambda asked: _calendar(asked).entries,
        columns=(
            Column("编号 No", "promotion.id"),
            Column("名称 Title", "promotion.title"),
            Column("状态 State", "promotion.state", dict(PROMOTION.choices)),
            Column("开始 Starts at", "promotion.starts_at"),
            Column("结束 Ends at", "promotion.ends_at"),
            Column("剩余预算(元) Budget left", "budget_left_fen"),
            Column("同时生效 Meets", "meets"),
        ),
        filters={"days": _DAYS},
    ),
    Listing(
        path="/desk/promotions/calendar/prices",
        may="room.desk",
        title="最低到手价 Lowest prices",
        rows=lambda asked: _calendar(asked).prices,
        columns=(
            Column("SKU编码 SKU code", "sku"),
            Column("商品 Title", "title"),
            Column("售价(元) Price", "unit_price_fen"),
            Column("底价(元) Floor", "floor_fen"),
            Column("最低到手价(元) Lowest", "lowest_fen"),
            Column("下限(元) Bound", "bound_fen"),
            Column("结论 Verdict", "verdict"),
            Column("叠加活动 Promotions", _titles),
            Column("凑单 Basket", _basket),
        ),
        filters={"days": _DAYS},
    ),
    *_OF_ONE,
    *_FANS,
)
