"""Order files as values: who exported them, what their cells mean, what an order adds up to."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import NotACount, NotADate, NotAnAmount, Refusal
from kaibo.base.tables import read_lines
from kaibo.orders import errors
from kaibo.orders.rules import file_cells as cells
from kaibo.orders.rules.file_cells import Clock
from kaibo.orders.rules.file_drafts import OrderDraft
from kaibo.orders.rules.file_orders import FileReading, read_orders
from kaibo.orders.rules.platforms import (
    FIELDS,
    PLATFORMS,
    detect,
    settle_terms,
    without_notes,
    without_personal,
)
from kaibo.orders.tests import platform_files as files

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(data: bytes | str, **wish: str) -> FileReading:
    raw = data.encode() if isinstance(data, str) else data
    whole = without_notes(FIELDS.find_header(read_lines(raw)))
    sheet, _ = without_personal(whole, {})
    terms = settle_terms(whole, **wish)
    return read_orders(sheet, FIELDS.guess(sheet.columns), terms, now=NOW)


def orders(data: bytes | str, **wish: str) -> list[OrderDraft]:
    found = read(data, **wish)
    assert found.errors == []
    return found.orders


def amounts(order: OrderDraft) -> tuple[str, int, int, int]:
    return order.state, order.total_minor, order.paid_minor, order.refund_minor


@pytest.mark.parametrize(
    ("header", "platform"),
    [
        (files.DOUYIN, "douyin"), (files.DOUYIN_LATER, "douyin"), (files.KUAISHOU, "kuaishou"),
        (files.KUAISHOU_OLD, "kuaishou"), (files.TAOBAO, "taobao"), (files.TIKTOK, "tiktok"),
        (files.WEIXIN, "weixin"), (files.WEIXIN_OLD, "weixin"),
        ([name.replace("(", "（").replace(")", "）") for name in files.WEIXIN], "weixin"),
        # A like name alone proves nothing.
        (["订单号", "订单下单时间", "金额"], "plain"), (["订单号", "商品已退款金额"], "plain"),
        (["订单编号", "金额"], "plain"), (["主订单编号（新）", " 选购商品 "], "douyin"),
    ],
)  # fmt: skip
def test_a_platform_is_known_by_its_header(header: Sequence[str], platform: str) -> None:
    assert detect(header) == platform


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_douyin_in_both_variants(encoding: str) -> None:
    """Ids kept from rounding, lines of one order, a refund told by after-sales alone."""
    later = {"支付完成时间": "2026-11-12 00:01:00", "商品ID": "37", "流量来源": "精选联盟"}
    for text in (
        files.douyin(),
        files.douyin(files.DOUYIN_LATER, **later),
        files.douyin()
        .replace("订单应付金额", "订单应付金额(元)")
        .replace("商品数量", "商品数量（件）"),
    ):
        first, second = orders(text.encode(encoding))
        assert first.no == "6920000000000000001"
        assert amounts(first) == ("paid", 149880, 149880, 129900)
        assert [
            (line.line_no, line.title, line.units, line.amount_minor) for line in first.lines
        ] == [
            ("6920000000000000011", "保湿面霜", 2, 19980),
            ("6920000000000000012", "精华水", 1, 129900),
        ]
        assert first.ordered_at == dt.datetime(2026, 11, 11, 15, 59, 59, tzinfo=dt.UTC)
        assert amounts(second) == ("created", 1200000, 0, 0)
    assert (first.source, first.lines[0].product_code) == ("", "")
    told = orders(files.douyin(files.DOUYIN_LATER, **later))[0]
    assert (told.source, told.lines[0].product_code) == ("精选联盟", "37")


def test_several_items_in_one_cell() -> None:
    """With a sum of units only, the line cannot be split; with units for each it is."""
    first, closed = orders(files.kuaishou())
    assert amounts(first) == ("paid", 5990, 5990, 0)
    (line,) = first.lines
    assert (line.title, line.product_code, line.units) == ("面霜;乳液", "71;72", 3)
    assert (line.is_unsplit, line.unit_price_minor) == (True, None)
    assert (first.province, first.city, first.source) == ("云南省", "大理白族自治州", "直播间")
    assert amounts(closed) == ("closed", 1990, 0, 0)
    split = orders(files.kuaishou(成交数量="1；2"))[0]
    told = [(one.title, one.product_code, one.units, one.unit_price_minor) for one in split.lines]
    assert told == [("面霜", "71", 1, 1990), ("乳液", "72", 2, 2990)]
    assert not any(one.is_unsplit for one in split.lines)
    uneven = orders(files.kuaishou(成交数量="1;2;3"))[0].lines
    assert [(one.units, one.is_unsplit) for one in uneven] == [(6, True)]


def test_older_kuaishou_headers() -> None:
    row = {
        "订单编号": "25001", "订单创建时间": "2021/03/04 12:00:00", "订单状态": "待发货",
        "订单应付金额": "20", "商品名称": "面霜", "成交数量": "2",
    }  # fmt: skip
    (order,) = orders(files.sheet(files.KUAISHOU_OLD, row))
    assert amounts(order) == ("paid", 2000, 2000, 0)


def test_taobao_in_gbk() -> None:
    """A purchase that was paid and then closed went back in full."""
    done, closed = orders(files.taobao().encode("gbk"))
    assert amounts(done) == ("paid", 8800, 8800, 0)
    assert amounts(closed) == ("refunded", 8800, 8800, 8800)


def test_tiktok_below_two_lines_in_reais_by_its_own_clock() -> None:
    """Amounts of the order stand on each line and count once; the day is the shop's."""
    found = read(files.tiktok(), zone="America/Sao_Paulo")
    (order,) = found.orders
    assert amounts(order) == ("paid", 51357, 51357, 10000)
    assert [line.amount_minor for line in order.lines] == [41357, 10000]
    assert order.ordered_at == dt.datetime(2026, 11, 21, 4, 30, tzinfo=dt.UTC)
    assert list(found.days) == [dt.date(2026, 11, 21)]
    whole = FIELDS.find_header(read_lines(files.tiktok().encode()))
    terms = settle_terms(whole)
    assert (terms.currency, terms.zone) == ("BRL", "")


