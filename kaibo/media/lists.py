"""The desk's lists of this context as files; keys are in none."""

from typing import Final

from kaibo.base.listing import Column, Listing
from kaibo.media.reads import picture_troubles, stream_sessions

TROUBLES_ZH: Final = {
    "black": "黑屏",
    "frozen": "静止",
    "silent": "无声",
    "unwatched": "无人值守",
}
LISTS: Final = (
    Listing(
        path="/desk/shows/{int:show_id}/streams",
        may="planning.read",
        title="推流 Streams",
        rows=lambda asked: stream_sessions(org_id=asked.org_id, show_id=asked.id("show_id")),
        columns=(
            Column("连接 Session", "session_id"),
            Column("开始 Began at", "began_at"),
            Column("结束 Over at", "over_at"),
            Column("结束原因 Because", "reason"),
            Column("宽 Width", "width"),
            Column("高 Height", "height"),
            Column("有声音 Has sound", "has_sound"),
            Column("录制 Recording", "recording"),
            Column("收到字节 Bytes", "received_bytes"),
            Column("录制毫秒 Recorded ms", "recorded_ms"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/picture-troubles",
        may="planning.read",
        title="画面异常 Picture",
        rows=lambda asked: picture_troubles(org_id=asked.org_id, show_id=asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("连接 Session", "session_id"),
            Column("异常 Trouble", "kind", TROUBLES_ZH),
            Column("开始 Began at", "began_at"),
            Column("结束 Over at", "over_at"),
        ),
    ),
)
