"""What the guards did: stops, changes with two people, and the prices that were shown."""

from typing import Final

from kaibo.base.listing import Asked, Column, Listing
from kaibo.promotions.models.guard import PRICE_KINDS, STOP_CAUSES
from kaibo.promotions.reads import PriceHistory, price_history, trips
from kaibo.promotions.reads.guards import every_change
from kaibo.promotions.rules import CHANGE, TRIP

KINDS: Final = {
    "price": "改价",
    "units": "加库存",
    "flash_sale": "秒杀",
    "group_buy": "拼团",
    "presale": "预售",
    "auction": "拍卖",
    "promotion": "优惠活动",
    "drop": "发券",
    "extension": "延长",
}


def _prices(asked: Asked) -> PriceHistory:
    return price_history(asked.org_id, asked.id(), now=asked.now, most=None)


LISTS: Final = (
    Listing(
        path="/desk/shows/{int:show_id}/guards/trips",
        may="room.desk",
        title="熔断 Stops",
        rows=lambda asked: trips(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("链接 Link", "link_no"),
            Column("秒杀 Flash sale", "sale_id"),
            Column("原因 Cause", "cause", dict(STOP_CAUSES)),
            Column("窗口(秒) Window s", "window_s"),
            Column("让利(元) Given away", "off_fen"),
            Column("上限(元) Limit", "off_fen_max"),
            Column("时间 Stopped at", "tripped_at"),
            Column("状态 State", "state", dict(TRIP.choices)),
            Column("恢复理由 Reason", "reason"),
            Column("申请人 Asked by", "asked_by"),
            Column("确认人 Reset by", "reset_by"),
            Column("恢复时间 Reset at", "reset_at"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/guards/changes",
        may="room.desk",
        title="改价改库存 Changes",
        rows=lambda asked: every_change(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("链接 Link", "link_no"),
            Column("优惠 Promotion", "title"),
            Column("类型 Kind", "kind", KINDS),
            Column("内容 Terms", "terms"),
            Column("风险 Dangers", "dangers", {"deep_cut": "大幅降价", "large_sum": "大额让利"}),
            Column("让利(元) Given away", "off_fen"),
            Column("状态 State", "state", dict(CHANGE.choices)),
            Column("申请人 Asked by", "asked_by"),
            Column("申请时间 Asked at", "asked_at"),
            Column("确认期限 Expires at", "expires_at"),
            Column("决定人 Decided by", "decided_by"),
            Column("生效时间 Made at", "made_at"),
            Column("秒杀 Flash sale", "sale_id"),
        ),
    ),
    Listing(
        path="/desk/skus/{int:id}/prices",
        may="room.desk",
        title="展示价格 Prices shown",
        rows=lambda asked: _prices(asked).shown,
        columns=(
            Column("类型 Kind", "kind", dict(PRICE_KINDS)),
            Column("价格(元) Price", "price_fen"),
            Column("场次 Show", "show_id"),
            Column("链接 Link", "link_no"),
            Column("自 Since", "since"),
            Column("至 Until", "until"),
        ),
    ),
    Listing(
        path="/desk/skus/{int:id}/prices/deals",
        may="room.desk",
        title="成交价 Deals",
        rows=lambda asked: _prices(asked).deals,
        columns=(
            Column("时间 At", "at"),
            Column("成交单价(元) Unit price", "unit_fen"),
        ),
    ),
)
