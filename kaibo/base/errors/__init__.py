"""A refusal is an answer, not a bug: it has a code, numbers, and a sentence in each language."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from kaibo.base.money import yuan
from kaibo.base.times import shop_time

# Of a body with thousands of faults these are told, and so much of each name.
FAULTS_TOLD_MAX = 20
FIELD_CHARS_MAX = 120


class Refusal(Exception):
    """A lawful "no". Rules and actions raise it; one handler at the edge answers it.

    Subclasses set the class attributes; the sentence is formatted with the data, says what
    happened and what to do. A test walks all subclasses: unique code, both languages, a status.
    """

    code: ClassVar[str] = ""
    http_status: ClassVar[int] = 409
    text_zh: ClassVar[str] = ""
    text_en: ClassVar[str] = ""

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data

    def message(self, lang: str) -> str:
        """The sentence for a person; ``lang`` is a BCP 47 tag, anything not zh reads English."""
        text = self.text_zh if lang.lower().startswith("zh") else self.text_en
        return text.format(**{name: _said(name, value) for name, value in self.data.items()})

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP answer says beside its body: when to come back, if the refusal knows."""
        wait_s = self.data.get("retry_after_s")
        return {} if wait_s is None else {"Retry-After": str(wait_s)}

    def as_json(self, lang: str) -> bytes:
        """The answer of the HTTP API: ``code``, ``message`` in this language, ``data``."""
        body = {"code": self.code, "message": self.message(lang), "data": self.data}
        # A refusal may quote what was sent, and half a surrogate pair has no place in UTF-8.
        return json.dumps(body, ensure_ascii=False, default=_plain).encode("utf-8", "replace")

    def __str__(self) -> str:
        return f"{self.code} {self.data}"


def _said(name: str, value: Any) -> Any:
    """As a sentence says it: moments on the shop's clock, amounts in yuan."""
    if isinstance(value, dt.datetime):
        return shop_time(value)
    return f"¥{yuan(value)}" if name.endswith("_fen") and isinstance(value, int) else value


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


class BadInput(Refusal):
    """Something typed or sent cannot be read; ``field`` names where."""

    code = "bad_input"
    http_status = 422
    text_zh = "“{field}”填写有误：{why}"
    text_en = "“{field}” cannot be used: {why}"

    @classmethod
    def of_faults(cls, faults: Sequence[tuple[Sequence[object], str]]) -> Self:
        """A body that cannot be read: where each fault lies and why; the first is told in words.

        Args:
            faults: at least one; the steps of a path are the sender's own words.
        """
        found = [
            {"field": ".".join(map(str, path))[:FIELD_CHARS_MAX] or "body", "why": why}
            for path, why in faults[:FAULTS_TOLD_MAX]
        ]
        refusal = cls(**found[0])
        refusal.data["errors"] = found
        return refusal


class NotFound(Refusal):
    """No such thing, or not yours to see: the answer is the same, so that nothing leaks."""

    code = "not_found"
    http_status = 404
    text_zh = "没有找到{what}"
    text_en = "{what} was not found"


class TextMissing(BadInput):
    """A text that is needed was left empty."""

    code = "text_missing"
    text_zh = "“{field}”不能为空，请填写"
    text_en = "“{field}” is empty; fill it in"


class TextTooLong(BadInput):
    """A text is longer than its place."""

    code = "text_too_long"
    text_zh = "“{field}”共 {chars} 字，最多 {chars_max} 字，请缩短"
    text_en = "“{field}” has {chars} characters, at most {chars_max} fit; shorten it"


class TextUnreadable(BadInput):
    """A text holds control characters or broken Unicode."""

    code = "text_unreadable"
    text_zh = "“{field}”含有不可见的控制字符，请重新输入"
    text_en = "“{field}” holds control characters; type it again"


class AddressUnusable(BadInput):
    """Not a web address that a page may safely show or link."""

    code = "address_unusable"
    text_zh = "“{field}”应是 https:// 开头的网址或以 / 开头的本站路径"
    text_en = "“{field}” must be an https:// address or a path on this site starting with /"


class NumberOutOfRange(BadInput):
    """A whole number outside what makes sense."""

    code = "number_out_of_range"
    text_zh = "“{field}”应在 {least} 到 {most} 之间，收到 {value}"
    text_en = "“{field}” must be from {least} to {most}, not {value}"


