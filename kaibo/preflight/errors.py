"""Refusals of the gate."""

from kaibo.base.errors import Refusal


class NotReady(Refusal):
    """A red check keeps the room closed; ``red`` names them. Nothing was written."""

    code = "not_ready"
    text_zh = "还不能开播：{count} 项检查未通过（{codes}）。请按开播检查页的提示处理后重试"
    text_en = "Not ready: {count} checks failed ({codes}). Mend what the preflight page names"


class PackUnfit(Refusal):
    """A pack that would not be taken cannot be tried; ``problems`` says why."""

    code = "pack_unfit"
    http_status = 422
    text_zh = "规则包有 {count} 处问题，无法试用。第一处：{first}"
    text_en = "The pack has {count} problems and cannot be tried. The first: {first}"
