"""A refusal is an answer, not a bug: it has a code, numbers, and a sentence in each language."""

from typing import Any, ClassVar


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

    def __str__(self) -> str:
        return f"{self.code} {self.data}"


class BadInput(Refusal):
    """Something typed or sent cannot be read; ``field`` names where."""

    code = "bad_input"
    http_status = 422
    text_zh = "“{field}”填写有误：{why}"
    text_en = "“{field}” cannot be used: {why}"


class NotFound(Refusal):
    """No such thing, or not yours to see: the answer is the same, so that nothing leaks."""

    code = "not_found"
    http_status = 404
    text_zh = "没有找到{what}"
    text_en = "{what} was not found"
