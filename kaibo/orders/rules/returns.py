"""Returns: seven days without a reason, and what may become of one (消费者权益保护法 §25)."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

from kaibo.base.machines import Machine, Move, State
from kaibo.base.times import day_begins, shop_day

RETURN: Final = Machine(
    "return",
    "退货",
    (
        State("asked", "待审核"),
        State("accepted", "待寄回"),
        State("refused", "已拒绝", is_final=True),
        State("sent", "寄回中"),
        State("received", "已收货待处理"),
        State("refunded", "已退款", is_final=True),
        State("exchanged", "已换货", is_final=True),
        State("rejected", "验货不符", is_final=True),
        State("withdrawn", "已撤回", is_final=True),
    ),
    (
        Move("asked", "accept", "accepted", by="accept_return"),
        Move("asked", "refuse", "refused", by="refuse_return"),
        Move("asked", "withdraw", "withdrawn", by="withdraw_return"),
        Move("accepted", "send", "sent", by="send_return"),
        Move("accepted", "withdraw", "withdrawn", by="withdraw_return"),
        Move("accepted", "receive", "received", by="receive_return"),
        # Only if the shop chose to allow it: the buyer keeps the goods (PRM 27).
        Move("accepted", "waive", "refunded", by="waive_return"),
        Move("sent", "receive", "received", by="receive_return"),
        Move("received", "refund", "refunded", by="refund_return"),
        Move("received", "exchange", "exchanged", by="exchange_return"),
        Move("received", "reject", "rejected", by="reject_return"),
    ),
)
ReturnState = Literal[
    "asked", "accepted", "refused", "sent", "received", "refunded", "exchanged", "rejected",
    "withdrawn",
]  # fmt: skip
# Units of these are no longer the buyer's to ask for again.
TAKEN: Final = ("asked", "accepted", "sent", "received", "refunded", "exchanged")
# Units of these came back, or were given up.
CAME_BACK: Final = ("received", "refunded", "exchanged")
# Units of these may still be paid back.
MAY_BE_PAID: Final = ("asked", "accepted", "sent", "received")

Reason = Literal["no_reason", "quality", "not_as_described", "damaged", "wrong_goods", "missing"]
REASON_ZH: Final[dict[str, str]] = {
    "no_reason": "七日无理由",
    "quality": "质量问题",
    "not_as_described": "与描述不符",
    "damaged": "运输破损",
    "wrong_goods": "发错货",
    "missing": "少件",
}
# There is no "opened": opening the pack, or trying within reason, spoils nothing (R7 §8).
RefusalReason = Literal["not_proved", "damaged_by_use", "parts_missing", "not_our_goods"]
REFUSAL_ZH: Final[dict[str, str]] = {
    "window_over": "已过七日无理由退货期",
    "excluded": "该商品依法不适用七日无理由退货",
    "not_proved": "凭证不足以证明所述问题",
    "damaged_by_use": "超出合理查验试用造成价值明显贬损",
    "parts_missing": "商品、配件或赠品不齐全",
    "not_our_goods": "寄回的不是所售商品",
}
REFUSALS: Final = get_args(RefusalReason)
# These are judged by looking at goods: photographs, and the standard of their category.
NEED_PHOTOS: Final = frozenset({"damaged_by_use", "parts_missing", "not_our_goods"})

WINDOW_DAYS: Final = 7
REFUND_WITHIN: Final = dt.timedelta(days=7)
FreightBy = Literal["buyer", "seller"]


def window_ends_at(delivered_at: dt.datetime) -> dt.datetime:
    """The first moment at which it is too late: seven whole days of the shop after the receipt's.

    Received on 1 May, whatever the hour, goods may be returned until 8 May 24:00.

    >>> window_ends_at(dt.datetime(2026, 5, 1, 2, tzinfo=dt.UTC))
    datetime.datetime(2026, 5, 8, 16, 0, tzinfo=datetime.timezone.utc)
    """
    return day_begins(shop_day(delivered_at) + dt.timedelta(days=WINDOW_DAYS + 1))


def last_day(delivered_at: dt.datetime) -> dt.date:
    """The last day on which a return needs no reason, as people say it.

    >>> last_day(dt.datetime(2026, 5, 1, 2, tzinfo=dt.UTC))
    datetime.date(2026, 5, 8)
    """
    return shop_day(delivered_at) + dt.timedelta(days=WINDOW_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """One line somebody wants to send back.

    Args:
        delivered_at: when the last parcel with units of it was.
        exception_type: of the terms it was ordered on; "" where returns are taken.
        is_excluded: the exception holds: by law, or by nature and confirmed when ordering.
    """

    delivered_at: dt.datetime
    exception_type: str
    is_excluded: bool


def judge_return(
    lines: list[AskedLine], *, reason: str, now: dt.datetime
) -> Literal["accept", "look", "window_over", "excluded"]:
    """What becomes of a request at once.

    Without a reason: accepted inside the window, refused outside it or for goods that the law or
    a confirmed exclusion takes out. With a reason somebody looks, inside the window or not.
    """
    if reason != "no_reason":
        return "look"
    if any(line.is_excluded for line in lines):
        return "excluded"
    if any(now >= window_ends_at(line.delivered_at) for line in lines):
        return "window_over"
    return "accept"


def refund_key(return_id: int) -> str:
    """Under which key a return is paid back, so that it is paid once."""
    return f"return-{return_id}"


def freight_by(reason: str) -> FreightBy:
    """Who pays for sending back unless both agree otherwise: who the reason lies with.

    >>> freight_by("no_reason"), freight_by("quality")
    ('buyer', 'seller')
    """
    return "buyer" if reason == "no_reason" else "seller"
