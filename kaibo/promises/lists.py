"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import Column, Listing, ready_columns
from kaibo.promises.models import HEARD_BY
from kaibo.promises.reads import PROMISE_COLUMNS, corrections, promise_rows, utterances
from kaibo.promises.rules.corrections import CORRECTION

LISTS: Final = (
    Listing(
        path="/desk/shows/{int:id}/promises",
        may="compliance.read",
        title="承诺台账",
        rows=lambda asked: promise_rows(asked.org_id, asked.id()),
        columns=ready_columns(PROMISE_COLUMNS),
    ),
    Listing(
        path="/desk/shows/{int:id}/corrections",
        may="compliance.read",
        title="更正 Corrections",
        rows=lambda asked: corrections(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("链接 Link", "link_no"),
            Column("类型 Kind", "kind"),
            Column("级别 Severity", "severity"),
            Column("错误原话 Wrong words", "wrong"),
            Column("更正", "right_zh"),
            Column("Correction", "right_en"),
            Column("状态 State", "state", dict(CORRECTION.choices)),
            Column("原话时间 Said wrong at", "since_at"),
            Column("立案时间 Opened at", "opened_at"),
            Column("限期 Due at", "due_at"),
            Column("上屏时间 Shown at", "shown_at"),
            Column("口播时间 Said at", "said_at"),
            Column("逾期时间 Overdue at", "overdue_at"),
            Column("已通知订单 Orders told", "orders_told"),
            Column("无需更正的理由 Reason", "reason"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:id}/lines",
        may="compliance.read",
        title="口播 Lines",
        rows=lambda asked: utterances(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("来源 Source", "source", dict(HEARD_BY)),
            Column("链接 Link", "link_no"),
            Column("开始 Began at", "began_at"),
            Column("结束 Ended at", "ended_at"),
            Column("原话 Words", "text"),
        ),
    ),
)
