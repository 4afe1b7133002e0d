"""A report as a workbook and as a PDF: the same values as its page, nothing recomputed."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kaibo.base.money import yuan
from kaibo.base.sheets import guard
from kaibo.insight.dictionary import metric
from kaibo.insight.reads import MINUTE, PRODUCT, Figure, Report

# Half a second to import between them: where a file is asked for, not where the shop starts.
if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from reportlab.graphics.shapes import Drawing
    from reportlab.platypus import Table

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A standard Chinese font of the PDF format itself: nothing to ship, every reader knows it.
FONT = "STSong-Light"
VERMILION = "#c8371b"
INK = "#241f1a"
RULE = "#d9d2c7"

_WORDS = {
    "zh": {
        "report": "直播复盘",
        "headline": "核心指标",
        "funnel": "五维四率",
        "products": "商品",
        "minutes": "分钟曲线",
        "metric": "指标",
        "value": "数值",
        "version": "口径版本",
        "means": "口径",
        "link": "链接号",
        "title": "商品名称",
        "minute": "分钟",
        "online": "最高在线",
        "on_air": "讲解链接",
        "from": "开播",
        "to": "结束",
        "since": "开始",
        "until": "结束",
        "none": "—",
    },
    "en": {
        "report": "Show report",
        "headline": "Headline",
        "funnel": "Funnel",
        "products": "Products",
        "minutes": "Minutes",
        "metric": "Metric",
        "value": "Value",
        "version": "Definition version",
        "means": "Definition",
        "link": "Link",
        "title": "Product",
        "minute": "Minute",
        "online": "Most online",
        "on_air": "On air",
        "from": "From",
        "to": "to",
        "since": "Start",
        "until": "End",
        "none": "—",
    },
}


def shown(code: str, value: float | int | None) -> str:
    """One number as people read it: yuan, percent, seconds or a count."""
    if value is None:
        return "—"
    unit = metric(code).unit
    if unit == "fen":
        return yuan(round(value))
    if unit == "share":
        return f"{value:.2%}"
    if unit == "count":
        return f"{round(value):,}"
    return f"{value:,.1f}"


def workbook(report: Report, *, title: str, lang: str) -> bytes:
    """The report as XLSX: a sheet each for figures, products and minutes.

    Amounts are yuan as numbers, shares are fractions with a percent format, so that sums and
    filters work; every text that could be read as a formula is escaped.
    """
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    words = _WORDS[lang]
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = words["headline"]
    sheet.append([guard(title)])
    sheet.append([words["from"], _clock(report.started_at), words["to"], _clock(report.over_at)])
    sheet.append([])
    _head(sheet, [words["metric"], words["value"], words["version"], words["means"]])
    for figure in report.figures:
        definition = metric(figure.code)
        name = definition.name_zh if lang == "zh" else definition.name_en
        means = definition.means_zh if lang == "zh" else definition.means_en
        sheet.append([name, None, definition.version, means])
        _number(sheet, sheet.max_row, 2, figure.code, figure.value)
    products = book.create_sheet(words["products"])
    _head(products, [words["link"], words["title"], *_names(PRODUCT, lang)])
    for product in report.products:
        products.append([product.link_no, guard(product.title)])
        for column, code in enumerate(PRODUCT, start=3):
            _number(products, products.max_row, column, code, product.figures[code])
    minutes = book.create_sheet(words["minutes"])
    _head(minutes, [words["minute"], words["online"], words["on_air"], *_names(MINUTE, lang)])
    for row in report.minutes:
        minutes.append([row.minute, row.online, "、".join(str(no) for no in row.on_air)])
        for column, code in enumerate(MINUTE, start=4):
            _number(minutes, minutes.max_row, column, code, row.figures[code])
    for page in book.worksheets:
        page.column_dimensions["A"].width = 24
        page.column_dimensions["B"].width = 18
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(report: Report, *, title: str, lang: str) -> bytes:
    """The report on A4: figures, funnel, minute curve, products."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

    words = _WORDS[lang]
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15, textColor=INK)
    head = ParagraphStyle("head", parent=body, fontSize=20, leading=28)
    section = ParagraphStyle(
        "section", parent=body, fontSize=13, leading=20, spaceBefore=10, textColor=VERMILION
    )
    span = f"{_clock(report.started_at)} – {_clock(report.over_at)}"
    story: list[Flowable] = [
        Paragraph(_plain(title), head),
        Paragraph(f"{words['report']}　{span}　Asia/Shanghai", body),
        Paragraph(words["headline"], section),
        _figures(report.headline, lang),
        Paragraph(words["funnel"], section),
        _figures([*report.funnel, *report.rates], lang),
    ]
    if len(report.minutes) > 1:
        story += [Paragraph(words["minutes"], section), _curve(report), _on_air(report, words)]
    codes = ("product_reach", "product_clickers", "units", "gmv_paid", "gmv_net", "refund_rate")
    rows = [[words["link"], words["title"], *_names(codes, lang)]]
    rows += [
        [str(p.link_no), p.title[:18], *(shown(code, p.figures[code]) for code in codes)]
        for p in report.products
    ]
    story += [Paragraph(words["products"], section), _table(rows)]
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, margin=18 * mm, title=title, author="Kaibo", leftMargin=16 * mm
    )
    page.build(story)
    return out.getvalue()


