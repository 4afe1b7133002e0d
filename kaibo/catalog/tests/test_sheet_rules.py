"""Sheets of goods as values: encodings, headers, cells; what is wrong is named with its place."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base import cells, errors, tables
from kaibo.base.columns import Sheet
from kaibo.base.errors import Refusal, SheetUnreadable
from kaibo.base.problems import RowError
from kaibo.base.sheets import write_xlsx
from kaibo.catalog.rules import rows
from kaibo.catalog.rules.columns import FIELDS
from tests.paths import shared_data

TEXT = "商品编码,商品名称,日常价\nA1,面霜,199\nA2,乳液,99.5\n"


def read(data: bytes) -> tuple[list[rows.GoodsRow], list[RowError]]:
    sheet = FIELDS.find_header(tables.read_lines(data))
    return rows.read_rows(sheet, FIELDS.guess(sheet.columns))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gbk"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace(",", ";").encode(),
        ("sep=;\n" + TEXT.replace(",", ";")).encode(),
        ("2026年11月\n\n" + TEXT).encode(),
        TEXT.replace("日常价\n", "日常价\n订单,商品,收入+支出\n").encode(),
        TEXT.replace("日常价", "日常价（元）").replace("\n", "\r\n").encode(),
        write_xlsx("t", TEXT[:13].split(","), [["A1", "面霜", 199], ["A2", "乳液", "99.5"]]),
    ],
)  # fmt: skip
def test_the_same_goods_in_every_habit(data: bytes) -> None:
    found, wrong = read(data)
    assert wrong == []
    assert [(row.code, row.title, row.list_price) for row in found] == [
        ("A1", "面霜", 19900),
        ("A2", "乳液", 9950),
    ]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", errors.FileEmpty),
        ("商品编码,商品名称\n".encode(), errors.FileEmpty),
        (b"\xff\xff\xfe\x00\x81", errors.FileNotText),
        (TEXT.encode() + b"\x9c" + "面霜".encode() * 20, errors.FileNotText),
        (b"<html><table><tr><td>1", errors.FileIsPage),
        ('编码,名称\nA1,"面霜\nA2,乳液\n'.encode(), errors.QuoteLeftOpen),
        (("编码,名称\nA1," + "x" * 200_000).encode(), errors.QuoteLeftOpen),
        (("c," * 300 + "\n" + "1," * 299 + "1\n").encode(), errors.FileTooWide),
        (b"x" * (tables.FILE_BYTES_MAX + 1), errors.FileTooLarge),
        (b"PK\x03\x04 no zip", SheetUnreadable),
        (b"\xd0\xcf\x11\xe0 no workbook", SheetUnreadable),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        tables.read_lines(data)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        assert len(tables.read_lines(data)) >= 2
    except Refusal as refusal:
        assert refusal.message("zh")  # noqa: PT017 - any refusal will do


def test_lines_keep_their_numbers() -> None:
    data = '编码,名称\n\nA1,"两\n行"\nA2,乳液,多\n,无\n'.encode()
    found, wrong = read(data)
    assert [row.line for row in found] == [3]
    assert [(error.line, error.column) for error in wrong] == [(5, "名称"), (6, "编码")]
    assert wrong[0].message_zh.startswith("这一行比表头多出 1 格")
    assert wrong[1].message_en == "No product code; fill it in"


def test_header_names_drift() -> None:
    names = ["商品ID", "商品标题 *", "SKU（编码）", "价格(元)", "库存 数量", "备注", "商家编码"]
    assert FIELDS.guess(names) == {
        "商品ID": "code",
        "商品标题 *": "title",
        "SKU（编码）": "sku_code",
        "价格(元)": "list_price",
        "库存 数量": "on_hand",
        "备注": None,
        "商家编码": None,
    }
    names = ["Product Name", "SKU ID", "SKU Unit Original Price", "Product ID", "Variation"]
    assert list(FIELDS.guess(names).values()) == [
        "title", "sku_code", "list_price", "code", "spec",
    ]  # fmt: skip


def test_a_mapping_is_judged() -> None:
    with pytest.raises(errors.FieldMissing):
        FIELDS.check({"a": "title"}, ["a"])
    with pytest.raises(errors.FieldTwice):
        FIELDS.check({"a": "code", "b": "code"}, ["a", "b"])
    for wrong in ({"z": "code"}, {"a": "colour"}):
        with pytest.raises(errors.NoSuchColumn):
            FIELDS.check(wrong, ["a"])
    assert FIELDS.check({"a": "code"}, ["a", "b"]) == {"a": "code", "b": None}


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("¥1,299.00", 129900), ("￥99", 9900), ("1.2万", 1200000), ("１２．５", 1250),
        ("3w", 3000000), ("99元", 9900), (19.899999999999999, 1990), ("0", 0), ("-", None),
        ("", None), (None, None),
        ("#DIV/0!", None), ("\t88", 8800), ("'88", 8800), ("暂无", None),
    ],
)  # fmt: skip
def test_money(value: Any, fen: int | None) -> None:
    assert cells.read_fen(value) == fen


@pytest.mark.parametrize(
    "value",
    ["R$ 413.57", "$5", "-5", "9.999", "1,2", "一百", "1e5", "=1+1", "9" * 30],
)
def test_what_is_no_amount(value: Any) -> None:
    with pytest.raises(errors.NotAnAmount):
        cells.read_fen(value)
    with pytest.raises(errors.IsAPercentage):
        cells.read_fen("3.076923%")


def test_counts() -> None:
    assert [cells.read_count(v) for v in ("1.2万", "30件", "1,200", 5.0, "-", "１２")] == [
        12000, 30, 1200, 5, None, 12,
    ]  # fmt: skip
    for wrong in ("1.5", "-3", "100+", True, "9" * 12):
        with pytest.raises(errors.NotACount):
            cells.read_count(wrong)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22", "2026/11/22", "2026.11.22", "2026年11月22日", "20261122",
        "2026/11/22 23:59:59",
        "2026-11-21T17:00:00Z", "2026-11-22T00:30:00+08:00", 46348, "46348", dt.date(2026, 11, 22),
        dt.datetime.fromisoformat("2026-11-22T09:00"), dt.datetime(2026, 11, 21, 17, tzinfo=dt.UTC),
    ],
)  # fmt: skip
def test_dates(value: Any) -> None:
    assert cells.read_date(value) == dt.date(2026, 11, 22)


def test_dates_that_mean_nothing_or_for_ever() -> None:
    assert cells.read_date("-") is None
    assert cells.read_date("长期有效") == dt.date.max
    for wrong in ("03/04/2026", "2026-13-01", "明天", "2026-11-22T25:00:00", "99999999"):
        with pytest.raises(errors.NotADate):
            cells.read_date(wrong)


def test_yes_and_no() -> None:
    assert [cells.read_yes_no(v) for v in ("是", "Ｙ", "√", "TRUE", 1.0, True)] == [True] * 6
    assert [cells.read_yes_no(v) for v in ("否", "n", "×", "False", 0, False)] == [False] * 6
    assert cells.read_yes_no("") is None
    with pytest.raises(errors.NotYesOrNo):
        cells.read_yes_no("也许")


def test_ids_stay_text() -> None:
    long = "123456789012345678"
    for written in (long, f"\t{long}", f"'{long}", f" {long} ", "１２３" + long[3:]):
        assert cells.read_code(written) == long
    assert cells.read_code(12345.0) == "12345"
    for rounded in (float(long), 10**15, "1.23457E+17"):
        with pytest.raises(errors.IdRounded):
            cells.read_code(rounded)
    for masked in ("##密文", "$$密文", "i***name"):
        with pytest.raises(errors.TextMasked):
            cells.read_code(masked)


def test_lines_of_a_day_tell_the_same_and_days_come_in_order() -> None:
    day = dt.date(2026, 11, 5)
    said = [
        rows.GoodsRow(line=2, code="A", title="新", list_price=5, on_date=day + dt.timedelta(1)),
        rows.GoodsRow(line=3, code="A", title="甲", list_price=9, on_date=day),
        rows.GoodsRow(line=4, code="A", title="乙", list_price=None, on_date=day),
        rows.GoodsRow(line=5, code="A", list_price=7, on_date=day),
    ]
    settled = rows.settle(said, today=day)
    assert [(r.line, r.title, r.list_price, r.seen_price) for r in settled] == [
        (3, "乙", 7, 9), (4, "乙", 7, None), (5, "乙", 7, 7), (2, "新", 5, 5),
    ]  # fmt: skip


def test_naughty_strings_are_text_or_refused() -> None:
    """Each in every cell of a line: a value or a sentence, never anything else."""
    naughty = json.loads(shared_data("blns", "blns.json").read_text(encoding="utf-8"))
    lines = tuple(
        tables.Line(number, (text, text, text, text, text, text))
        for number, text in enumerate(naughty, start=2)
    )
    names = ("编码", "名称", "价格", "库存", "日期", "图片")
    sheet = Sheet(names, lines, 1, ())
    found, wrong = rows.read_rows(sheet, FIELDS.guess(names))
    assert {row.line for row in found} | {error.line for error in wrong} == {
        line.number for line in lines
    }
