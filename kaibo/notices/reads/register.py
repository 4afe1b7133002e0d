"""The three books as one sheet, for an inspection (LM-138)."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from kaibo.access.crypto import decrypt_text
from kaibo.base.sheets import Cell
from kaibo.base.times import shop_time
from kaibo.notices.models import Filing, Unreachable
from kaibo.notices.reads.infringements import every_infringement

REGISTER_COLUMNS: Final = (
    "类别", "编号", "场次", "对象", "来源", "文号或权利", "内容", "收到时间", "状态", "期限",
    "逾期时间", "处理", "声明或回执", "结束时间", "结果",
)  # fmt: skip


def register_rows(org_id: int) -> Iterator[list[Cell]]:
    """Every notice, every report of an organisation, oldest first, book by book."""
    for row in every_infringement(org_id).iterator():
        source = f"{row.holder}（{decrypt_text(row.contact_encrypted)}）"
        right = f"{row.get_right_display()} {row.right_name} {row.right_no}".strip()
        said = f"{row.proof}\n{row.evidence}"
        done = " ".join(filter(None, (row.reason, row.forwarded_way, row.delivered_way, row.suit)))
        result = " ".join(filter(None, (row.outcome, row.get_unjust_display())))
        yield [
            "知识产权通知", row.pk, row.show_id, row.goods, source, right, said,
            shop_time(row.received_at), row.get_state_display(), _at(row.due_at or row.restore_at),
            _at(row.late_at), done, row.statement, _at(row.ended_at), result,
        ]  # fmt: skip
    for one in Unreachable.objects.filter(organisation_id=org_id).order_by("pk").iterator():
        yield [
            "失联通报", one.pk, "", one.name, one.authority, one.order_no, one.details,
            shop_time(one.received_at), one.get_state_display(), _at(one.due_at),
            _at(one.late_at), one.reminded_way, "", _at(one.updated_at), one.updated_how,
        ]  # fmt: skip
    filed = Filing.objects.filter(organisation_id=org_id).select_related("finding")
    for report in filed.order_by("pk").iterator():
        found = report.finding
        yield [
            "监管报告", report.pk, report.show_id, found.text, report.authority,
            f"{found.law}{found.article}", report.note, shop_time(report.opened_at),
            report.get_state_display(), _at(report.due_at), _at(report.late_at), "",
            report.receipt, _at(report.closed_at), report.reason,
        ]  # fmt: skip


def _at(moment: dt.datetime | None) -> str:
    return shop_time(moment) if moment else ""
