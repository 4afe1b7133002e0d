"""The 排品表: out and back without loss, every bad cell named, nothing written when one is bad."""

import datetime as dt
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kaibo.base.errors import BadInput
from kaibo.base.sheets import cell_fen, cell_whole, guard, money, read_xlsx, unguard, write_xlsx
from kaibo.base.times import SHOP_ZONE
from kaibo.catalog.tests.conftest import NOW
from kaibo.journal.reads import last_position, read
from kaibo.planning import actions, reads
from kaibo.planning.actions import SheetResult
from kaibo.planning.rules import sheet
from kaibo.planning.tests.plan import STARTS_AT, Plan, make_plan

HEADER = ["链接号", "上架时间", "SKU", "直播价", "讲解时长"]


def book(*rows: list[Any]) -> bytes:
    """A workbook as somebody typed it."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(plan: Plan, data: bytes, *, dry: bool = False) -> SheetResult:
    return actions.import_sheet(show_id=plan.show.id, data=data, dry=dry, by=plan.by, now=NOW)


def export(plan: Plan) -> bytes:
    rows = reads.sheet_rows(reads.show(plan.org_id, plan.show.id))
    return write_xlsx("排品表", reads.SHEET_HEADER, rows)


@given(st.text(max_size=30))
def test_guarding_is_undone_exactly(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n"))


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
            st.integers(0, 10**11),
            st.integers(0, 10**9),
            st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2099, 1, 1)),  # noqa: DTZ001
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60)
def test_texts_money_counts_and_dates_survive_a_workbook(rows: list[Any]) -> None:
    written = [
        ["x", text, money(fen), count, at.replace(microsecond=0, tzinfo=SHOP_ZONE)]
        for text, fen, count, at in rows
    ]
    back = read_xlsx(write_xlsx("t", ["h", "a", "b", "c", "d"], written), rows_max=10)[1:]
    for (text, fen, count, at), row in zip(rows, back, strict=True):
        allowed = text.replace("\ufffe", "").replace("\uffff", "")
        assert (row[1] or "") == allowed
        assert cell_fen(row[2]) == fen
        assert cell_whole(row[3]) == count
        # Midnight comes back as a bare date; who reads times knows.
        midnight = row[4] == at.date() and at.replace(microsecond=0).time() == dt.time()
        assert midnight or row[4] == at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("value", "minute"),
    [
        (dt.datetime(2026, 11, 22, 20, 15), 15),  # noqa: DTZ001
        (dt.datetime(2026, 11, 22, 20, 14, 59, 999_900), 15),  # noqa: DTZ001
        (dt.datetime(2026, 11, 23, 0, 5), 245),  # noqa: DTZ001
        (dt.date(2026, 11, 23), 240),
        (dt.time(20, 15), 15),
        (dt.time(0, 5), 245),
        (dt.timedelta(hours=20, minutes=15), 15),
        (0.84375, 15),
        ("20:15", 15),
        ("20：15", 15),
        ("20:15-20:25", 15),
        ("20:15 ~ 20:25", 15),
        ("2026-11-22 20:15", 15),
        ("2026/11/22 20:15:00", 15),
        (15.0, 15),
        (0.0, 0),
        ("15", 15),
        ("第15分钟", 15),
        ("20:00", 0),
    ],
)
def test_times_are_read_as_people_type_them(value: Any, minute: int) -> None:
    cells: list[list[Any]] = [HEADER, [1, value, "A1", 9.9, 5]]
    found = sheet.read_rows(cells, starts_at=STARTS_AT, sku_ids={"A1": 1})
    assert found.errors == []
    assert found.items[0].starts_minute == minute


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, "一号"), (0, None), (0, -1), (0, 1.5), (0, "1e3"), (0, True),
        (1, "晚上八点"), (1, None), (1, "25:00"), (1, "20:75"), (1, "2026-02-30 20:00"),
        (1, "2026-11-22 19:59"), (1, -5), (1, 1e300), (1, float("nan")), (1, "9999"),
        (2, "ZZ"), (2, None), (2, "#REF!"), (2, "A1\x00"),
        (3, "免费"), (3, None), (3, -1), (3, 9.999), (3, "1e9"), (3, "1.2万"), (3, 10**15),
        (3, float("inf")), (3, "#DIV/0!"), (3, dt.datetime(2026, 1, 1)),  # noqa: DTZ001
        (4, "很久"), (4, None), (4, 2.5),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(place: int, value: Any) -> None:
    row: list[Any] = [1, "20:00", "A1", 9.9, 5]
    row[place] = value
    cells: list[list[Any]] = [HEADER, [2, "20:10", "A1", 9.9, 5], row]
    found = sheet.read_rows(cells, starts_at=STARTS_AT, sku_ids={"A1": 1})
    assert [(error.line, error.column) for error in found.errors] == [(3, HEADER[place])]
    assert [item.link_no for item in found.items] == [2]


def test_headers_may_stand_lower_be_wider_and_carry_notes() -> None:
    header = [
        "链接号 ",
        "上架时间／时段",
        "SKU/规格",
        "直播价（元）",
        "讲解时长(分钟)",
        "卖点(≤3)",
        "心情",
    ]
    cells: list[list[Any]] = [
        ["11.22 排品表"],
        [],
        header,
        ["1", "20:00", "A1", "¥9.90元", "5", "a；b|c", "好"],
        [None] * 7,
    ]
    found = sheet.read_rows(cells, starts_at=STARTS_AT, sku_ids={"A1": 1})
    assert (found.errors, found.lines, found.ignored) == ([], [4], ["心情"])
    assert (found.items[0].price_fen, found.items[0].selling_points) == (990, ("a", "b", "c"))


def test_missing_columns_are_all_named() -> None:
    found = sheet.read_rows([["链接号", "直播价"]], starts_at=STARTS_AT, sku_ids={})
    assert [error.column for error in found.errors] == ["上架时间", "SKU", "讲解时长"]
    nothing = sheet.read_rows([], starts_at=STARTS_AT, sku_ids={})
    assert [error.column for error in nothing.errors] == ["链接号"]


@pytest.mark.django_db
def test_a_run_of_show_survives_the_sheet() -> None:
    plan = make_plan()
    plan.set(
        plan.item(
            7,
            starts_minute=95,
            minutes=25,
            price_fen=10,
            day_price_fen=19_999,
            price_basis="近7天成交最低价",
            role="=1+1",
            mechanism="-5 元券",
            selling_points=("'=保湿", "@不油", "+成膜快"),
            benefit="+送小样",
            script_text="第一行\n第二行\t_x0041_ 'tis <b>&amp;",
            banned_note="不说“最”",
            host_note="'quoted",
            desk_action="上链接",
            opens_with_pop=True,
            per_buyer_max=2,
            units_planned=9_999_999,
            first_batch_units=9_000_000,
            buffer_units=999_999,
            extras={"commission": "20%", "after_sales": "=7天无理由"},
        ),
        plan.item(1, sku_id=plan.mask.id, starts_minute=0, price_fen=0),
    )
    before = reads.run_of_show(plan.show.id)
    data = export(plan)
    place = last_position()
    plan.set()
    result = upload(plan, data)
    assert (result.rows, result.errors, result.applied, result.ignored) == (2, [], True, [])
    assert reads.run_of_show(plan.show.id) == before
    assert len(read(place)) == 2


@pytest.mark.django_db
def test_an_exported_sheet_holds_no_formula_and_real_dates() -> None:
    plan = make_plan()
    plan.set(plan.item(1, starts_minute=15, benefit='=HYPERLINK("http://x")'))
    cells = load_workbook(io.BytesIO(export(plan))).active
    header = [cell.value for cell in cells[1]]
    line = dict(zip(header, cells[2], strict=True))
    assert {cell.data_type for cell in cells[2]} <= {"s", "inlineStr", "n", "d"}
    assert line["上架时间"].value == dt.datetime(2026, 11, 22, 20, 15)  # noqa: DTZ001
    assert line["直播价"].value == 99
    assert line["直播价"].number_format == "0.00"
    assert line["利益点"].value == '\'=HYPERLINK("http://x")'


@pytest.mark.django_db
def test_one_bad_cell_writes_nothing() -> None:
    plan = make_plan()
    plan.set(plan.item(1))
    before, place = reads.run_of_show(plan.show.id), last_position()
    data = book(
        ["链接号", "上架时间", "SKU", "直播价", "讲解时长", "首批", "总库存", "卖点"],
        [1, "20:00", "A1", 99, 10, 1, 2, "a"],
        [],
        [1, "20:10", "B2", 99, 10, 1, 2, "a"],
        [3, "20:20", "NO", "x", 10, 1, 2, "a"],
        [4, "20:30", "A1", 99, 10, 3, 2, "a\nb\nc\nd"],
        [5, "21:55", "A1", 99, 10, 0, 0, ""],
    )
    result = upload(plan, data)
    assert (result.rows, result.applied) == (4, False)
    assert [(error.line, error.column) for error in result.errors] == [
        (4, "链接号"),
        (5, "SKU"),
        (5, "直播价"),
        (6, "卖点"),
        (6, "首批"),
        (7, "讲解时长"),
    ]
    assert "第 2 行" in result.errors[0].message_zh
    assert reads.run_of_show(plan.show.id) == before
    assert read(place) == []


@pytest.mark.django_db
def test_a_dry_run_tells_and_writes_nothing() -> None:
    plan, place = make_plan(), last_position()
    place = last_position()
    result = upload(plan, book(HEADER, [1, "20:00", "A1", 99, 10]), dry=True)
    assert (result.rows, result.errors, result.applied) == (1, [], False)
    assert reads.run_of_show(plan.show.id) == []
    assert read(place) == []


@pytest.mark.django_db
def test_another_shops_sku_is_unknown() -> None:
    plan, theirs = make_plan(), make_plan("dai")
    plan_code = book(HEADER, [1, "20:00", "A1", 99, 10])
    assert upload(plan, plan_code).applied
    assert reads.run_of_show(plan.show.id)[0].sku_id == plan.cream.id != theirs.cream.id


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a workbook",
        b"PK\x03\x04broken",
        "链接号,直播价\n1,2".encode("gbk"),
        b"\x00" * 100,
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    plan = make_plan()
    with pytest.raises(BadInput):
        upload(plan, data)
