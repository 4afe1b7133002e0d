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


class OverrideReasonMissing(Refusal):
    """Nobody moves a room on the ladder without saying why."""

    code = "override_reason_missing"
    http_status = 422
    text_zh = "请写明人工调整的理由，便于日后核查"
    text_en = "Say why the room is moved, so that it can be checked later"


class NoSuchRung(Refusal):
    """The ladder has no such rung."""

    code = "no_such_rung"
    http_status = 422
    text_zh = "没有“{rung}”这一级，可用 {rungs}"
    text_en = "There is no rung “{rung}”; use one of {rungs}"


class RungUnchanged(Refusal):
    """The room stands there already."""

    code = "rung_unchanged"
    text_zh = "直播间已处于“{rung}”，请选择其他等级"
    text_en = "The room is at “{rung}” already; choose another rung"


class RungFinal(Refusal):
    """A stopped show does not come back."""

    code = "rung_final"
    text_zh = "本场已停播，不能再调整；请另开一场"
    text_en = "The show was stopped for good; plan another one"


class RungHeld(Refusal):
    """What holds a room up holds it, whoever asks (LM-052, LM-083, LM-088)."""

    code = "rung_held"
    text_zh = "等级不能低于“{rung}”：{reason}；请先消除该原因，随后即可下调"
    text_en = "It stays at “{rung}”: {reason}. Mend that first, then it can go down"


class LiftNotAsked(Refusal):
    """There is nothing to confirm."""

    code = "lift_not_asked"
    text_zh = "没有等待确认的解除申请，请刷新后查看"
    text_en = "Nobody asks to lift the pause; look again"


class LiftSamePerson(Refusal):
    """Who asked cannot confirm."""

    code = "lift_same_person"
    http_status = 403
    text_zh = "暂停由严重违规（S1）引起，须由申请人以外的同事确认解除"
    text_en = "A grave finding (S1) is behind this pause: a colleague has to confirm, not who asked"


class FunctionOff(Refusal):
    """The room is limited: what draws crowds is off (直播电商监督管理办法 art. 13)."""

    code = "function_off"
    text_zh = "直播间已被限制（风险分 {score}），暂不能使用“{function_zh}”；等级下降后自动恢复"
    text_en = (
        "The room is limited (risk score {score}) and “{function}” is off; "
        "it comes back when the room steps down"
    )


class FunctionNotGranted(Refusal):
    """The grade of the room does not let it do this (直播电商监督管理办法 art. 11; LM-053)."""

    code = "function_not_granted"
    text_zh = "直播间的合规等级不能使用“{function_zh}”；等级每天按公开公式评定，回升后恢复"
    text_en = (
        "The grade of this room does not include “{function}”; "
        "it is set every day by a published formula and comes back with it"
    )


class NoSuchListing(Refusal):
    """No entry of this number on the organisation's blacklist."""

    code = "no_such_listing"
    http_status = 404
    text_zh = "没有找到这条黑名单记录（编号 {id}）"
    text_en = "Entry {id} of the blacklist was not found"


class ListingStateWrong(Refusal):
    """The step does not follow from the entry's state."""

    code = "listing_state_wrong"
    text_zh = "该记录当前为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The entry is “{state}” now and that step does not follow; look again"


class AppealBySamePerson(Refusal):
    """Who decided an entry does not judge the appeal against it (LM-139)."""

    code = "appeal_same_person"
    http_status = 403
    text_zh = "申诉须由作出决定以外的同事复核"
    text_en = "A colleague has to look at the appeal, not who decided the entry"


class OnBlacklist(Refusal):
    """A listed party comes back under another account (直播电商监督管理办法 art. 14)."""

    code = "on_blacklist"
    http_status = 403
    text_zh = "该{kind_zh}在黑名单中（编号 {id}），{ends_at} 前不能登记；如有异议请按告知书申诉"
    text_en = "This {kind} is on the blacklist (entry {id}) until {ends_at}; an appeal is possible"


class PackRefused(Refusal):
    """A pack cannot be used, or would weaken what the law's packs refuse; ``problems`` says how."""

    code = "pack_refused"
    http_status = 422
    text_zh = "规则包有 {count} 处问题，未保存。第一处：{first}"
    text_en = "The pack has {count} problems and was not saved. The first: {first}"


class PackChanged(Refusal):
    """Somebody else saved the pack in the meantime."""

    code = "pack_changed"
    text_zh = "规则包已被他人更新（现为第 {number} 版），请刷新后在新版本上修改"
    text_en = "The pack was saved by somebody else (now version {number}); reload and change that"


