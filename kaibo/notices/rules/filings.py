"""A report to the regulator of a violation that somebody confirmed. Pure.

直播电商监督管理办法 art. 12: records are kept and measures reported; art. 21: inspections are
served truthfully. The hours are the installation's own.
"""

from typing import Final

from kaibo.base.machines import Machine, Move, State

FILING: Final = Machine(
    "filing",
    "监管报告",
    (
        State("due", "待报告"),
        State("filed", "已报告", is_final=True),
        State("dropped", "已撤销", is_final=True),
    ),
    (
        Move("due", "file", "filed", by="send_filing"),
        Move("due", "drop", "dropped", by="drop_filing"),
    ),
)


def is_reportable(*, state: str, verdict: str, severity: str, show_id: int | None) -> bool:
    """Whether a finding may open a report: open, a violation, S1, and of a show.

    >>> is_reportable(state="open", verdict="violation", severity="S1", show_id=7)
    True
    >>> is_reportable(state="dismissed", verdict="violation", severity="S1", show_id=7)
    False
    """
    return state == "open" and verdict == "violation" and severity == "S1" and show_id is not None
