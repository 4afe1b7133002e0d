"""Units, promises, waybill numbers and the seven days, as pure decisions."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.carriers import CARRIERS, clean_waybill, find_carrier
from kaibo.base.errors import Refusal
from kaibo.base.times import SHOP_ZONE, day_begins, shop_day
from kaibo.orders.errors import (
    CarrierUnknown,
    NothingToShip,
    TooManyToShip,
    UnitsShipped,
    WaybillOfOther,
    WaybillUnusable,
)
from kaibo.orders.rules.parcels import LineUnits, check_not_shipped, lateness, pick_units
from kaibo.orders.rules.returns import (
    REFUND_WITHIN,
    REFUSALS,
    AskedLine,
    judge_return,
    last_day,
    window_ends_at,
)

moments = st.integers(1_600_000_000, 2_200_000_000).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)
)


def shop_time(*parts: int) -> dt.datetime:
    """A moment by the shop's clock."""
    return dt.datetime(*parts, tzinfo=SHOP_ZONE)  # type: ignore[misc, arg-type]


def asked(delivered_at: dt.datetime, *, excluded: bool = False) -> list[AskedLine]:
    return [AskedLine(delivered_at=delivered_at, exception_type="", is_excluded=excluded)]


def test_signed_on_the_first_of_may_the_last_moment_is_the_eighth() -> None:
    received = shop_time(2026, 5, 1, 10)
    last = shop_time(2026, 5, 8, 23, 59, 59)
    assert judge_return(asked(received), reason="no_reason", now=last) == "accept"
    too_late = shop_time(2026, 5, 9)
    assert judge_return(asked(received), reason="no_reason", now=too_late) == "window_over"
    assert last_day(received) == dt.date(2026, 5, 8)


@given(moments)
def test_the_window_is_seven_whole_days_after_the_day_of_receipt(at: dt.datetime) -> None:
    ends = window_ends_at(at)
    assert ends == day_begins(shop_day(at) + dt.timedelta(days=8))
    assert dt.timedelta(days=7) < ends - at <= dt.timedelta(days=8)
    assert shop_day(ends - dt.timedelta(microseconds=1)) == last_day(at)


@given(moments, st.integers(-10 * 86_400, 20 * 86_400), st.booleans())
def test_a_return_without_reason_is_judged_at_once(
    at: dt.datetime, later_s: int, excluded: bool
) -> None:
    now = at + dt.timedelta(seconds=later_s)
    verdict = judge_return(asked(at, excluded=excluded), reason="no_reason", now=now)
    inside = now < window_ends_at(at)
    assert verdict == ("excluded" if excluded else "accept" if inside else "window_over")
    assert judge_return(asked(at, excluded=excluded), reason="quality", now=now) == "look"


def test_no_refusal_speaks_of_an_opened_pack_and_money_is_back_in_seven_days() -> None:
    assert not [word for word in REFUSALS if "open" in word]
    assert dt.timedelta(days=7) == REFUND_WITHIN


small = st.integers(0, 6)


@st.composite
def lines(draw: st.DrawFn) -> LineUnits:
    """A line as honest actions may leave it."""
    units = draw(st.integers(1, 6))
    refunded = draw(st.integers(0, units))
    back = draw(st.integers(0, 4))
    owed = draw(st.integers(0, back))
    away = draw(st.integers(0, max(0, units - refunded - owed + back)))
    delivered = draw(st.integers(0, away))
    return LineUnits(
        units=units, refunded=refunded, away=away, delivered=delivered, back=back, owed=owed,
        returning=draw(st.integers(0, 6)),
    )  # fmt: skip


@given(st.dictionaries(st.integers(1, 3), lines(), min_size=1), st.data())
def test_never_more_goes_out_than_was_bought_and_not_undone(
    order: dict[int, LineUnits], data: st.DataObject
) -> None:
    wish = data.draw(st.none() | st.dictionaries(st.sampled_from(list(order)), small))
    try:
        picked = pick_units(order, wish)
    except Refusal:
        return
    assert picked
    for id, n in picked.items():
        line = order[id]
        assert n >= 1
        assert line.away + n - line.back <= line.units - line.refunded - line.owed
    if wish is None:
        left = {id: line.to_ship for id, line in order.items()}
        assert all(left[id] == picked.get(id, 0) for id in order)


def test_what_is_away_is_not_shipped_again_nor_undone() -> None:
    line = LineUnits(units=3, refunded=1, away=1)
    assert (line.to_ship, line.to_return) == (1, 0)
    with pytest.raises(TooManyToShip):
        pick_units({1: line}, {1: 2})
    with pytest.raises(NothingToShip):
        pick_units({1: LineUnits(units=1, away=1)}, None)
    with pytest.raises(UnitsShipped):
        check_not_shipped({1: line}, {1: 2})
    check_not_shipped({1: line}, {1: 1})
    exchanged = LineUnits(units=1, away=1, back=1, delivered=1, returning=1)
    assert (exchanged.to_ship, exchanged.to_return) == (1, 0)
    assert LineUnits(units=1, away=1, back=1, owed=1).to_ship == 0


def test_today_is_the_shops_day() -> None:
    by = shop_time(2026, 5, 2, 0, 30)
    assert lateness(by, shop_time(2026, 5, 1, 23)) == "later"
    assert lateness(by, shop_time(2026, 5, 2, 0, 1)) == "today"
    assert lateness(by, by) == "late"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("顺丰", "sf"), ("顺丰速运", "sf"), (" SF ", "sf"), ("中通快递", "zto"), ("ＥＭＳ", "ems"),
        ("圆通速递有限公司", "yto"), ("中国邮政EMS", "ems"), ("中国邮政", "post"),
        ("J&T Express", "jt"),
    ],
)  # fmt: skip
def test_carriers_as_people_write_them(typed: str, code: str) -> None:
    assert find_carrier(typed) == code


def test_every_carrier_is_found_by_its_own_names() -> None:
    for one in CARRIERS:
        assert find_carrier(one.zh) == find_carrier(one.code) == find_carrier(one.en) == one.code


@pytest.mark.parametrize("typed", ["UPS", "飞鸽传书", "=1+1", "e", "z"])
def test_an_unknown_carrier_is_named(typed: str) -> None:
    with pytest.raises(CarrierUnknown):
        find_carrier(typed)


@given(st.text(max_size=40))
def test_any_text_is_a_waybill_number_or_refused(text: str) -> None:
    try:
        number = clean_waybill("zto", text)
    except Refusal:
        return
    assert number.isascii()
    assert number.isalnum()
    assert 8 <= len(number) <= 30
    assert clean_waybill("zto", number) == number


def test_shapes_and_prefixes() -> None:
    assert clean_waybill("zto", " 7312-3456 7890 12") == "73123456789012"
    for wrong in ("1234567", "7.31E+13", "ABCDEFGHIJ", "7" * 31, "=1+12345678"):
        with pytest.raises(WaybillUnusable):
            clean_waybill("zto", wrong)
    with pytest.raises(WaybillOfOther, match="SF"):
        clean_waybill("zto", "SF1234567890123")
    assert clean_waybill("other", "SF1234567890123") == "SF1234567890123"
