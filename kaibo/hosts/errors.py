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