def test_refunds_told_by_after_sales_alone() -> None:
    """Each line has a state of its own; a closed line that went back had been paid."""
    text = files.douyin(订单状态="已关闭", 售后状态="退款成功")
    first, second = orders(text)
    assert amounts(first) == ("refunded", 149880, 149880, 149880)
    assert amounts(second) == ("created", 1200000, 0, 0)
    mixed = files.douyin().replace("已完成", "已关闭", 2).replace("已关闭", "已完成", 1)
    assert amounts(orders(mixed)[0]) == ("paid", 149880, 149880, 129900)


def test_what_was_paid_may_be_told_before_or_after_refunds() -> None:
    head = "订单编号,下单时间,付款时间,订单总额,订单实付,订单退款\n"
    said = {"10,10,10": "refunded", "10,0,10": "refunded", "10,6,4": "paid", "10,8,8": "refunded"}
    for figures, state in said.items():
        (order,) = orders(f"{head}1,2026-01-01,2026-01-01,{figures}\n")
        assert order.state == state, figures


def test_lines_that_explain_the_header_are_no_orders() -> None:
    text = files.douyin().replace("\n'692", "\n,,,,,,收入+支出\n'692", 1)
    assert len(orders(text)) == 2
    names = files.tiktok().splitlines()[2]
    words = ",".join("Unique id of it." for _ in names.split(","))
    text = files.tiktok().replace(names, f"{names}\n{words}")
    assert len(orders(text, zone="America/Sao_Paulo")) == 1


