"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import Column, Listing, ready_columns
from kaibo.preflight.reads import PAST_COLUMNS, past_failures, past_rows, preflight

LISTS: Final = (
    Listing(
        path="/desk/shows/{int:id}/preflight",
        may="planning.read",
        title="开播检查 Checks",
        rows=lambda asked: preflight(asked.org_id, asked.id(), asked.now).checks,
        columns=(
            Column("检查 Check", "code"),
            Column("结论 State", "state", {"green": "通过", "amber": "提醒", "red": "未通过"}),
            Column("名称", "title_zh"),
            Column("Title", "title_en"),
            Column("情况", "detail_zh"),
            Column("Detail", "detail_en"),
            Column("怎么办", "do_zh"),
            Column("What to do", "do_en"),
        ),
    ),
    Listing(
        path="/desk/rulebook/past",
        may="compliance.read",
        title="复查",
        rows=lambda asked: past_rows(
            past_failures(asked.org_id, days=asked["days"], now=asked.now)
        ),
        columns=ready_columns(PAST_COLUMNS),
        filters={"days": (int, 30)},
    ),
)
