"""Files of waybills: what is read of them, platform by platform, and what goes back."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from kaibo.base.sheets import read_xlsx, write_xlsx
from kaibo.base.tables import read_lines
from kaibo.orders import actions
from kaibo.orders.models import Parcel
from kaibo.orders.rules.waybill_lines import FIELDS, WaybillReading, read_waybills
from kaibo.orders.tests.shipping import bought
from kaibo.promotions.tests.shop import NOW, Shop, after

ZTO = "73100000000001"


def read(data: str | bytes) -> WaybillReading:
    sheet = FIELDS.find_header(read_lines(data.encode() if isinstance(data, str) else data))
    mapping = FIELDS.check(FIELDS.guess(sheet.columns), sheet.columns)
    return read_waybills(sheet, mapping, now=NOW)


def as_xlsx(text: str) -> bytes:
    rows = [line.split(",") for line in text.splitlines()]
    return write_xlsx("发货", rows[0], rows[1:])


@pytest.mark.parametrize(
    "header",
    [
        "主订单编号,快递公司,运单号",
        "订单号,快递公司,快递单号",
        "订单编号,物流公司,物流单号",
        "Order ID,Carrier,Tracking No",
        "订单编号 Order no,快递公司 Carrier,快递单号 Waybill",
    ],
)
@pytest.mark.parametrize("kind", ["csv", "gbk", "xlsx"])
def test_the_headers_of_platforms_in_every_form(header: str, kind: str) -> None:
    text = f"{header}\nno-1,中通快递,{ZTO}\n"
    data = as_xlsx(text) if kind == "xlsx" else text.encode("gbk" if kind == "gbk" else "utf-8-sig")
    reading = read(data)
    assert (reading.errors, reading.empty) == ([], 0)
    (one,) = reading.shipments
    assert (one.no, one.carrier, one.waybill, one.lines) == ("NO-1", "zto", ZTO, [2])


@pytest.mark.parametrize(
    ("said", "number", "code"),
    [
        ("中通", ZTO, "zto"), ("ZTO", ZTO, "zto"), ("圆通速递", "YT1234567890123", "yto"),
        ("申通快递", "773123456789012", "sto"), ("韵达", "4312345678901", "yunda"),
        ("顺丰速运", "SF1234567890123", "sf"), ("EMS", "1234567890123", "ems"),
        ("京东物流", "JDVA12345678901", "jd"),
    ],
)  # fmt: skip
def test_carriers_as_people_write_them(said: str, number: str, code: str) -> None:
    reading = read(f"订单编号,快递公司,快递单号\nA-1,{said},{number}\n")
    assert [(one.carrier, one.waybill) for one in reading.shipments] == [(code, number)]


def test_several_goods_of_one_parcel_are_one_parcel() -> None:
    head = "订单编号,快递公司,运单号,商家编码,数量,发货时间\n"
    reading = read(
        head
        + f"A-1,中通,{ZTO},A1,2,2026-11-22 10:00\n"
        + f"A-1,中通,{ZTO},B2,1,2026-11-22 10:00\n"
        + f"A-1,中通,{ZTO},A1,2,2026-11-22 10:00\n"
    )
    (one,) = reading.shipments
    assert (one.skus, one.lines, reading.repeats) == ({"A1": 2, "B2": 1}, [2, 3, 4], 1)
    assert one.shipped_at == dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


def test_every_fault_is_named_with_its_place() -> None:
    reading = read(
        "订单编号,快递公司,快递单号,数量,发货时间\n"
        f"A-1,飞毛腿,{ZTO},1,\n"
        "A-2,中通,7.31E+13,1,\n"
        f",中通,{ZTO},1,\n"
        f"A-4,中通,{ZTO},1.5,\n"
        f"A-5,中通,{ZTO},1,2031-01-01\n"
        f"A-6,中通,{ZTO},1,\n"
        f"A-7,中通,{ZTO},1,\n"
        f"A-8,中通,73100000000008,1,,多\n"
        "A-9,中通,,1,\n"
    )
    assert [(error.line, error.column) for error in reading.errors] == [
        (2, "快递公司"), (3, "快递单号"), (4, "订单编号"), (5, "数量"), (6, "发货时间"),
        (8, "快递单号"), (9, "发货时间"),
    ]  # fmt: skip
    assert ([one.no for one in reading.shipments], reading.empty) == (["A-6"], 1)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_to_ship_filled_in_and_sent_back(shop: Shop, kind: Any) -> None:
    """Exported, filled in by hand for one of two orders, and imported as it is."""
    first, second = (bought(shop, units=1, viewer_id=n, key=f"k{n}") for n in (1, 2))
    data = actions.export_to_ship(kind=kind, by=shop.by, now=after(9))
    rows = (
        read_xlsx(data, rows_max=9)
        if kind == "xlsx"
        else list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    )
    table = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for row in table[1:]:
        if row[0] == first.no:
            row[1:3] = ["中通", ZTO]
    filled = write_xlsx("待发货", table[0], table[1:]) if kind == "xlsx" else to_csv(table)
    seen = actions.check_waybills(data=filled, by=shop.by, now=after(60))
    assert (seen.rows, seen.shipped, seen.empty, seen.errors) == (2, 1, 1, ())
    assert not Parcel.objects.exists()
    report = actions.import_waybills(data=filled, by=shop.by, now=after(60))
    assert (report.shipped, report.written) == (1, True)
    parcel = Parcel.objects.get()
    assert (parcel.order.no, parcel.state, parcel.waybill) == (first.no, "shipped", ZTO)
    left = actions.export_to_ship(kind="csv", by=shop.by, now=after(61)).decode()
    assert first.no not in left
    assert second.no in left
    # Sent back once more, nothing goes twice.
    again = actions.import_waybills(data=filled, by=shop.by, now=after(62))
    assert (again.shipped, again.repeats, Parcel.objects.count()) == (0, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_refused_comes_back_as_a_file_to_mend(shop: Shop, kind: Any) -> None:
    order = bought(shop)
    text = (
        "订单编号,快递公司,快递单号,备注\n"
        f"{order.no},中通,{ZTO},好\nK-404,中通,73100000000009,谁\n{order.no},骆驼,73100000000003,\n"
    )
    asked: dict[str, Any] = {"data": text.encode(), "by": shop.by, "now": after(9)}
    data = actions.waybill_errors(kind=kind, lang="zh-hans", **asked)
    rows = (
        read_xlsx(data, rows_max=9)
        if kind == "xlsx"
        else list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    )
    assert [str(cell) for cell in rows[0][:4]] == ["订单编号", "快递公司", "快递单号", "备注"]
    assert [str(row[2]) for row in rows[1:]] == ["73100000000009", "73100000000003"]
    assert all(str(row[-1]) for row in rows)
    assert not Parcel.objects.exists()


def to_csv(table: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode()
