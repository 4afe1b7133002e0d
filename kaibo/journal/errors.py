"""Refusals of the journal."""

from kaibo.base.errors import Refusal


class EvidenceUnreadable(Refusal):
    """A file given for verification is not an evidence export."""

    code = "evidence_unreadable"
    http_status = 422
    text_zh = "第 {line} 行无法读取，这不是完整的证据文件：{why}"
    text_en = "Line {line} cannot be read; this is not a complete evidence file: {why}"
