"""What is answered when a part of the server is away or a request cannot be read."""

from kaibo.base.errors import Refusal


class WebAway(Refusal):
    """Django's process does not answer: it is starting again, or overrun."""

    code = "web_away"
    http_status = 503
    text_zh = "后台正在恢复，请 {retry_after_s} 秒后重试；已确认的内容不会丢失"
    text_en = (
        "The back office is coming back; try again in {retry_after_s} s."
        " Nothing that was confirmed is lost"
    )


class BodyLate(Refusal):
    """A body that was announced stopped arriving."""

    code = "body_late"
    http_status = 408
    text_zh = "上传中断超过 {wait_s} 秒，请重试"
    text_en = "The upload paused for more than {wait_s} s; send it again"


class RequestUnreadable(Refusal):
    """No valid HTTP request can be made of it: two hosts, say."""

    code = "request_unreadable"
    http_status = 400
    text_zh = "请求不符合 HTTP 规范，请检查后重试"
    text_en = "This is not a valid HTTP request; mend it and try again"


class DatabaseAway(Refusal):
    """The database cannot be reached or written: it restarts, it is locked, its disk is full."""

    code = "database_away"
    http_status = 503
    text_zh = "数据库暂时无法使用，请稍后重试；已确认的内容不会丢失"
    text_en = "The database is away for now; try again. Nothing that was confirmed is lost"
