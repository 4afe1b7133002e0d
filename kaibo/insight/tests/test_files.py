"""The report's workbook and PDF tell what its page tells."""

import io

import openpyxl
import pytest

from kaibo.insight import files, reads
from kaibo.insight.lake import lake
from kaibo.insight.tests.test_numbers import SHOW, STORY, told


@pytest.fixture
def report(empty_lake: None) -> reads.Report:
    lake().append(STORY)
    lake().append([told(90, 0, 0, "link_listed", link_no=1, sku_id=5, label="=山野蜂蜜 500g <b>")])
    return reads.report(org_id=1, show_id=SHOW)


def test_the_workbook_holds_numbers_not_texts(report: reads.Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.workbook(report, title="=双11", lang="zh")))
    assert book.sheetnames == ["核心指标", "商品", "分钟曲线"]
    sheet = book["核心指标"]
    assert sheet["A1"].value == "'=双11"
    found = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert found["成交金额 GMV"] == 198
    assert found["观看次数 PV"] == 4
    assert found["未支付率"] == 0.5
    assert found["曝光-观看率（人数）"] is None
    products = [cell.value for cell in book["商品"][2]]
    assert products[:2] == [1, "'=山野蜂蜜 500g <b>"]
    assert [row[0].value for row in book["分钟曲线"].iter_rows(min_row=2)] == [0, 1, 2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_is_one_and_takes_any_title(report: reads.Report, lang: str) -> None:
    content = files.pdf(report, title="<font color=red>&双11 \u202e", lang=lang)
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
