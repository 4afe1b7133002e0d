"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import Column, Listing
from kaibo.base.times import shop_time
from kaibo.evidence.models import VERSIONS
from kaibo.evidence.reads.exports import ExportView, every_export
from kaibo.evidence.reads.keeping import keeping
from kaibo.evidence.rules.exports import DELETION, EXPORT


def _hands(view: ExportView) -> list[str]:
    return [f"{one.person} {shop_time(one.at)}" for one in view.downloads]


LISTS: Final = (
    Listing(
        path="/desk/exports",
        may="evidence.export",
        title="证据包 Packs",
        rows=lambda asked: every_export(asked.org_id),
        columns=(
            Column("证据包编号 Pack", "pack_id"),
            Column("对象 Of", "subject_kind", {"show": "场次", "order": "订单"}),
            Column("对象编号 Of no", "subject_id"),
            Column("场次 Show", "show_id"),
            Column("版本 Version", "version", dict(VERSIONS)),
            Column("原因 Reason", "reason"),
            Column("接收方 For", "recipient"),
            Column("申请人 Asked by", "asked_by_name"),
            Column("申请时间 Asked at", "asked_at"),
            Column("状态 State", "state", dict(EXPORT.choices)),
            Column("条目 Items", "items"),
            Column("字节 Bytes", "byte_count"),
            Column("证据树根 Root", "root"),
            Column("SHA-256", "sha256"),
            Column("失败原因 Fault", "fault"),
            Column("生成时间 Built at", "built_at"),
            Column("下载人 Taken by", _hands),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/keeping/holds",
        may="evidence.keep",
        title="保全 Holds",
        rows=lambda asked: keeping(asked.org_id, asked.id("show_id")).holds,
        columns=(
            Column("编号 No", "id"),
            Column("原因 Reason", "placed_reason"),
            Column("下令人 Placed by", "placed_by"),
            Column("下令时间 Placed at", "placed_at"),
            Column("解除人 Lifted by", "lifted_by"),
            Column("解除时间 Lifted at", "lifted_at"),
            Column("解除原因 Lifted because", "lifted_reason"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/keeping/deletions",
        may="evidence.keep",
        title="录像删除 Deletions",
        rows=lambda asked: keeping(asked.org_id, asked.id("show_id")).deletions,
        columns=(
            Column("编号 No", "id"),
            Column("状态 State", "state", dict(DELETION.choices)),
            Column("原因 Reason", "reason"),
            Column("申请人 Asked by", "asked_by"),
            Column("申请时间 Asked at", "asked_at"),
            Column("决定人 Decided by", "decided_by"),
            Column("决定时间 Decided at", "decided_at"),
            Column("删除时间 Done at", "done_at"),
            Column("证书 Certificate", "certificate"),
            Column("SHA-256", "sha256"),
        ),
    ),
)