def _figures(figures: Sequence[Figure], lang: str) -> "Table":
    """Four numbers a line, each under its name."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Table, TableStyle

    cells = [
        [_names((f.code,), lang)[0] for f in figures],
        [shown(f.code, f.value) for f in figures],
    ]
    rows = []
    for start in range(0, len(figures), 4):
        rows.append((cells[0][start : start + 4] + [""] * 4)[:4])
        rows.append((cells[1][start : start + 4] + [""] * 4)[:4])
    table = Table(rows, colWidths=[44 * mm] * 4, hAlign="LEFT")
    style = [("FONT", (0, 0), (-1, -1), FONT, 8), ("TEXTCOLOR", (0, 0), (-1, -1), "gray")]
    for line in range(1, len(rows), 2):
        style += [
            ("FONT", (0, line), (-1, line), FONT, 14),
            ("TEXTCOLOR", (0, line), (-1, line), INK),
            ("BOTTOMPADDING", (0, line), (-1, line), 8),
        ]
    table.setStyle(TableStyle(style))
    return table


def _table(rows: list[list[str]]) -> "Table":
    from reportlab.platypus import Table, TableStyle

    table = Table(rows, hAlign="LEFT", repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 8),
                ("TEXTCOLOR", (0, 0), (-1, 0), "gray"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
            ]
        )
    )
    return table


def _curve(report: Report) -> "Drawing":
    """People present by minute, and paid orders on the same axis of time."""
    from reportlab.graphics.charts.linecharts import HorizontalLineChart
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib import colors
    from reportlab.lib.units import mm

    drawing = Drawing(178 * mm, 52 * mm)
    chart = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 24, 14, 165 * mm, 44 * mm
    chart.data = [[row.online for row in report.minutes]]
    chart.lines[0].strokeColor = colors.HexColor(VERMILION)
    chart.lines[0].strokeWidth = 1.4
    chart.valueAxis.valueMin = 0
    chart.valueAxis.labels.fontName = FONT
    chart.valueAxis.labels.fontSize = 7
    step = max(1, len(report.minutes) // 12)
    chart.categoryAxis.categoryNames = [
        str(row.minute) if row.minute % step == 0 else "" for row in report.minutes
    ]
    chart.categoryAxis.labels.fontName = FONT
    chart.categoryAxis.labels.fontSize = 7
    drawing.add(chart)
    return drawing


def _on_air(report: Report, words: dict[str, str]) -> "Table":
    """What was being explained from when to when, on the show's clock."""
    titles = {product.link_no: product.title for product in report.products}
    rows = [[words["on_air"], words["title"], words["since"], words["until"]]]
    rows += [
        [str(span.link_no), titles.get(span.link_no, "")[:18], _lap(span.from_s), _lap(span.to_s)]
        for span in report.on_air
    ]
    return _table(rows)


def _lap(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _names(codes: Sequence[str], lang: str) -> list[str]:
    return [metric(c).name_zh if lang == "zh" else metric(c).name_en for c in codes]


def _head(sheet: "Worksheet", names: list[str]) -> None:
    from openpyxl.styles import Font

    sheet.append(names)
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)


def _number(
    sheet: "Worksheet", row: int, column: int, code: str, value: float | int | None
) -> None:
    cell = sheet.cell(row=row, column=column)
    unit = metric(code).unit
    if value is None:
        return
    if unit == "fen":
        cell.value, cell.number_format = round(value) / 100, "#,##0.00"
    elif unit == "share":
        cell.value, cell.number_format = value, "0.00%"
    else:
        cell.value = value


def _clock(at: dt.datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _plain(text: str) -> str:
    """Paragraphs read a small markup; a title is text. The font knows the dot as its wide form."""
    return text.replace("·", "・").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