class SheetUnreadable(BadInput):
    """The file is no workbook, or a damaged or locked one."""

    code = "sheet_unreadable"
    text_zh = "“{field}”不是完整的 .xlsx 文件，或设有密码；请在表格软件中另存为 .xlsx 后重试"
    text_en = "“{field}” is not a whole .xlsx file, or it has a password; save it as .xlsx again"


class SheetTooLarge(BadInput):
    """The file, or what it unpacks to, is outsized."""

    code = "sheet_too_large"
    http_status = 413
    text_zh = "“{field}”过大（上限 {megabytes_max} MB），请拆分后重试"
    text_en = "“{field}” is too large (at most {megabytes_max} MB); split it"


class SheetTooWide(BadInput):
    """Cells lie so far out that reading would take everything before them."""

    code = "sheet_too_wide"
    http_status = 413
    text_zh = (
        "“{field}”的内容铺到第 {rows} 行、第 {columns} 列，超出可读范围（{cells_max} 格）；"
        "请删除远处的零散单元格后重试"
    )
    text_en = (
        "“{field}” spreads to row {rows}, column {columns}, more than {cells_max} cells; "
        "delete the stray cells far out and try again"
    )


class SheetTooManyRows(BadInput):
    """More rows than one upload may hold."""

    code = "sheet_too_many_rows"
    text_zh = "“{field}”共 {rows} 行，最多 {rows_max} 行，请拆分后重试"
    text_en = "“{field}” has {rows} rows, at most {rows_max} can be read; split it"


class SheetFull(Refusal):
    """More rows than a workbook's sheet has."""

    code = "sheet_full"
    text_zh = "内容超过 {rows_max} 行，XLSX 放不下；请导出 CSV，或按条件分次导出"
    text_en = "More than {rows_max} rows do not fit into XLSX; take CSV, or export in parts"


class FileEmpty(BadInput):
    """The file holds no header, or nothing below it."""

    code = "file_empty"
    text_zh = "文件里没有表头或没有数据行，请检查后重新选择"
    text_en = "The file has no header or no lines below it; check it and choose again"


class FileTooLarge(BadInput):
    """More bytes than one upload may have."""

    code = "file_too_large"
    http_status = 413
    text_zh = "文件过大（上限 {megabytes_max} MB），请拆分后重试"
    text_en = "The file is too large (at most {megabytes_max} MB); split it"


class FileTooWide(BadInput):
    """More columns than a sheet of goods can need."""

    code = "file_too_wide"
    http_status = 413
    text_zh = "文件共 {columns} 列，最多 {columns_max} 列，请删去用不到的列"
    text_en = "The file has {columns} columns, at most {columns_max} can be read; delete some"


class FileNotText(BadInput):
    """Neither UTF-8 nor GB18030."""

    code = "file_not_text"
    text_zh = "第 {line} 行有无法识别的字符，请在表格软件中另存为“CSV UTF-8”或 .xlsx"
    text_en = "Line {line} is in no known encoding; save the file again as “CSV UTF-8” or .xlsx"


class FileIsPage(BadInput):
    """A web page named like a sheet; some back offices export these."""

    code = "file_is_page"
    text_zh = "这是网页格式的表格，请在表格软件中打开后另存为 .xlsx 再导入"
    text_en = (
        "This is a web page, not a sheet; open it in a spreadsheet program and save it as .xlsx"
    )


class QuoteLeftOpen(BadInput):
    """A quotation mark would swallow the lines after it, or a cell is beyond all measure."""

    code = "quote_left_open"
    text_zh = "第 {line} 行附近的引号没有成对，或单元格过长，为避免丢行没有读取；请检查引号"
    text_en = (
        "A quotation mark near line {line} is not closed, or a cell is too long; nothing "
        "was read so that no line is lost"
    )


class FieldMissing(BadInput):
    """No column goes to a field that is needed."""

    code = "import_field_missing"
    text_zh = "还没有列对应到“{label_zh}”，请先选择"
    text_en = "No column goes to “{label_en}” yet; choose one"


class FieldTwice(BadInput):
    """Two columns go to one field."""

    code = "import_field_twice"
    text_zh = "有两列对应到“{label_zh}”，请只留一列"
    text_en = "Two columns go to “{label_en}”; keep one"


class NoSuchColumn(BadInput):
    """A mapping names what the file or the catalogue does not have."""

    code = "import_no_such_column"
    text_zh = "文件中没有“{column}”列，或没有“{target}”这个字段"
    text_en = "The file has no column “{column}”, or there is no field “{target}”"


class NoSuchImport(NotFound):
    """No import of this id in the organisation."""

    code = "no_such_import"
    text_zh = "没有找到这次导入（编号 {id}）"
    text_en = "Import {id} was not found"


