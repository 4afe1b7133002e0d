"""A rights holder's notice: what it holds, and the way from it to its end. Pure.

电子商务法 arts 42 to 44: measures on a notice with first evidence; notice and statement are passed
on; the measures end when, within fifteen days after the statement reached the holder, no
complaint or suit became known.
"""

import datetime as dt
from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State
from kaibo.base.times import day_begins, shop_day
from kaibo.notices.errors import NoticeIncomplete, SuitTooLate

Right = Literal["trademark", "copyright", "patent", "design", "other"]
Holder = Literal["company", "person"]
Unjust = Literal["mistaken", "malicious"]

RIGHTS: Final[dict[Right, str]] = {
    "trademark": "商标权",
    "copyright": "著作权",
    "patent": "专利权",
    "design": "外观设计专利权",
    "other": "其他知识产权",
}
HOLDERS: Final[dict[Holder, str]] = {"company": "单位", "person": "个人"}
UNJUST: Final[dict[Unjust, str]] = {"mistaken": "通知错误", "malicious": "恶意通知"}

NAME_CHARS_MAX: Final = 100
TEXT_CHARS_MAX: Final = 2_000
WAY_CHARS_MAX: Final = 300
LINKS_MAX: Final = 20
# "Promptly" in arts 42 and 43 has no number; this one is ours.
ACT_WITHIN_WORKDAYS: Final = 1
SUE_WITHIN_DAYS: Final = 15

# What a notice must hold, zh and en.
NEEDED: Final[dict[str, tuple[str, str]]] = {
    "holder": ("权利人姓名或名称", "the holder's name"),
    "contact": ("联系方式", "a way to reach the holder"),
    "right_name": ("权利名称", "what the right is in"),
    "proof": ("权属证明", "proof of the right"),
    "links": ("涉嫌侵权的链接", "the links it is about"),
    "evidence": ("构成侵权的初步证据", "first evidence of the infringement"),
    "is_true": ("对真实性的保证", "the assurance that it is true"),
}

INFRINGEMENT: Final = Machine(
    "infringement",
    "知识产权通知",
    (
        State("received", "待受理"),
        State("rejected", "不予受理", is_final=True),
        State("paused", "已暂停销售，待转送"),
        State("forwarded", "已转送经营者"),
        State("answered", "已收到声明，待转送"),
        State("waiting", "声明已送达，等待十五日"),
        State("contested", "权利人已投诉或起诉"),
        State("upheld", "侵权成立", is_final=True),
        State("restored", "措施已终止", is_final=True),
        State("withdrawn", "权利人撤回", is_final=True),
    ),
    (
        Move("received", "accept", "paused", by="accept_infringement"),
        Move("received", "reject", "rejected", by="reject_infringement"),
        Move("received", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("paused", "forward", "forwarded", by="forward_infringement"),
        Move("paused", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("forwarded", "answer", "answered", by="answer_infringement"),
        Move("forwarded", "concede", "upheld", by="settle_infringement"),
        Move("forwarded", "sue", "contested", by="note_suit"),
        Move("forwarded", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("answered", "deliver", "waiting", by="deliver_statement"),
        Move("answered", "sue", "contested", by="note_suit"),
        Move("answered", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("waiting", "sue", "contested", by="note_suit"),
        Move("waiting", "restore", "restored", by="restore_due_infringements"),
        Move("waiting", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("contested", "uphold", "upheld", by="settle_infringement"),
        Move("contested", "clear", "restored", by="settle_infringement"),
        Move("contested", "withdraw", "withdrawn", by="withdraw_infringement"),
        Move("upheld", "withdraw", "withdrawn", by="withdraw_infringement"),
        # The letter came in time and was written down late.
        Move("restored", "sue", "contested", by="note_suit"),
    ),
)
# Where the desk owes the next step.
OURS: Final = ("received", "paused", "answered")
# Where the goods are kept from sale.
WITHHOLDING: Final = ("paused", "forwarded", "answered", "waiting", "contested", "upheld")
# Where it is not over: something is owed, or the goods wait for what is decided.
OPEN: Final = ("received", "paused", "forwarded", "answered", "waiting", "contested")
# Where it can be said that a notice was unjust.
DONE: Final = ("rejected", "restored", "withdrawn")


def check_whole(given: dict[str, bool]) -> None:
    """Refuse a notice that lacks what it must hold.

    Raises:
        NoticeIncomplete: names everything that is missing at once.
    """
    missing = [name for name in NEEDED if not given[name]]
    if missing:
        raise NoticeIncomplete(
            field=missing[0],
            missing=missing,
            missing_zh="、".join(NEEDED[name][0] for name in missing),
            missing_en=", ".join(NEEDED[name][1] for name in missing),
        )


def restore_at(reached_at: dt.datetime) -> dt.datetime:
    """The moment from which the measures end: fifteen whole days after that of the arrival.

    >>> restore_at(dt.datetime(2026, 5, 1, 2, tzinfo=dt.UTC)).isoformat()
    '2026-05-16T16:00:00+00:00'
    """
    return day_begins(shop_day(reached_at) + dt.timedelta(days=SUE_WITHIN_DAYS + 1))


def check_in_time(known_at: dt.datetime, until: dt.datetime | None) -> None:
    """Refuse a suit that became known when the fifteen days were over.

    Args:
        until: None while they do not run.

    Raises:
        SuitTooLate: says when they were over.
    """
    if until is not None and known_at >= until:
        raise SuitTooLate(restore_at=until)
