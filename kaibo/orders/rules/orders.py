"""Pure decisions of orders: addresses, totals, and what a payment means."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.carriers import masked_receiver
from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.money import FEN_MAX
from kaibo.facts.orders import RefundWhy
from kaibo.orders.errors import (
    NothingToRefund,
    PostcodeUnusable,
    PriceChanged,
    ReceiverUnusable,
    RegionCodeUnusable,
)
from kaibo.orders.rules.states import OrderState

CloseReason = Literal["", "unpaid", "cancelled", "group_expired", "seller_default"]

# How long the units of a link wait for the money; a claim brings its own deadline.
PAY_WITHIN: Final = dt.timedelta(minutes=15)
KEY_CHARS_MAX: Final = 64
LINES_MAX: Final = 50
REASON_CHARS_MAX: Final = 200
NOTE_CHARS_MAX: Final = 200
_REFUND_RETRY_S_MAX: Final = 3_600

_KEY = re.compile(rf"[A-Za-z0-9_.:-]{{1,{KEY_CHARS_MAX}}}")
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# GB/T 2260: 34 provinces and what is like them, then city and county.
_POSTCODE = re.compile(r"\d{6}", re.ASCII)
_REGION = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{4}", re.ASCII)
_PHONE_NOISE = re.compile(r"[\s\-()]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. Kept encrypted; never in facts, logs or exports.

    Args:
        region_code: of the smallest region known, six digits (GB/T 2260), or "".
        postcode: six digits, or "".
    """

    name: str
    phone: str
    region: str
    detail: str
    region_code: str = ""
    postcode: str = ""


def clean_address(address: Address) -> Address:
    """The address as it will be printed, or a refusal that names the field.

    Full-width digits, blanks, hyphens and +86 are taken out of the telephone number.

    Raises:
        TextMissing, TextTooLong, TextUnreadable: a field cannot be used.
        ReceiverUnusable: the number is not a mobile number of mainland China.
        RegionCodeUnusable: six digits of no province. PostcodeUnusable: not six digits.

    >>> clean_address(Address("张三", "+86 138-1234-5678", "上海市", "南京东路1号")).phone
    '13812345678'
    """
    raw = clean_text("phone", address.phone, chars_max=30, required=True)
    phone = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", raw))
    phone = phone.removeprefix("+86").removeprefix("0086")
    if not _PHONE.fullmatch(phone):
        raise ReceiverUnusable(
            field="phone",
            why_zh="手机号须为 11 位大陆手机号",
            why_en="the telephone number must be an 11-digit mainland mobile number",
        )
    if address.region_code and not _REGION.fullmatch(address.region_code):
        raise RegionCodeUnusable(field="region_code")
    postcode = unicodedata.normalize("NFKC", address.postcode).strip()
    if postcode and not _POSTCODE.fullmatch(postcode):
        raise PostcodeUnusable(field="postcode")
    return Address(
        name=_one_line("name", address.name, chars_max=40),
        phone=phone,
        region=_one_line("region", address.region, chars_max=80),
        detail=_one_line("detail", address.detail, chars_max=200),
        region_code=address.region_code,
        postcode=postcode,
    )


def mask_receiver(address: Address) -> str:
    """Who receives, as pages and exports may show it; how long the name is stays hidden.

    >>> mask_receiver(Address("张三", "13812345678", "", ""))
    '张** 138****5678'
    """
    return masked_receiver(address.name, address.phone)


def check_request_key(key: str) -> str:
    """The key itself, or a refusal that names the field."""
    if _KEY.fullmatch(key) is None:
        raise BadInput(field="request_key", why=f"1–{KEY_CHARS_MAX} × A-Z a-z 0-9 _ . : -")
    return key


def check_total(*, expected_fen: int, actual_fen: int) -> None:
    """Refuse an order whose page showed another total.

    Raises:
        NumberOutOfRange: beyond what an order may cost.
        PriceChanged: with both numbers.
    """
    if expected_fen != actual_fen:
        raise PriceChanged(expected_fen=expected_fen, actual_fen=actual_fen)
    check_whole("total_fen", actual_fen, least=1, most=FEN_MAX)


def check_undone_units(units: Mapping[int, int], left: Mapping[int, int]) -> None:
    """Refuse to undo units that are not there.

    Args:
        units: how many, by line.
        left: how many are not undone yet, by line.

    Raises:
        NothingToRefund: no units at all.
        BadInput: a line that is not the order's, or more units than are left of it.
    """
    if not units:
        raise NothingToRefund(field="units")
    for line, count in units.items():
        if line not in left:
            raise BadInput(field="units", why=f"{line} ∉ {sorted(left)}")
        check_whole(f"units.{line}", count, least=1, most=left[line])


def order_no(placed_on: dt.date, chance: str) -> str:
    """An order number people can read out: a letter, so that no spreadsheet rounds it.

    >>> order_no(dt.date(2026, 11, 22), "0f3a9c51d2")
    'K261122-0F3A9C51D2'
    """
    return f"K{placed_on:%y%m%d}-{chance.upper()}"


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """A provider says that money of an attempt has arrived."""

    order_state: OrderState
    close_reason: CloseReason
    total_fen: int
    received_fen: int


def judge_money(money: MoneyIn) -> Literal["pay", "revive"] | RefundWhy:
    """What arrived money means for its order (docs/mechanisms/late-payment.md).

    The order's state decides, not the clock: while an order is open its units are held, so late
    money is as good as any.

    Returns:
        "pay": the order is paid. "revive": the order closed unpaid; try to take its units again.
        Anything else: the money goes back, for this reason.
    """
    if money.received_fen != money.total_fen:
        return "wrong_amount"
    if money.order_state == "created":
        return "pay"
    if money.order_state == "closed":
        return "revive" if money.close_reason == "unpaid" else "order_closed"
    return "already_paid"


def refund_retry_at(tries: int, now: dt.datetime) -> dt.datetime:
    """When a refund that failed ``tries`` times is tried again: 5 s doubling to an hour.

    >>> [refund_retry_at(n, dt.datetime.min).second for n in (1, 2, 3)]
    [5, 10, 20]
    """
    assert tries >= 1
    wait_s = min(_REFUND_RETRY_S_MAX, 5 * 2 ** min(tries - 1, 20))
    return now + dt.timedelta(seconds=wait_s)


def _one_line(field: str, value: str, *, chars_max: int) -> str:
    text = clean_text(field, value, chars_max=chars_max, required=True)
    return " ".join(text.split())