def test_an_order_without_its_amount_is_refused() -> None:
    """One line of two, and an order that tells nothing but its units."""
    text = files.douyin().replace("￥199.80", "-", 1)
    found = read(text)
    assert [order.no[-1] for order in found.orders] == ["2"]
    assert [error.column for error in found.errors] == ["订单应付金额", "主订单编号"]
    found = read("订单编号,下单时间,数量,单价\n1,2026-01-01,1;2,5;6\n2,2026-01-01,3,5;6\n")
    assert [order.total_minor for order in found.orders] == [1700]
    assert [(error.line, error.column) for error in found.errors] == [(3, "单价")]


def test_a_sign_against_the_units_is_refused() -> None:
    found = read("订单编号,下单时间,数量,金额\n1,2026-01-01,-1,5\n")
    assert (found.orders, found.refused) == ([], 1)


def test_no_personal_column_is_kept() -> None:
    """By name, by what stands in it, and where an unquoted comma has shifted a line."""
    for text in (
        files.douyin(files.DOUYIN_LATER),
        files.kuaishou(),
        files.taobao(),
        files.tiktok(),
    ):
        whole = FIELDS.find_header(read_lines(text.encode()))
        sheet, left_out = without_personal(whole, {})
        assert left_out
        said = repr(sheet)
        assert [secret for secret in files.SECRETS if secret in said] == []
    odd = "订单编号,下单时间,金额,联系,家,备用\n1,2026-01-01,5,13912345678,大理市苍山路8号,a@b.cn\n"
    sheet, left_out = without_personal(FIELDS.find_header(read_lines(odd.encode())), {})
    assert left_out == ["联系", "家", "备用"]
    shifted = files.douyin().replace("大理市苍山门88号", "大理市,苍山门88号 13698765432")
    whole = FIELDS.find_header(read_lines(shifted.encode()))
    assert "苍山门" not in repr(without_personal(whole, {})[0])
    assert "13698765432" not in repr(without_personal(whole, {})[0])
    # Said by a person to be a number of the order, a column with an odd name stays.
    kept, _ = without_personal(FIELDS.find_header(read_lines(odd.encode())), {"备用": "source"})
    assert "备用" in kept.columns


def test_an_order_is_written_whole_or_not_at_all() -> None:
    text = (
        "订单编号,下单时间,商品编号,数量,单价\n"
        "1,2026-01-01,X1,2,5\n1,2026-01-01,X2,一,5\n2,2026-01-02,X3,1,7\n1,2026-01-01,X4,1,1\n"
    )
    found = read(text)
    assert [order.no for order in found.orders] == ["2"]
    assert [(e.line, e.column) for e in found.errors] == [
        (2, "订单编号"),
        (3, "数量"),
        (5, "订单编号"),
    ]
    assert (found.refused, found.errors[0].message_en[:6]) == (3, "Line 3")
    # The day still counts what can be read of it.
    day = found.days[dt.date(2026, 1, 1)]
    assert (day.orders, day.total_minor) == (1, 1100)


def test_what_says_the_same_twice_is_one() -> None:
    text = "invoice,invoice_date,stock_code,quantity,price\n"
    line = "5,2026-01-01 10:00:00,A,2,2.55\n"
    other = "5,2026-01-01 10:01:00,A,2,2.55\n"
    back = "C6,2026-01-02 10:00:00,A,-1,2.55\n"
    found = read(text + line + other + line + back, currency="GBP")
    first, second = found.orders
    assert (found.repeats, len(first.lines)) == (1, 2)
    assert first.ordered_at.minute == 0
    assert (amounts(first), first.is_return) == (("paid", 1020, 1020, 0), False)
    assert (amounts(second), second.is_return) == (("refunded", 0, 0, 255), True)
    assert (second.lines[0].units, second.lines[0].amount_minor) == (-1, -255)
    assert [(day.orders, day.refunded) for day in found.days.values()] == [(1, 0), (0, 1)]


