"""Refusals about hosts."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchHost(NotFound):
    """No host of this id in the organisation."""

    code = "no_such_host"
    text_zh = "没有找到这位主播（编号 {id}）"
    text_en = "Host {id} was not found"


class NoSuchPerson(NotFound):
    """No colleague of this id in the organisation."""

    code = "no_such_person"
    text_zh = "没有找到这个账号（编号 {id}）"
    text_en = "Account {id} was not found"


class IdNumberWrong(BadInput):
    """Not a resident identity number: length, place, date or check character."""

    code = "id_number_wrong"
    text_zh = "“{field}”不是有效的 18 位居民身份证号码，请核对后重新输入"
    text_en = "“{field}” is not a valid 18-character identity number; check it and type it again"


class IdNumberMissing(Refusal):
    """There is nothing to verify against."""

    code = "id_number_missing"
    text_zh = "主播 {id} 尚未登记身份证号码，请先登记再核验"
    text_en = "Host {id} has no identity number on file; enter it, then verify"


class IdentityMismatch(Refusal):
    """What was read from the document is not what is on file."""

    code = "identity_mismatch"
    text_zh = "证件号码与主播 {id} 登记的不一致，未通过核验；请核对证件或更正登记"
    text_en = "The document does not match what is on file for host {id}; check or correct it"


class HostTooYoung(Refusal):
    """Nobody under 16 hosts a live show."""

    code = "host_too_young"
    text_zh = "未满 {years_min} 周岁不得从事直播营销，已拒绝"
    text_en = "Nobody under {years_min} may host a live show; refused"


class GuardianNotNeeded(Refusal):
    """Consent of a guardian is for hosts of 16 or 17 alone."""

    code = "guardian_not_needed"
    text_zh = "主播 {id} 不是 16–17 周岁，无需登记监护人同意"
    text_en = "Host {id} is not 16 or 17 years old; no guardian's consent is needed"


class DocumentNumberWrong(BadInput):
    """Not the number of a travel permit, residence card or passport."""

    code = "document_number_wrong"
    text_zh = "“{field}”应为证件上 5–20 位字母或数字，请核对后重新输入"
    text_en = "“{field}” must be the 5 to 20 letters and digits of the document; check it"


class BornOnMissing(BadInput):
    """A document whose number does not say when somebody was born."""

    code = "born_on_missing"
    text_zh = "此类证件须填写出生日期（“{field}”）"
    text_en = "Enter the date of birth (“{field}”): the number of this document does not say it"


class BornOnWrong(BadInput):
    """Not the date that the number says, or before anybody alive was born."""

    code = "born_on_wrong"
    text_zh = "“{field}”与证件号码中的出生日期不符，或早于 1900 年，请核对"
    text_en = "“{field}” is not the date in the number, or before 1900; check it"


class IdentityTaken(Refusal):
    """One person, one record."""

    code = "identity_taken"
    text_zh = "该证件号码已登记（人员编号 {id}），请使用已有记录，不要重复登记"
    text_en = "This document is on file already (person {id}); use that record"


class RevealReasonMissing(Refusal):
    """A number is shown in full only to who says why."""

    code = "reveal_reason_missing"
    http_status = 422
    text_zh = "查看完整证件号码须写明理由，理由会和您的姓名一起留存"
    text_en = "Say why the number has to be seen in full; it is kept with your name"


class GuardianTooYoung(Refusal):
    """A guardian is of age."""

    code = "guardian_too_young"
    text_zh = "监护人须年满 {years_min} 周岁，请核对证件"
    text_en = "A guardian is at least {years_min} years old; check the document"


class GuardianIsHost(Refusal):
    """Nobody consents for themselves."""

    code = "guardian_is_host"
    text_zh = "监护人证件与本人证件相同，请录入监护人的证件"
    text_en = "This is the person's own document; enter the guardian's"


class NoSuchPaper(NotFound):
    """No such paper of this person, or one of another kind."""

    code = "no_such_paper"
    text_zh = "没有找到这份材料（编号 {id}），请先上传对应类别的材料"
    text_en = "Paper {id} was not found; upload one of the right kind first"


class PapersFull(Refusal):
    """Somebody has as many papers as are kept."""

    code = "papers_full"
    text_zh = "每人最多保存 {most} 份材料，已经满了"
    text_en = "At most {most} papers are kept of a person, and they are there"


class CreditCodeWrong(BadInput):
    """Not a unified social credit code: length, letters or check character (GB 32100)."""

    code = "credit_code_wrong"
    text_zh = "“{field}”不是有效的 18 位统一社会信用代码，请对照营业执照重新输入"
    text_en = "“{field}” is not a valid 18-character credit code; copy it from the licence"


class TermBackwards(BadInput):
    """A term that ends before it begins."""

    code = "term_backwards"
    text_zh = "“{field}”早于起始日期，请核对"
    text_en = "“{field}” is before the first day; check it"


class NoSuchEdition(NotFound):
    """No such edition of the agreement or the course."""

    code = "no_such_edition"
    text_zh = "没有找到这个版本（编号 {id}）"
    text_en = "Edition {id} was not found"


class EditionMoved(Refusal):
    """Somebody published meanwhile."""

    code = "edition_moved"
    text_zh = "已有第 {number} 版，请刷新后在它的基础上发布"
    text_en = "Edition {number} is there already; reload and publish on top of it"


class DayAhead(BadInput):
    """What was signed or passed was so by today, and not before the edition was there."""

    code = "day_ahead"
    text_zh = "“{field}”不能晚于今天，也不能早于该版本的发布日期"
    text_en = "“{field}” is after today, or before the edition was published"


class OperatorMissing(Refusal):
    """There is no file to add to or to verify."""

    code = "operator_missing"
    text_zh = "还没有登记直播间运营者，请先填写主体信息"
    text_en = "Nobody is on file as the room operator; fill that in first"


class LicenceMissing(Refusal):
    """Nothing was seen that could be verified."""

    code = "licence_missing"
    text_zh = "还没有上传营业执照，请先上传再核验"
    text_en = "The licence is not on file; upload it, then verify"


class LicenceOver(Refusal):
    """A licence that has ended proves nothing."""

    code = "licence_over"
    text_zh = "营业执照已于 {day} 到期，请更新后再核验"
    text_en = "The licence ended on {day}; renew it, then verify"


class SignerUnverified(Refusal):
    """An agreement is signed by somebody whose identity is known."""

    code = "signer_unverified"
    text_zh = "{name} 的实名核验未通过或已过期，请先核验再登记签署"
    text_en = "The identity of {name} is not verified; verify it, then record the signature"
