"""Refusals about notices, their clocks, and reports to the regulator."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchInfringement(NotFound):
    """No rights holder's notice of this number, or of this code."""

    code = "no_such_infringement"
    text_zh = "没有找到这份知识产权通知，请核对编号或查询码"
    text_en = "This notice was not found; check its number or code"


class InfringementStateWrong(Refusal):
    """The step does not follow from the notice's state."""

    code = "infringement_state_wrong"
    text_zh = "通知当前为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The notice is “{state}” now and that step does not follow; look again"


class NoticeIncomplete(BadInput):
    """A notice without what it must contain (电子商务法 art. 42) is not taken."""

    code = "notice_incomplete"
    text_zh = "通知缺少{missing_zh}，请补充后提交"
    text_en = "The notice lacks {missing_en}; add it and send the notice again"


class SuitTooLate(Refusal):
    """The fifteen days were over when the suit became known (电子商务法 art. 43)."""

    code = "suit_too_late"
    text_zh = "十五日已于 {restore_at} 届满，在此之后得知的投诉或起诉不再延续措施；可重新提交通知"
    text_en = (
        "The fifteen days were over at {restore_at}; what became known later does not prolong the "
        "measure. File a new notice"
    )


class TooManyOpenNotices(Refusal):
    """One contact, or one room, has too many notices that nobody looked at yet."""

    code = "too_many_open_notices"
    http_status = 429
    text_zh = "待处理的通知已达 {most} 份，请等待受理后再提交"
    text_en = "{most} notices are waiting already; file another when they were looked at"


class NoSuchUnreachable(NotFound):
    """No authority's notice of this number in the organisation."""

    code = "no_such_unreachable"
    text_zh = "没有找到这条失联通报（编号 {id}），请刷新列表"
    text_en = "Notice {id} about somebody who cannot be reached was not found; reload the list"


class UnreachableStateWrong(Refusal):
    """The step does not follow from where the matter stands."""

    code = "unreachable_state_wrong"
    text_zh = "该通报当前为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The matter is “{state}” now and that step does not follow; look again"


class NoSuchFiling(NotFound):
    """No report to the regulator of this number in the organisation."""

    code = "no_such_filing"
    text_zh = "没有找到这项监管报告（编号 {id}），请刷新列表"
    text_en = "Report {id} was not found; reload the list"


class FilingStateWrong(Refusal):
    """The report was sent or dropped already."""

    code = "filing_state_wrong"
    text_zh = "该报告当前为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The report is “{state}” now and that step does not follow; look again"


class NothingToReport(Refusal):
    """Only an open violation of the gravest kind opens a report (LM-138)."""

    code = "nothing_to_report"
    http_status = 422
    text_zh = "只有未被排除的 S1 违规命中才生成监管报告；这条命中不是"
    text_en = "Only an open S1 violation of a show opens a report, and this finding is none"


class FilingBySamePerson(Refusal):
    """Who confirmed a violation does not drop its report."""

    code = "filing_same_person"
    http_status = 403
    text_zh = "撤销监管报告须由确认违规以外的同事作出"
    text_en = "A colleague other than who confirmed the violation has to drop its report"
