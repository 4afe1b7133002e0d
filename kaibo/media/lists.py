"""The desk's lists of this context as files; keys are in none."""

from typing import Final

from kaibo.base.listing import Column, Listing
from kaibo.media.reads import stream_sessions

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
)
