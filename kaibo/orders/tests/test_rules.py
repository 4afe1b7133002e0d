"""Addresses, totals and what arrived money means."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput
from kaibo.orders import rules
from kaibo.orders.errors import PriceChanged, ReceiverUnusable
from kaibo.orders.rules import Address, MoneyIn, judge_money
from kaibo.orders.tests.buying import HOME
from kaibo.promotions.tests.shop import NOW


@pytest.mark.parametrize(
    "phone", ["13812345678", "+86 138-1234-5678", "008613812345678", "１３８１２３４５６７８"]
)
def test_telephone_numbers_as_people_type_them(phone: str) -> None:
    assert rules.clean_address(replace(HOME, phone=phone)).phone == "13812345678"


@pytest.mark.parametrize(
    "phone", ["12812345678", "1381234567", "138123456789", "1381234567a", "٣٨١٢٣٤٥٦٧٨١", "<b>"]
)
def test_telephone_numbers_nobody_can_ring(phone: str) -> None:
    with pytest.raises(ReceiverUnusable) as refused:
        rules.clean_address(replace(HOME, phone=phone))
    assert refused.value.data["field"] == "phone"


@pytest.mark.parametrize("field", ["name", "phone", "region", "detail"])
@pytest.mark.parametrize("value", ["", "   ", "坏\x00", "\ud800", "长" * 201])
def test_a_field_that_cannot_be_used_is_named(field: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.clean_address(replace(HOME, **{field: value}))
    assert refused.value.data["field"] == field


def test_line_breaks_in_an_address_become_blanks() -> None:
    assert rules.clean_address(replace(HOME, detail=" 一号\n二楼 ")).detail == "一号 二楼"


@given(name=st.text(min_size=1, max_size=40), tail=st.integers(0, 10**9 - 1))
def test_the_mask_shows_one_character_and_seven_digits(name: str, tail: int) -> None:
    phone = f"13{tail:09d}"
    masked = rules.mask_receiver(Address(name, phone, "", ""))
    assert masked == f"{name[0]}** {phone[:3]}****{phone[-4:]}"


def test_another_total_is_refused_with_both_numbers() -> None:
    rules.check_total(expected_fen=1, actual_fen=1)
    with pytest.raises(PriceChanged) as refused:
        rules.check_total(expected_fen=9_900, actual_fen=12_000)
    assert refused.value.data == {"expected_fen": 9_900, "actual_fen": 12_000}
    assert "¥99.00" in refused.value.message("zh")
    assert "¥120.00" in refused.value.message("en")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "pay"),
        ({"received_fen": 9_899}, "wrong_amount"),
        ({"received_fen": 9_901}, "wrong_amount"),
        ({"order_state": "closed", "close_reason": "unpaid"}, "revive"),
        ({"order_state": "closed", "close_reason": "cancelled"}, "order_closed"),
        ({"order_state": "closed", "close_reason": "unpaid", "received_fen": 1}, "wrong_amount"),
        ({"order_state": "paid"}, "already_paid"),
        ({"order_state": "refunding"}, "already_paid"),
        ({"order_state": "refunded"}, "already_paid"),
    ],
)
def test_what_arrived_money_means(changes: dict[str, object], verdict: str) -> None:
    money = MoneyIn("created", "", total_fen=9_900, received_fen=9_900)
    assert judge_money(replace(money, **changes)) == verdict  # type: ignore[arg-type]


@given(tries=st.integers(1, 10**6))
def test_refunds_are_tried_ever_slower_but_at_least_hourly(tries: int) -> None:
    wait = rules.refund_retry_at(tries, NOW) - NOW
    assert dt.timedelta(seconds=5) <= wait <= dt.timedelta(hours=1)


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "\x00", "坏", "a\n"])
def test_keys_that_cannot_be_stored(key: str) -> None:
    with pytest.raises(BadInput):
        rules.check_request_key(key)