class NoSuchPack(Refusal):
    """No pack, or no version of it, in this organisation."""

    code = "no_such_pack"
    http_status = 404
    text_zh = "没有规则包 {family}，请从规则库列表进入"
    text_en = "There is no pack {family}; open one from the rulebook"


class NothingToUndo(Refusal):
    """The first version has none before it."""

    code = "no_version_before"
    text_zh = "{family} 没有更早的版本，无法撤销"
    text_en = "{family} has no version before this one"


class NoSuchLaw(Refusal):
    """The rulebook does not carry this law."""

    code = "no_such_law"
    http_status = 404
    text_zh = "没有收录《{law}》，请从法规列表进入"
    text_en = "《{law}》 is not kept here; open one from the list of laws"


class AnswersIncomplete(Refusal):
    """Duties follow from all answers together."""

    code = "profile_answers_incomplete"
    http_status = 422
    text_zh = "请回答全部问题；还缺：{missing}"
    text_en = "Answer every question; missing: {missing}"


class AnswersContradict(Refusal):
    """Nobody is bound by nothing at all."""

    code = "profile_answers_contradict"
    http_status = 422
    text_zh = "至少有一项业务应为“是”：平台、自营直播、主播服务或供货，请核对回答"
    text_en = "At least one of platform, own rooms, hosts for others or own goods must be yes"


class KeepCodeUnreadable(Refusal):
    """A keep-time is a code such as R3L, R6M or R60D, of something that is kept."""

    code = "keep_code_unreadable"
    http_status = 422
    text_zh = "“{given}”不是保存期限，应写作 recording=R5L、log=R12M 这样的形式"
    text_en = "“{given}” is no keep-time; write it as recording=R5L or log=R12M"


class KeptTooShort(Refusal):
    """The law's floor may be raised, never lowered."""

    code = "kept_too_short"
    http_status = 422
    text_zh = "{kind} 的保存期限 {given} 短于法定下限 {floor}，请改长"
    text_en = "{kind} would be kept for {given}, shorter than the law's {floor}; make it longer"


class NoSuchSanction(Refusal):
    """No decision of this number in the organisation."""

    code = "no_such_sanction"
    http_status = 404
    text_zh = "没有找到这条处置决定（编号 {id}），请刷新列表"
    text_en = "Decision {id} was not found; reload the list"


class SanctionStateWrong(Refusal):
    """The step does not follow from the decision's state."""

    code = "sanction_state_wrong"
    text_zh = "该决定当前为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The decision is “{state}” now and that step does not follow; look again"


class SanctionUnfounded(Refusal):
    """A decision rests on findings that count, or on an authority's notice (LM-017)."""

    code = "sanction_unfounded"
    http_status = 422
    text_zh = "请选择作为证据的有效命中记录，或填写监管机关与通知文号"
    text_en = "Name open findings as evidence, or the authority and the number of its notice"


class SanctionTooHeavy(Refusal):
    """Kind and degree must fit what happened (直播电商监督管理办法 art. 12)."""

    code = "sanction_too_heavy"
    http_status = 422
    text_zh = "“{measure_zh}”须有 {wanted} 及以上命中，所选最重为 {severity}；请改用较轻的措施"
    text_en = (
        "“{measure}” takes a finding of {wanted} or graver and the gravest here is {severity}; "
        "choose a lighter measure"
    )


class SanctionBySamePerson(Refusal):
    """Who decided neither confirms a closing nor judges the appeal (LM-017)."""

    code = "sanction_same_person"
    http_status = 403
    text_zh = "须由作出决定以外的同事确认或复核"
    text_en = "A colleague has to confirm or look at the appeal, not who decided"


class StoppedBySanction(Refusal):
    """The operator or somebody who appears is kept off the air for a term."""

    code = "stopped_by_sanction"
    http_status = 403
    text_zh = (
        "{name} 被处以“{measure_zh}”（决定 {id}），{ends_at} 前不能开播；如有异议请按告知书申诉"
    )
    text_en = (
        "{name} is kept off the air by “{measure}” (decision {id}) until {ends_at}; "
        "an appeal is possible"
    )


class FunctionSanctioned(Refusal):
    """A decision has switched the function off for a term."""

    code = "function_sanctioned"
    http_status = 403
    text_zh = "依处置决定 {id}，{ends_at} 前不能使用“{function_zh}”；期满自动恢复"
    text_en = (
        "Decision {id} switches “{function}” off until {ends_at}; then it comes back by itself"
    )