def test_lines_that_disagree_about_their_order_are_not_settled_by_chance() -> None:
    head = "订单编号,下单时间,客户编号,金额\n"
    found = read(head + "1,2026-01-01,C1,5\n1,2026-01-01,C2,5\n")
    assert found.orders == []
    assert found.errors[0].column == "客户编号"
    assert "不一致" in found.errors[0].message_zh
    assert read(head + "1,2026-01-01,C1,5\n1,2026-01-03,C1,5\n").orders == []


DIRTY = "订单编号,下单时间,客户编号,大区,省,市,商品编号,数量,单价,金额\n" + "".join(
    f"D{n},2019-03-01 00:00:00,S{n},南区,广东省,广州市,X1,2,5,10\n" for n in range(30)
)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("D99,2019#3#11,S1,南区,广东省,广州市,X1,2,5,10", "ordered_at", "2019-03-11"),
        ("D99,2019-03-01,S1,南 区,广东省,广州市,X1,2,5,10", "region", "南区"),
        ("D99,2019-03-01,S1,南区,广东,广州市,X1,2,5,10", "province", "广东省"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,商品X1,2,5,10", "product_code", "X1"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,2个,5,10", "units", "2"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,2,5元,10", "unit_price_minor", "500"),
    ],
)
def test_what_reads_in_one_way_is_cleaned(line: str, field: str, value: str) -> None:
    order = orders(DIRTY + line + "\n")[-1]
    holder: Any = order if hasattr(order, field) else order.lines[0]
    read_value = getattr(holder, field)
    if isinstance(read_value, dt.datetime):
        read_value = read_value.astimezone(SHANGHAI).date()
    assert str(read_value) == value


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("订单号D99,2019-03-01,S1,南区,广东,广州市,X1,2,5,10", "订单编号", "D99"),
        ("D99,2019-03-01,编号S1,南区,广东省,广州市,X1,2,5,10", "客户编号", "S1"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,商品X9,2,5,10", "商品编号", "X9"),
        ("D99,2050-03-11,S1,南区,广东省,广州市,X1,2,5,10", "下单时间", "2050"),
        ("D99,2019-13-11,S1,南区,广东省,广州市,X1,2,5,10", "下单时间", "日期"),
        ("D99,2019-03-01,S1,,广东省,广州市,X1,2,5,10", "大区", "不能为空"),
        ("D99,2019-03-01,S1,男区,广东省,广州市,X1,2,5,10", "大区", "南区"),
        ("D99,2019-03-01,S1,南区,广冬省,广州市,X1,2,5,10", "省", "省级"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,0,5,0", "数量", "数量"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,2,-5,10", "单价", "金额"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,2,5,1000", "金额", "数量乘单价"),
        ("D99,2019-03-01,S1,南区,广东省,广州市,X1,2,,", "单价", "不能为空"),
        ("D99,2019-03-01,13912345678,南区,广东省,广州市,X1,2,5,10", "客户编号", "手机号"),
    ],
)
def test_what_does_not_is_refused_and_not_guessed(line: str, column: str, words: str) -> None:
    found = read(DIRTY + line + "\n")
    assert len(found.orders) == 30
    assert (found.errors[0].line, found.errors[0].column) == (32, column)
    assert words in found.errors[0].message_zh


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("R$ 413.57", "BRL", 41357), ("£2.55", "GBP", 255), ("1.2万", "CNY", 1200000),
        ("86元", "CNY", 8600), ("'12", "CNY", 1200), ("-", "CNY", None), ("", "CNY", None),
        ("#DIV/0!", "CNY", None), ("Rp413570", "IDR", 41357000), (2.55, "GBP", 255),
    ],
)  # fmt: skip
def test_money(value: Any, currency: str, minor: int | None) -> None:
    assert cells.read_money(value, currency=currency, signed=False) == minor


