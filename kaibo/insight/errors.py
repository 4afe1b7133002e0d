"""Refusals of insight."""

from kaibo.base.errors import Refusal


class NoSuchMetric(Refusal):
    """The dictionary has no such metric."""

    code = "no_such_metric"
    http_status = 404
    text_zh = "指标词典中没有“{metric}”"
    text_en = "The metric dictionary has no “{metric}”"


class NothingHappenedYet(Refusal):
    """The show has no events: there is nothing to report."""

    code = "nothing_happened_yet"
    http_status = 404
    text_zh = "这场直播还没有任何数据；开播后再来查看"
    text_en = "This show has no data yet; come back once it has been on air"
