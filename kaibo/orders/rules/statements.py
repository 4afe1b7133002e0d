"""A payment provider's statement beside our ledger: what differs, named one by one.

Comparing changes nothing: whoever reads the differences decides what is to be done.
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["paid", "refund", "payout"]
What = Literal["ours_only", "theirs_only", "amount_differs", "twice_in_theirs", "fee_differs"]

FEE_BP_MAX: Final = 1_000
WHAT_ZH: Final[dict[What, str]] = {
    "ours_only": "我方有，对方无",
    "theirs_only": "对方有，我方无",
    "amount_differs": "金额不一致",
    "twice_in_theirs": "对方重复",
    "fee_differs": "手续费不一致",
}
KIND_ZH: Final[dict[Kind, str]] = {"paid": "收款", "refund": "退款", "payout": "提现"}


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may go to; ``names`` are headers seen in the wild, the best first."""

    name: str
    label_zh: str
    label_en: str
    names: tuple[str, ...]
    required: bool = False


def _names(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|"))


FIELDS: Final = (
    Field(
        "number", "支付单号", "Payment number",
        _names(
            "支付单号|商户订单号|商户单号|商家订单号|渠道单号|渠道订单号|支付流水号|交易单号|交易号|"
            "交易流水号|微信订单号|支付宝交易号|动账流水号|动帐流水号|流水号|订单号|订单编号|主订单编号|"
            "out trade no|transaction id|payment id|payment number|trade no|provider no|number"
        ),
        required=True,
    ),
    Field(
        "amount", "金额", "Amount",
        _names(
            "金额|动账金额|结算金额|交易金额|支付金额|订单金额|收入合计|实际结算金额|应结订单金额|amount|"
            "total amount|gross|settled amount"
        ),
        required=True,
    ),
    Field(
        "fee", "手续费", "Fee",
        _names("手续费|支付手续费|平台服务费|服务费|费用|渠道费|fee|fees|provider fee"),
    ),
    Field(
        "day", "时间", "Time",
        _names(
            "时间|动账时间|交易时间|支付时间|结算时间|实际结算时间|完成时间|日期|time|paid at|date|"
            "settled at|created at"
        ),
    ),
    Field(
        "kind", "类型", "Kind",
        _names(
            "类型|交易类型|业务类型|动账场景|动账方向|收支类型|结算单类型|交易状态|kind|type|"
            "transaction type"
        ),
    ),
)  # fmt: skip

_KINDS: Final[dict[Kind, tuple[str, ...]]] = {
    "paid": _names(
        "支付|收款|收入|入账|入|交易|付款|货款|订单支付|已支付|支付成功|在线支付|交易成功|货款结算|订单结算|"
        "paid|payment|pay|charge|sale|success|in"
    ),
    "refund": _names(
        "退款|支出|出账|出|订单退款|已退款|退款成功|转入退款|交易退款|refund|refunded|out"
    ),
    # What the provider sent to the bank.
    "payout": _names(
        "提现|提现成功|自动提现|商户提现|提现到银行卡|提现到账|打款|划账|划款|转账到银行卡|"
        "payout|withdrawal|withdraw|transfer to bank"
    ),
}
_BRACKETED = re.compile(r"[(\[【{<].*?[)\]】}>]")
_NOISE = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Ours:
    """Money that our ledger says went through a provider.

    Args:
        numbers: what a provider may call it: its own number, our attempt's, the order's, or
            our refund's.
    """

    numbers: tuple[str, ...]
    order_no: str
    kind: Kind
    amount_fen: int
    at: dt.datetime
    order_id: int = 0
    payment_id: int = 0
    refund_token: str = ""


@dataclass(frozen=True, slots=True)
class Theirs:
    """One line of a statement; amounts are without sign, None is what the line does not say."""

    line: int
    number: str
    kind: Kind
    amount_fen: int
    fee_fen: int | None = None
    day: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that does not agree; of a fee, both sides are of the fee."""

    what: What
    kind: Kind
    number: str
    order_no: str = ""
    line: int | None = None
    ours_fen: int | None = None
    theirs_fen: int | None = None


def compare(
    ours: Sequence[Ours],
    theirs: Sequence[Theirs],
    *,
    begins: dt.datetime,
    ends: dt.datetime,
    fee_bp: int | None = None,
) -> list[Difference]:
    """Everything in which a statement and the ledger differ: their lines first, then ours.

    Args:
        ours: movements in the period and around it, so that a payment told to us after midnight
            finds its line of the day before.
        begins, ends: the half-open period of the statement; only movements inside are missed.
        fee_bp: what the provider takes of a payment, in hundredths of a percent, rounded half
            up; None judges no fee, and no line of a refund is judged.
    """
    of_number = _by_number(ours)
    seen: set[Ours | tuple[str, Kind]] = set()
    found: list[Difference] = []
    for line in theirs:
        if line.kind == "payout":
            # Our ledger learns of it from the statement alone.
            continue
        mine = of_number.get(line.number, {})
        match = mine.get(line.kind)
        order_no = next(iter(mine.values())).order_no if mine else ""
        key = match or (line.number, line.kind)
        if key in seen:
            what: What | None = "twice_in_theirs"
        elif match is None:
            what = "theirs_only"
        else:
            what = "amount_differs" if match.amount_fen != line.amount_fen else None
        if what is not None:
            found.append(
                Difference(
                    what=what, kind=line.kind, number=line.number, order_no=order_no,
                    line=line.line, ours_fen=match.amount_fen if match else None,
                    theirs_fen=line.amount_fen,
                )
            )  # fmt: skip
        if what != "twice_in_theirs" and match is not None:
            found += _fee(line, order_no, fee_bp)
        seen.add(key)
    missed = [one for one in ours if one not in seen and begins <= one.at < ends]
    return [*found, *map(_missed, missed)]


def agreed(
    ours: Sequence[Ours], theirs: Sequence[Theirs], found: Sequence[Difference]
) -> list[tuple[Theirs, Ours]]:
    """The lines of payments and refunds that say what the ledger says, each with our movement.

    Args:
        found: what ``compare`` found of the two; a fee alone that differs is what was taken.
    """
    other = {one.line for one in found if one.what != "fee_differs"}
    of_number = _by_number(ours)
    return [
        (line, match)
        for line in theirs
        if line.line not in other and (match := of_number.get(line.number, {}).get(line.kind))
    ]


def charges(line: Theirs) -> dict[str, int]:
    """What a line enters in the ledger beside the payment or refund it is of, in fen by posting.

    A provider takes its fee of a payment or of a payout, and gives it back with a refund.

    >>> charges(Theirs(1, "A", "payout", 5_000, 25)), charges(Theirs(2, "B", "refund", 5_000, 3))
    ({'payout': 5000, 'fee': 25}, {'fee_back': 3})
    """
    found = {"payout": line.amount_fen} if line.kind == "payout" else {}
    found["fee_back" if line.kind == "refund" else "fee"] = line.fee_fen or 0
    return {why: fen for why, fen in found.items() if fen}


def _by_number(ours: Sequence[Ours]) -> dict[str, dict[Kind, Ours]]:
    """Movements by whatever a provider may call them; a number of two payments is none."""
    times = Counter((number, one.kind) for one in ours for number in {*one.numbers} - {""})
    found: dict[str, dict[Kind, Ours]] = {}
    for one in ours:
        for number in one.numbers:
            if times[number, one.kind] == 1:
                found.setdefault(number, {})[one.kind] = one
    return found


def _fee(line: Theirs, order_no: str, fee_bp: int | None) -> list[Difference]:
    if fee_bp is None or line.fee_fen is None or line.kind == "refund":
        return []
    fee_fen = expected_fee(line.amount_fen, fee_bp)
    if fee_fen == line.fee_fen:
        return []
    return [
        Difference(
            what="fee_differs", kind=line.kind, number=line.number, order_no=order_no,
            line=line.line, ours_fen=fee_fen, theirs_fen=line.fee_fen,
        )
    ]  # fmt: skip


def _missed(one: Ours) -> Difference:
    number = next((number for number in one.numbers if number), "")
    return Difference(
        what="ours_only", kind=one.kind, number=number, order_no=one.order_no,
        ours_fen=one.amount_fen,
    )  # fmt: skip


def expected_fee(amount_fen: int, fee_bp: int) -> int:
    """A provider's fee in fen, rounded half up.

    >>> expected_fee(9_900, 60), expected_fee(2_500, 60), expected_fee(1, 60)
    (59, 15, 0)
    """
    return (2 * amount_fen * fee_bp + 10_000) // 20_000


def kind_of(word: str) -> Kind | None:
    """Whether a word says that money came, went back or went to the bank; None if none of them.

    >>> kind_of("支付成功"), kind_of(" Refund "), kind_of("提现"), kind_of("充值")
    ('paid', 'refund', 'payout', None)
    """
    plain = _plain(word)
    return next((kind for kind, words in _KINDS.items() if plain in words), None)


def guess_mapping(columns: Sequence[str]) -> dict[str, str | None]:
    """A field for each column whose name is known; of two columns the better name wins.

    >>> guess_mapping(["动账金额（元）", "备注"])
    {'动账金额（元）': 'amount', '备注': None}
    """
    mapping: dict[str, str | None] = dict.fromkeys(columns)
    for field in FIELDS:
        ranks = {name: rank for rank, name in reversed([*enumerate(map(_plain, field.names))])}
        known = [(ranks[_plain(c)], n, c) for n, c in enumerate(columns) if _plain(c) in ranks]
        if known:
            mapping[min(known)[2]] = field.name
    return mapping


def is_note(cells: Sequence[str], places: Mapping[str, int]) -> bool:
    """Whether a line below the header explains its columns ("收入+支出") and is of no payment."""
    said = [cells[place] for place in places.values() if place < len(cells)]
    return not any(char.isdigit() for text in said for char in text)


def _plain(name: str) -> str:
    """A header without case, width, blanks, punctuation and what is in brackets."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NOISE.sub("", _BRACKETED.sub("", folded))
