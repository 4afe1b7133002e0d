"""The life of packs and of deletions. Pure."""

from typing import Final

from kaibo.base.machines import Machine, Move, State

REASON_CHARS_MAX: Final = 300
RECIPIENT_CHARS_MAX: Final = 120
TRIES_MAX: Final = 3

EXPORT: Final = Machine(
    "export",
    "证据包",
    (
        State("waiting", "生成中"),
        State("ready", "可下载", is_final=True),
        State("failed", "失败", is_final=True),
    ),
    (
        Move("waiting", "build", "ready", by="build_export"),
        Move("waiting", "fail", "failed", by="build_export"),
    ),
)

DELETION: Final = Machine(
    "deletion",
    "录像删除",
    (
        State("asked", "待另一人确认"),
        State("confirmed", "删除中"),
        State("done", "已删除", is_final=True),
        State("refused", "未同意", is_final=True),
    ),
    (
        Move("asked", "confirm", "confirmed", by="confirm_deletion"),
        Move("asked", "refuse", "refused", by="refuse_deletion"),
        Move("confirmed", "finish", "done", by="finish_deletions"),
    ),
)
