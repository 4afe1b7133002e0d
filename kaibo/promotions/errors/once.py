"""The refusal of an act on air that nothing tells from its repetition."""

from kaibo.base.errors import Refusal


class KeyMissing(Refusal):
    """A change on air came without a request key."""

    code = "key_missing"
    http_status = 400
    text_zh = "请求缺少 Idempotency-Key：直播中的改动必须带上它，重发时保持不变"
    text_en = "The request has no Idempotency-Key: send one with a change, and the same again"
