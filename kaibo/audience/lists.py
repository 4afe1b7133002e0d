"""The desk's lists of this context as files; names are masked as on the page."""

from typing import Final

from kaibo.audience.reads.fans import FanTierView, every_fan_member, fan_audit, fan_plan
from kaibo.base.listing import Asked, Column, Listing

_AUDIT: Final = "/desk/fans/members/{int:viewer_id}"


def _tiers(asked: Asked) -> list[FanTierView]:
    plan = fan_plan(asked.org_id)
    return [*plan.tiers] if plan else []


LISTS: Final = (
    Listing(
        path="/desk/fans",
        may="room.desk",
        title="粉丝等级 Fan tiers",
        rows=_tiers,
        columns=(
            Column("等级 Tier", "place"),
            Column("名称 Name", "name"),
            Column("所需积分 Points", "points"),
            Column("人数 Members", "members"),
        ),
    ),
    Listing(
        path="/desk/fans/members",
        may="room.desk",
        title="粉丝 Fans",
        rows=lambda asked: every_fan_member(asked.org_id),
        columns=(
            Column("观众编号 Viewer no", "viewer_id"),
            Column("昵称(打码) Name masked", "name"),
            Column("等级 Tier", "place"),
            Column("积分 Points", "points"),
            Column("手动等级 Given", "given"),
            Column("自 Since", "since"),
        ),
    ),
    Listing(
        path=f"{_AUDIT}/moves",
        may="room.desk",
        title="等级变动 Tier changes",
        rows=lambda asked: fan_audit(asked.org_id, asked.id("viewer_id"), most=None).moves,
        columns=(
            Column("时间 At", "at"),
            Column("之前 Before", "before"),
            Column("之后 After", "after"),
            Column("依据 Why", "why"),
            Column("原因 Reason", "reason"),
            Column("积分 Points", "points"),
            Column("规则版本 Version", "version"),
            Column("操作人 By", "by"),
        ),
    ),
    Listing(
        path=f"{_AUDIT}/deeds",
        may="room.desk",
        title="积分明细 Points",
        rows=lambda asked: fan_audit(asked.org_id, asked.id("viewer_id"), most=None).deeds,
        columns=(
            Column("时间 At", "at"),
            Column("来源 Source", "source"),
            Column("对象 About", "about"),
            Column("数量 Amount", "amount"),
            Column("积分 Points", "points"),
            Column("规则版本 Version", "version"),
        ),
    ),
)
