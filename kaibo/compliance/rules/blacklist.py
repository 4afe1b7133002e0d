"""Who may not come back, for how long, and what an entry must say. Pure.

直播电商监督管理办法 art. 14: who is listed is told facts, reasons, legal basis, term and the way to
appeal; an appeal is looked at again, fairly; at the end of the term the entry goes with its
effects.
"""

import datetime as dt
import re
import unicodedata
from typing import Final, Literal

from kaibo.base.errors import BadInput
from kaibo.base.machines import Machine, Move, State

Who = Literal["host", "operator", "agency"]
Kind = Literal["id_number", "credit_code", "phone"]

WHO: Final[dict[Who, str]] = {"host": "主播", "operator": "直播间运营者", "agency": "服务机构"}
KINDS: Final[dict[Kind, str]] = {
    "id_number": "身份证号码",
    "credit_code": "统一社会信用代码",
    "phone": "手机号码",
}
TERM_MAX: Final = dt.timedelta(days=5 * 366)
# The product's own; art. 14 asks that an appeal is answered in time and gives no number.
ANSWER_WITHIN: Final = dt.timedelta(days=15)

# An entry holds in every state but the last two.
LISTING: Final = Machine(
    "listing",
    "黑名单",
    (
        State("listed", "列入"),
        State("appealed", "申诉中"),
        State("upheld", "维持"),
        State("removed", "申诉成立移出", is_final=True),
        State("ended", "到期移出", is_final=True),
    ),
    (
        Move("listed", "appeal", "appealed", by="appeal_listing"),
        Move("appealed", "uphold", "upheld", by="answer_appeal"),
        Move("appealed", "remove", "removed", by="answer_appeal"),
        Move("listed", "end", "ended", by="end_due_listings"),
        Move("appealed", "end", "ended", by="end_due_listings"),
        Move("upheld", "end", "ended", by="end_due_listings"),
    ),
)
HOLDING: Final = ("listed", "appealed", "upheld")


def plain_identifier(kind: Kind, text: str) -> str:
    """An identifier as it is compared: no blanks, half width, capitals.

    Raises:
        BadInput: it has not the shape of its kind.

    >>> plain_identifier("phone", "+86 138-0000-0000")
    '13800000000'
    >>> plain_identifier("id_number", " 1101 0519 4912 3100 2x")
    '11010519491231002X'
    """
    value = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if kind == "phone":
        value = value.removeprefix("+86")
        if not re.fullmatch(r"1\d{10}", value, re.ASCII):
            raise BadInput(field=kind, why="11 位手机号 · 11 digits")
    elif not re.fullmatch(r"[0-9A-Z]{18}", value, re.ASCII):
        raise BadInput(field=kind, why="18 位 · 18 characters")
    return value


def masked(value: str) -> str:
    """What screens show of it.

    >>> masked("13800001234")
    '138*****234'
    """
    return f"{value[:3]}{'*' * (len(value) - 6)}{value[-3:]}"


def check_term(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Refuse a term that does not end, or ends before it begins.

    Raises:
        BadInput: not within (0, five years].
    """
    if not starts_at < ends_at <= starts_at + TERM_MAX:
        raise BadInput(field="ends_at", why="须晚于现在，最长五年 · at most 5 years ahead")
