"""Refusals of draws and their prizes."""

from typing import ClassVar

from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.promotions.errors.incomplete import Incomplete


class NoSuchDraw(NotFound):
    """No draw of this id here."""

    code = "no_such_draw"
    text_zh = "没有找到这个福袋（编号 {id}）"
    text_en = "Draw {id} was not found"


class NoSuchAward(NotFound):
    """No award of this id here."""

    code = "no_such_award"
    text_zh = "没有找到这个奖品（编号 {id}）"
    text_en = "Prize {id} was not found"


class DrawIncomplete(Incomplete):
    """What has to be public before a draw is missing (促销行为规定 13, LM-101)."""

    code = "draw_incomplete"
    text_zh = "福袋还不能公示，缺少：{missing_zh}（促销行为规定第13条）"
    text_en = "The draw cannot be published; it lacks: {missing_en} (promotion rules, art. 13)"

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "prizes": ("奖品", "prizes"),
        "prize_value": ("奖品价值", "the value of a prize"),
        "price_proof": ("奖品价格依据", "a proof of price"),
        "coupon": ("作为奖品的优惠券", "the coupon that is a prize"),
        "odds_or_quantity": ("奖品数量", "the number of a prize"),
        "conditions": ("参与条件", "conditions"),
        "opens_at": ("开始时间", "the opening time"),
        "closes_at": ("开奖时间", "the closing time"),
        "claim_days": ("兑奖期限", "the claim term"),
        "claim_how": ("兑奖方式", "how to claim"),
        "organiser": ("主办方", "the organiser"),
    }


class PrizeAboveCap(BadInput):
    """A prize of a draw is worth more than the law allows (反不正当竞争法 11, LM-102)."""

    code = "prize_above_cap"
    text_zh = "奖品“{name}”价值 {value_fen}，抽奖最高奖不得超过 {cap_fen}，请换奖品"
    text_en = "“{name}” is worth {value_fen}; a prize may be {cap_fen} at most, choose another"


class PrizeCouponCannotBe(BadInput):
    """A promotion cannot honour the coupons that the terms of a draw or red packet promise."""

    code = "prize_coupon_cannot_be"
    text_zh = "“{title}”不能作为奖品：{why_zh}"
    text_en = "“{title}” cannot be a prize: {why_en}"


class PrizeKeeps(Refusal):
    """A promotion whose coupons are promised as prizes runs until they are given."""

    code = "prize_keeps"
    text_zh = "这张券是已公示的福袋、答题或红包的奖品，发完之前不能停用"
    text_en = "These coupons are promised as prizes; they cannot be stopped before they are given"


class DrawTermsStand(Refusal):
    """A published draw changes only in the buyer's favour (促销行为规定 13, LM-103)."""

    code = "draw_terms_stand"
    text_zh = "福袋公示后不能做不利于参与者的修改（{field}），只能增加奖品或延长兑奖期限"
    text_en = "A published draw changes only in the entrants' favour ({field}): add, do not take"


class DrawStateWrong(Refusal):
    """The step does not follow from the state of the draw or the award."""

    code = "draw_state_wrong"
    text_zh = "当前状态为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "It is “{state}” now and that step does not follow; look again"


class DrawWithoutShow(Refusal):
    """The shop has no link in the show that the draw names."""

    code = "draw_without_show"
    text_zh = "场次 {show_id} 还没有本店的链接，请先上架链接再公示福袋"
    text_en = "Show {show_id} has no link of this shop yet; list one, then publish the draw"


class DrawNotNow(Refusal):
    """Too early or too late by the published times."""

    code = "draw_not_now"
    text_zh = "不在公示的时间内（{opens_at} 至 {closes_at}）"
    text_en = "The published times do not allow this now ({opens_at} to {closes_at})"


class DrawAlreadyOn(Refusal):
    """One draw of a show at a time, so that what one viewer wins adds up in order."""

    code = "draw_already_on"
    text_zh = "本场已有福袋正在进行，请等它开奖后再开始"
    text_en = "Another draw of this show is on; wait until it is drawn"


class EntryRefused(Refusal):
    """A viewer may not enter; ``reason`` says why."""

    code = "entry_refused"
    text_zh = "不能参与：{zh}"
    text_en = "You cannot enter: {en}"

    _TEXTS: dict[str, tuple[str, str]] = {
        "not_for_you": ("未满足参与条件", "the conditions are not met"),
        "keyword": ("口令不正确", "the keyword is another one"),
        "over_cap": ("本场累计中奖金额将超过上限", "your prizes of this show would pass the cap"),
        "quiz": ("请在答题时间内作答", "answer its questions while they are on"),
    }

    def __init__(self, *, reason: str) -> None:
        zh, en = self._TEXTS[reason]
        super().__init__(reason=reason, zh=zh, en=en)


class ClaimTermOver(Refusal):
    """The prize was not claimed in the published term."""

    code = "claim_term_over"
    text_zh = "兑奖期限已过（{lapses_at}）"
    text_en = "The term to claim this prize ended at {lapses_at}"


class FileKept(Refusal):
    """The file of a draw is kept two years (LM-105)."""

    code = "draw_file_kept"
    text_zh = "抽奖档案须保存至 {until}，之后才能删除"
    text_en = "The file of a draw is kept until {until}; delete it after that"