class IdRounded(BadInput):
    """A spreadsheet has kept a long id as a number and lost its last digits."""

    code = "import_id_rounded"
    text_zh = "编码被表格软件当成数字，末尾几位已丢失；请把该列设为文本，从原始数据重新填写"
    text_en = (
        "The id was kept as a number and its last digits are lost; format the column as "
        "text and paste it again"
    )


class TextMasked(BadInput):
    """The source hid the text."""

    code = "import_text_masked"
    text_zh = "内容是脱敏后的，不能用来识别；请换成原文"
    text_en = "The text is masked and identifies nothing; use the original"


class NotAnAmount(BadInput):
    """No amount of money in yuan."""

    code = "import_not_an_amount"
    text_zh = "不是金额，请填写如 1299.00 的人民币元，最多两位小数"
    text_en = "Not an amount; write yuan such as 1299.00, at most two decimals"


class IsAPercentage(BadInput):
    """A percentage where an amount or a count belongs."""

    code = "import_is_a_percentage"
    text_zh = "这是百分比，请填写具体数值"
    text_en = "This is a percentage; write the number itself"


class NotACount(BadInput):
    """No whole number of 0 or more."""

    code = "import_not_a_count"
    text_zh = "不是数量，请填写 0 或以上的整数"
    text_en = "Not a count; write a whole number of 0 or more"


class NotADate(BadInput):
    """No date that can be read in one way only."""

    code = "import_not_a_date"
    text_zh = "不是可识别的日期，请填写如 2026-11-22"
    text_en = "Not a date that can be read; write it like 2026-11-22"


class NotYesOrNo(BadInput):
    """Neither yes nor no."""

    code = "import_not_yes_or_no"
    text_zh = "请填写“是”或“否”"
    text_en = "Write yes or no"


class CellsBeyondHeader(BadInput):
    """More cells than the header has columns: a separator inside a text, most likely."""

    code = "import_cells_beyond_header"
    text_zh = "这一行比表头多出 {extra} 格，可能是文字里有分隔符；请给文字加引号或删去多余的格"
    text_en = (
        "This line has {extra} cells more than the header, perhaps a separator in a "
        "text; quote it or delete them"
    )


class PhotoTooLarge(Refusal):
    """More bytes or more picture than is taken."""

    code = "photo_too_large"
    http_status = 413
    text_zh = "这张照片太大：最多 {bytes_max_mb} MB、{megapixels_max} 百万像素。请截取或缩小后再传"
    text_en = (
        "This photograph is too large: at most {bytes_max_mb} MB and {megapixels_max} megapixels. "
        "Crop or shrink it and send it again"
    )


class PhotoUnreadable(Refusal):
    """No JPEG, PNG or WebP, or a broken one."""

    code = "photo_unreadable"
    http_status = 422
    text_zh = "读不出这张照片。请传 JPEG、PNG 或 WebP；苹果手机可在相机设置里选“兼容性最佳”"
    text_en = (
        "This photograph cannot be read. Send JPEG, PNG or WebP; on an iPhone choose “Most "
        "Compatible” in the camera's settings"
    )


class CarrierUnknown(BadInput):
    """No carrier of the list is written like this."""

    code = "carrier_unknown"
    text_zh = "不认识快递公司“{value}”，请改为常用名称（如 顺丰、中通、圆通），或填“其他”"
    text_en = "“{value}” is no known carrier; write its usual name (SF, ZTO, YTO…) or “other”"


class WaybillUnusable(BadInput):
    """Not the shape of a waybill number."""

    code = "waybill_unusable"
    text_zh = "“{value}”不像快递单号：应为 8–30 位字母和数字；显示为 1.23E+14 的请把格式改为文本"
    text_en = (
        "“{value}” is no waybill number: 8 to 30 letters and digits; if it shows as 1.23E+14, "
        "make the cell text and type it again"
    )


class WaybillOfOther(BadInput):
    """The number begins as another carrier's do."""

    code = "waybill_of_other_carrier"
    text_zh = "{prefix} 开头的单号属于{other_zh}，而这里写的是{carrier_zh}；请核对"
    text_en = "Numbers that begin with {prefix} are of {other_en}, not of {carrier_en}; check it"


class DeliveredTooEarly(BadInput):
    """A moment of delivery before shipping, or one that has not come."""

    code = "delivered_at_impossible"
    text_zh = "签收时间早于发货或晚于现在，请核对"
    text_en = "Delivered before it was shipped, or in the future; check the time"
