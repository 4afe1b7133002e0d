"""The desk's lists of this context as files."""

from kaibo.base.listing import Column, Listing, ready_columns
from kaibo.planning.models import STATES
from kaibo.planning.reads import SHEET_HEADER, campaigns, sheet_rows, show, shows

LISTS = (
    Listing(
        path="/desk/campaigns",
        may="planning.read",
        title="活动 Campaigns",
        rows=lambda asked: campaigns(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Name", "name"),
            Column("目标 Goal", "goal"),
            Column("预算(元) Budget", "budget_fen"),
            Column("场次 Shows", "show_count"),
        ),
    ),
    Listing(
        path="/desk/shows",
        may="planning.read",
        title="场次 Shows",
        rows=lambda asked: shows(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("房间号 Room", "code"),
            Column("标题 Title", "title"),
            Column("活动 Campaign", "campaign_name"),
            Column("主题 Theme", "theme"),
            Column("目标 Goal", "goal"),
            Column("主播 Host", "host_name"),
            Column("状态 State", "state", dict(STATES)),
            Column("计划开播 Planned start", "starts_at"),
            Column("计划分钟 Planned minutes", "planned_minutes"),
            Column("开播 Started", "started_at"),
            Column("下播 Ended", "ended_at"),
            Column("经营者 Seller", "seller_name"),
            Column("执照号 Licence no", "seller_licence_no"),
        ),
    ),
    # The workbook is what the run of show is imported from, and has its own address.
    Listing(
        path="/desk/shows/{int:id}/run",
        may="planning.read",
        title="排品表",
        rows=lambda asked: sheet_rows(show(asked.org_id, asked.id())),
        columns=ready_columns(SHEET_HEADER),
        kinds=("csv",),
    ),
)
