"""Refusals of compliance."""

from typing import Any

from kaibo.base.errors import Refusal


class NoSuchArticle(Refusal):
    """The rulebook does not carry this article."""

    code = "no_such_article"
    http_status = 404
    text_zh = "没有收录《{law}》{article}；这里只收录规则引用的条文"
    text_en = "{article} of 《{law}》 is not kept here; only articles that a rule cites are"


class NoSuchRule(Refusal):
    """No pack has a rule with this id."""

    code = "no_such_rule"
    http_status = 404
    text_zh = "没有规则 {rule_id}；规则编号见命中记录"
    text_en = "There is no rule {rule_id}; take its id from a finding"


class NoSuchFinding(Refusal):
    """No such finding in this organisation."""

    code = "no_such_finding"
    http_status = 404
    text_zh = "没有这条命中记录，请刷新列表"
    text_en = "There is no such finding; reload the list"


class FindingClosed(Refusal):
    """Only an open finding can be dismissed."""

    code = "finding_closed"
    http_status = 409
    text_zh = "这条命中记录已处理（{state}），不能再次处理"
    text_en = "This finding is already settled ({state})"


class ReasonMissing(Refusal):
    """A finding is not dismissed without saying why."""

    code = "dismissal_reason_missing"
    http_status = 422
    text_zh = "请写明不采纳的理由，便于日后核查"
    text_en = "Say why the finding is dismissed, so that it can be checked later"


class TextTooLongToScan(Refusal):
    """One request scans a bounded text."""

    code = "text_too_long_to_scan"
    http_status = 413
    text_zh = "文本共 {chars} 字，一次最多检查 {chars_max} 字，请分段"
    text_en = "The text has {chars} characters; at most {chars_max} are checked at once. Split it"


class NoSuchSurface(Refusal):
    """The surface decides which rules apply, so it must be known."""

    code = "no_such_surface"
    http_status = 422
    text_zh = "不认识的文本位置“{surface}”，可用 script 脚本、title 标题、chat 弹幕、speech 口播"
    text_en = "Unknown surface “{surface}”; use script, title, chat or speech"


class WordsBlocked(Refusal):
    """What the shop wanted to put before buyers breaks a rule (LM-037, LM-038).

    ``found`` is what must stay on record although nothing else is written.
    """

    code = "words_blocked"
    http_status = 422
    text_zh = "“{words}”不能发布：{message_zh}依据{article}，规则 {rule_id}。请删改后再发"
    text_en = (
        "“{words}” cannot go out: {message_en} See {article}, rule {rule_id}. "
        "Change or leave out the words and send again"
    )
    found: Any = None


class WordsUnconfirmed(Refusal):
    """A person has to say why these words may stand before they go out."""

    code = "words_unconfirmed"
    text_zh = (
        "“{words}”需要核实：{message_zh}依据{article}，规则 {rule_id}。请改写，或写明理由后继续发布"
    )
    text_en = (
        "“{words}” must be looked at: {message_en} See {article}, rule {rule_id}. "
        "Change them, or give a reason and go on"
    )
    found: Any = None
