"""Statements as providers and platforms export them, uploaded and read beside the ledger."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaibo.base.errors import FieldMissing, FieldTwice, NoSuchColumn
from kaibo.base.sheets import read_xlsx, write_xlsx
from kaibo.orders import actions, reads
from kaibo.orders.errors import NoSuchProvider, StatementWithoutDays
from kaibo.orders.models import LedgerEntry, Payment
from kaibo.orders.reads import Reconciliation
from kaibo.orders.tests.buying import pay, place
from kaibo.orders.web import ledger
from kaibo.promotions.tests.http import Caller, desk
from kaibo.promotions.tests.shop import Shop, after, make_shop

pytestmark = pytest.mark.django_db

HEADER = "支付单号,金额(元),手续费,时间,类型"


def two_sales_one_back(shop: Shop) -> list[Payment]:
    """Two payments of 99 yuan, the second given back."""
    payments = [
        pay(place(shop, viewer_id=n, request_key=f"k{n}"), viewer_id=n, now=after(n))
        for n in (1, 2)
    ]
    actions.refund_order(no=payments[1].order.no, reason="", by=shop.by, now=after(60))
    assert actions.retry_refunds(now=after(61)) == 1
    for payment in payments:
        payment.refresh_from_db()
    return payments


def statement(payments: list[Payment]) -> list[str]:
    """What the provider would say of them."""
    one, two = payments
    return [
        f"{one.provider_ref},99.00,0.59,2026-11-22 20:00:01,支付",
        f"{two.provider_ref},99.00,0.59,2026-11-22 20:00:02,支付",
        f"{two.provider_ref},-99.00,0,2026-11-22 20:01:01,退款",
    ]


def read(shop: Shop, text: str | bytes, **asked: Any) -> Reconciliation:
    data = text.encode() if isinstance(text, str) else text
    return reads.reconcile(shop.org_id, provider="sandbox", data=data, **asked)


def test_a_statement_that_agrees(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    found = read(shop, "\n".join([HEADER, *lines]), fee_bp=60)
    assert (found.agree, found.differences, found.preview.errors) == (True, [], [])
    assert str(found.since) == str(found.until) == "2026-11-22"
    assert found.ours == found.theirs
    assert (found.ours.paid, found.ours.paid_fen) == (2, 19_800)
    assert (found.ours.refunds, found.ours.refunds_fen, found.fees_fen) == (1, 9_900, 118)


def as_xlsx(lines: list[str]) -> bytes:
    rows = [line.split(",") for line in lines]
    return write_xlsx("账单", rows[0], rows[1:])


@pytest.mark.parametrize("form", ["bom", "gbk", "tab", "excel", "tsv", "xlsx", "header lower"])
def test_the_forms_in_which_statements_come(shop: Shop, form: str) -> None:
    lines = [HEADER, *statement(two_sales_one_back(shop))]
    if form in ("tab", "excel"):
        # So that a spreadsheet rounds no number.
        mark = "\t" if form == "tab" else "'"
        lines = [lines[0], "商户号,收入-支出,,,", *(mark + line for line in lines[1:])]
    text = "\n".join(lines)
    data = {
        "bom": text.encode("utf-8-sig"),
        "gbk": text.encode("gbk"),
        "tsv": text.replace(",", "\t").encode(),
        "xlsx": as_xlsx(lines),
        "header lower": f"账单,,,,\n下载时间：昨天,,,,\n{text}".encode(),
    }.get(form, text.encode())
    found = read(shop, data)
    assert (found.agree, found.preview.errors, found.preview.rows_ok) == (True, [], 3)
    assert found.preview.notes == (1 if form in ("tab", "excel") else 0)


def test_without_a_column_of_kinds_the_sign_decides(shop: Shop) -> None:
    lines = [line.rsplit(",", 1)[0] for line in [HEADER, *statement(two_sales_one_back(shop))]]
    assert read(shop, "\n".join(lines)).agree


def test_lines_that_cannot_be_read_are_named_and_not_compared(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    wrong = [
        "SBX99,一百,0,2026-11-22,支付",
        ",1.00,0,2026-11-22,支付",
        "SBX98,1.00,0,2026-11-22,充值",
        "SBX97,1.00,0,11/22/26,支付",
        "SBX96,1.005,0,2026-11-22,支付",
        "1.23457E+17,1.00,0,2026-11-22,支付",
        "SBX95,1.00,3%,2026-11-22,支付",
        "SBX94,,0,2026-11-22,支付",
        "SBX93,1.00,0,2026-11-22,支付,多,余",
    ]
    found = read(shop, "\n".join([HEADER, *lines, *wrong]))
    assert (found.differences, found.agree) == ([], False)
    assert (found.preview.rows, found.preview.rows_ok, found.preview.errors_total) == (12, 3, 9)
    assert [(error.line, error.column) for error in found.preview.errors] == [
        (5, "金额(元)"), (6, "支付单号"), (7, "类型"), (8, "时间"), (9, "金额(元)"),
        (10, "支付单号"), (11, "手续费"), (12, "金额(元)"), (13, "类型"),
    ]  # fmt: skip
    assert all(error.message_zh and error.message_en for error in found.preview.errors)


def test_differences_over_http_change_nothing(shop: Shop) -> None:
    one, two = payments = two_sales_one_back(shop)
    paid, again, _back = statement(payments)
    paid = paid.replace("99.00,0.59", "98.00,0.60")
    text = "\n".join([HEADER, paid, again, again, "SBX0,1,0,,支付"])
    before = list(LedgerEntry.objects.values()), list(Payment.objects.values())
    may = desk(shop.org_id)
    found = upload(may, "statement", text, "provider=sandbox&until=2026-11-22&fee_bp=60")
    assert found["counts"] == {
        "amount_differs": 1, "fee_differs": 1, "twice_in_theirs": 1, "theirs_only": 1,
        "ours_only": 1,
    }  # fmt: skip
    assert [(d["what"], d["kind"], d["number"], d["line"]) for d in found["differences"]] == [
        ("amount_differs", "paid", one.provider_ref, 2),
        ("fee_differs", "paid", one.provider_ref, 2),
        ("twice_in_theirs", "paid", two.provider_ref, 4),
        ("theirs_only", "paid", "SBX0", 5),
        ("ours_only", "refund", two.provider_ref, None),
    ]
    assert found["differences"][0]["order_no"] == one.order.no
    assert (found["differences"][0]["ours_fen"], found["differences"][0]["theirs_fen"]) == (
        9_900,
        9_800,
    )
    assert found["preview"]["mapping"] == {
        "支付单号": "number", "金额(元)": "amount", "手续费": "fee", "时间": "day", "类型": "kind",
    }  # fmt: skip
    assert found["agree"] is False
    for kind in ("csv", "xlsx"):
        rows = upload(may, f"statement.{kind}", text, "provider=sandbox")
        assert rows[0] == list(reads.DIFFERENCE_COLUMNS)
        assert rows[1][:4] == ["金额不一致", "收款", one.provider_ref, one.order.no]
        assert [float(cell) for cell in rows[1][4:]] == [2, 99, 98]
        assert len(rows) == 5
    assert (list(LedgerEntry.objects.values()), list(Payment.objects.values())) == before


def test_a_page_shows_the_first_and_counts_all(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    two_sales_one_back(shop)
    monkeypatch.setattr(ledger, "DIFFERENCES_SHOWN", 2)
    text = "\n".join([HEADER, *(f"SBX-{n},1,0,2026-11-22,支付" for n in range(3))])
    may = desk(shop.org_id)
    found = upload(may, "statement", text, "provider=sandbox")
    assert [one["number"] for one in found["differences"]] == ["SBX-0", "SBX-1"]
    assert found["counts"] == {"theirs_only": 3, "ours_only": 3}
    assert len(upload(may, "statement.csv", text, "provider=sandbox")) == 1 + 6


def upload(who: Caller, path: str, text: str, query: str, status: int = 200) -> Any:
    """Send a statement; a table comes back as its rows."""
    client: Client = who.client
    file = SimpleUploadedFile("账单.csv", text.encode("gbk"))
    answer = client.post(f"/api/desk/ledger/{path}?{query}", {"file": file})
    assert answer.status_code == status, answer.content.decode()
    if path.endswith("csv"):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return read_xlsx(answer.content, rows_max=99) if path.endswith("xlsx") else answer.json()


def test_a_statement_is_looked_at_before_it_is_compared(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    may = desk(shop.org_id)
    found = upload(may, "statement/columns", "\n".join([HEADER, *lines]), "")
    assert found["mapping"] == {
        "支付单号": "number", "金额(元)": "amount", "手续费": "fee", "时间": "day",
        "类型": "kind",
    }  # fmt: skip
    assert (found["rows"], found["providers"]) == (3, ["sandbox"])
    assert found["sample"][2][1:] == ["-99.00", "0", "2026-11-22 20:01:01", "退款"]
    assert [field["name"] for field in found["fields"] if field["required"]] == ["number", "amount"]
    # Columns that nobody can guess are a reason to ask, not to refuse.
    strange = upload(may, "statement/columns", "甲,乙\n1,2", "")
    assert strange["mapping"] == {"甲": None, "乙": None}


def test_columns_are_mapped_by_hand(shop: Shop) -> None:
    lines = [line.rsplit(",", 2)[0] for line in statement(two_sales_one_back(shop))]
    text = "\n".join(["甲,乙,丙", *lines])
    days = "since=2026-11-22&until=2026-11-22"
    may = desk(shop.org_id)
    asked = f"provider=sandbox&{days}&map=甲=number&map=乙=amount"
    assert upload(may, "statement", text, asked)["agree"]
    refused = upload(may, "statement", text, f"provider=sandbox&{days}", 422)
    assert refused["code"] == "import_field_missing"
    with pytest.raises(FieldMissing):
        read(shop, f"{HEADER}\n{lines[0]}", mapping={"金额(元)": None})
    with pytest.raises(FieldTwice):
        read(shop, f"{HEADER}\n{lines[0]}", mapping={"时间": "number", "类型": "number"})
    with pytest.raises(NoSuchColumn):
        read(shop, f"{HEADER}\n{lines[0]}", mapping={"备注": "fee"})
    # What is told goes before what is guessed.
    found = read(shop, f"{HEADER},流水\n1,99,0,2026-11-22,支付,x", mapping={"流水": "number"})
    assert found.preview.mapping["支付单号"] is None


def test_what_cannot_be_compared_is_refused_in_words(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    text = "\n".join([HEADER, *lines])
    may = desk(shop.org_id)
    for query, status in (
        ("provider=bank", 404),
        ("provider=%00", 422),
        ("", 422),
        ("provider=sandbox&fee_bp=-1", 422),
        ("provider=sandbox&fee_bp=1001", 422),
        ("provider=sandbox&since=2026-11-23&until=2026-11-22", 422),
        ("provider=sandbox&since=9999-12-31", 422),
        ("provider=sandbox&map==", 422),
    ):
        assert upload(may, "statement", text, query, status)["message"], query
    with pytest.raises(StatementWithoutDays):
        read(shop, "\n".join(line.rsplit(",", 2)[0] for line in [HEADER, *lines]))
    assert upload(may, "statement", "", "provider=sandbox", 422)["code"] == "file_empty"
    other = make_shop("dai")
    with pytest.raises(NoSuchProvider):
        read(other, text)
    assert upload(desk(shop.org_id, "service"), "statement", text, "provider=sandbox", 403)
