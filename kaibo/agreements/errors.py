"""Refusals about published rules and contracts."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class RulesMoved(Refusal):
    """Somebody else published a version meanwhile."""

    code = "rules_moved"
    text_zh = "已有第 {number} 版，内容可能与您看到的不同；请刷新后再发布"
    text_en = "There is a version {number} by now; reload the page and publish again"


class NoticeTooShort(Refusal):
    """A change would take effect before its public notice is over."""

    code = "notice_too_short"
    text_zh = "这次修改须公示满 {days} 天，最早 {earliest} 生效；请改生效时间"
    text_en = (
        "This change needs {days} days of public notice, until {earliest} at the earliest; "
        "choose a later moment"
    )


class NoticeTooLong(Refusal):
    """A version that nobody can expect to be the next one."""

    code = "notice_too_long"
    text_zh = "生效时间不能晚于发布后 {days} 天（{latest}）；请改生效时间"
    text_en = "A version takes effect within {days} days, by {latest}; choose an earlier moment"


class NotThePlatform(Refusal):
    """The rules that bind here are published by the platform of this installation."""

    code = "not_the_platform"
    text_zh = "本系统的平台规则由“{name}”发布，这里只能查看并确认"
    text_en = "The rules here are published by “{name}”; they can be read and acknowledged only"


class NoSuchRules(NotFound):
    """No such version, or nobody of this name has published rules."""

    code = "no_such_rules"
    text_zh = "没有找到这份规则（{id}）"
    text_en = "These rules were not found ({id})"


class RulesOver(Refusal):
    """A version that another one has replaced needs nobody's note any more."""

    code = "rules_over"
    text_zh = "这一版已被新版取代，请确认现行版本"
    text_en = "A newer version has replaced this one; acknowledge the one in force"


class OpinionsClosed(Refusal):
    """Opinions are asked for while a version is announced."""

    code = "opinions_closed"
    text_zh = "这一版的公示期已结束，不再收集意见"
    text_en = "The public notice of this version is over; opinions are not taken any more"


class OpinionsFull(Refusal):
    """So many opinions on one version from one place, or in all."""

    code = "opinions_full"
    http_status = 429
    text_zh = "同一网络对一个版本最多提 {most} 条意见，已收到您之前的意见"
    text_en = "One network may leave {most} opinions on a version; the earlier ones were received"


class PartyCodeWrong(BadInput):
    """No unified social credit code."""

    code = "party_code_wrong"
    text_zh = "“{field}”不是有效的统一社会信用代码，请核对合同上的代码"
    text_en = "“{field}” is no valid credit code; compare it with the contract"


class ContractTermWrong(BadInput):
    """A contract ends after it begins."""

    code = "contract_term_wrong"
    text_zh = "合同的截止日不能早于起始日"
    text_en = "A contract does not end before it begins"


class NoSuchContract(NotFound):
    """No contract of this id in the organisation."""

    code = "no_such_contract"
    text_zh = "没有找到这份合同（编号 {id}）"
    text_en = "Contract {id} was not found"


class ContractOver(Refusal):
    """It was ended before."""

    code = "contract_over"
    text_zh = "这份合同已经终止"
    text_en = "This contract was ended before"
