"""A refusal is an answer, not a bug: it has a code, numbers, and a sentence in each language."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, Self

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
        return text.format(**self.data)

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP answer says beside its body: when to come back, if the refusal knows."""
        wait_s = self.data.get("retry_after_s")
        return {} if wait_s is None else {"Retry-After": str(wait_s)}

    def as_json(self, lang: str) -> bytes:
        """The answer of the HTTP API: ``code``, ``message`` in this language, ``data``."""
        body = {"code": self.code, "message": self.message(lang), "data": self.data}
        # A refusal may quote what was sent, and half a surrogate pair has no place in UTF-8.
        return json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")

    def __str__(self) -> str:
        return f"{self.code} {self.data}"


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
