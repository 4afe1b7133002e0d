"""The life of a correction on air (更正): what is owed, until when, and the words for it. Pure.

直播电商监督管理办法第三十一条: what is said wrongly is corrected at once, and the record is kept.
A correction is made when the host said it, viewers saw it and every buyer of the time was told.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State

Severity = Literal["S1", "S2", "S3"]
# law.md D, ``correction.due_minutes``: the law says 当场 and gives no figure.
DUE: Final[dict[str, dt.timedelta]] = {
    "S1": dt.timedelta(minutes=5),
    "S2": dt.timedelta(minutes=15),
    "S3": dt.timedelta(minutes=60),
}
# How long viewers have it on their screens, and who comes later too.
SHOWN_FOR: Final = dt.timedelta(minutes=5)
WORDS_CHARS_MAX: Final = 200

CORRECTION: Final = Machine(
    "correction",
    "更正",
    (
        State("open", "待更正"),
        State("made", "已更正", is_final=True),
        State("withdrawn", "无需更正", is_final=True),
    ),
    (
        Move("open", "make", "made", by="say_correction"),
        Move("open", "withdraw", "withdrawn", by="withdraw_correction"),
    ),
)


@dataclass(frozen=True, slots=True)
class Done:
    """Which of the three parts of a correction are done."""

    said: bool
    shown: bool

    @property
    def is_made(self) -> bool:
        """Buyers are told in the transaction that shows it."""
        return self.said and self.shown


def due_at(severity: str, *, opened_at: dt.datetime) -> dt.datetime:
    """Until when the correction has to be made before its link is stopped."""
    return opened_at + DUE.get(severity, DUE["S3"])


def severity_of(kind: str) -> Severity:
    """How grave a promise of a kind is that is not kept."""
    return "S3" if kind in ("date", "stock", "drawing") else "S2"


def words_for_promise(
    link_no: int | None, wrong: str, configured_zh: str, configured_en: str
) -> tuple[str, str]:
    """What the host says instead of what differs, in both languages.

    >>> words_for_promise(3, "只要59元", "售价 69 元", "¥69")[0]
    '更正：3 号链接刚才说的“只要59元”有误，售价 69 元，以页面为准'
    """
    zh, en = _link(link_no)
    return (
        f"更正：{zh}刚才说的“{wrong}”有误，{configured_zh}，以页面为准"[:WORDS_CHARS_MAX],
        f"Correction{en}: “{wrong}” was wrong; {configured_en}, as on the page"[:WORDS_CHARS_MAX],
    )


def words_for_finding(link_no: int | None, wrong: str) -> tuple[str, str]:
    """What the host takes back that broke a rule, in both languages."""
    zh, en = _link(link_no)
    return (
        f"更正：{zh}刚才说的“{wrong}”表述不当，请勿作为购买依据，以页面说明为准"[:WORDS_CHARS_MAX],
        f"Correction{en}: please disregard “{wrong}”; what the page says counts"[:WORDS_CHARS_MAX],
    )


def _link(link_no: int | None) -> tuple[str, str]:
    return ("", "") if link_no is None else (f"{link_no} 号链接", f" on link {link_no}")