@pytest.mark.parametrize(
    ("value", "currency", "refusal"),
    [
        ("R$ 413.57", "CNY", errors.OtherCurrency), ("R$ 413,57", "BRL", NotAnAmount),
        ("Rp413.570", "IDR", NotAnAmount), ("-5", "CNY", NotAnAmount), ("五", "CNY", NotAnAmount),
        ("1.234", "CNY", NotAnAmount),
    ],
)  # fmt: skip
def test_money_that_is_none(value: Any, currency: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        cells.read_money(value, currency=currency, signed=False)


@given(st.integers(-(10**11), 10**11), st.sampled_from(["CNY", "BRL", "GBP", "USD"]))
def test_money_survives_however_it_is_marked(minor: int, currency: str) -> None:
    sign, mark = (
        "-" if minor < 0 else "",
        {"CNY": "¥", "BRL": "R$ ", "GBP": "£", "USD": "$"}[currency],
    )
    whole, part = divmod(abs(minor), 100)
    for text in (f"{sign}{mark}{whole:,}.{part:02d}", f"{mark}{sign}{whole}.{part:02d}"):
        assert cells.read_money(text, currency=currency, signed=True) == minor


def test_units_and_moments() -> None:
    assert [cells.read_units(v) for v in ("1473个", "-6", "1.2万", None, "-", 3.0)] == [
        1473, -6, 12000, None, None, 3,
    ]  # fmt: skip
    for wrong in ("0", "2.5", "两"):
        with pytest.raises(NotACount):
            cells.read_units(wrong)
    clock = Clock(SHANGHAI, "unclear", NOW)
    for text in (
        "2026-11-11 08:00:00",
        "2026/11/11 8:00",
        "2026-11-11T00:00:00Z",
        "2026年11月11日 08:00",
    ):
        assert cells.read_moment(text, clock) == dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
    with pytest.raises(NotADate):
        cells.read_moment("03/04/2026 10:00", clock)
    assert cells.day_order(["03/04/2026", "13/04/2026"]) == "day_first"
    assert cells.day_order(["03/14/2026 11:00:00 PM"]) == "month_first"
    assert cells.day_order(["13/04/2026", "04/13/2026"]) == "unclear"
    american = Clock(SHANGHAI, "month_first", NOW)
    assert cells.read_moment("03/14/2026 11:00:00 PM", american) == dt.datetime(
        2026, 3, 14, 15, tzinfo=dt.UTC
    )
    with pytest.raises(errors.MomentImpossible):
        cells.read_moment("2026-11-28", clock)


def test_words_for_states() -> None:
    said = {
        "等待买家付款": "created", "待支付": "created", "买家已付款": "paid", "待发货": "paid",
        "已发货": "paid", "交易成功": "paid", "Completed": "paid", "To ship": "paid",
        "交易关闭": "closed", "Canceled": "closed", "Unpaid": "created", "已退款": "refunded",
    }  # fmt: skip
    assert {text: cells.state_of(text) for text in said} == said
    head = "订单编号,下单时间,订单状态,金额\n"
    assert read(head + "1,2026-01-01,谜,5\n").errors[0].column == "订单编号"
    paid = "订单编号,下单时间,订单状态,付款时间,金额\n1,2026-01-01,谜,2026-01-01,5\n"
    assert amounts(orders(paid)[0]) == ("paid", 500, 500, 0)


def test_terms_are_judged() -> None:
    sheet = FIELDS.find_header(read_lines(b"order no,created at,amount\n1,2026-01-01,5\n"))
    for wish, refusal in (
        ({"platform": "shopee"}, errors.PlatformUnknown),
        ({"zone": "../../etc/passwd"}, errors.ZoneUnknown),
        ({"currency": "QQQ"}, errors.CurrencyUnknown),
    ):
        with pytest.raises(refusal):
            settle_terms(sheet, **wish)
    assert {platform.zone for platform in PLATFORMS.values()} == {"Asia/Shanghai", ""}


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(tail: bytes) -> None:
    """Each line is an order, a repeat or a refusal, whatever stands in it."""
    data = files.douyin().encode() + tail
    try:
        found = read(data)
    except Refusal:
        return
    lines = FIELDS.find_header(read_lines(data)).lines
    written = sum(len(order.lines) for order in found.orders)
    assert written + found.refused + found.repeats == len(lines)
