"""Refusals of links, sales, promotions, coupons and their guards."""

from collections.abc import Sequence
from typing import Any

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchLink(NotFound):
    """The show has no link of this number."""

    code = "no_such_link"
    text_zh = "本场没有 {link_no} 号链接"
    text_en = "This show has no link {link_no}"


class NoSuchSale(NotFound):
    """No flash sale of this id, or not yours to see."""

    code = "no_such_sale"
    text_zh = "没有找到这个秒杀活动（编号 {id}）"
    text_en = "Flash sale {id} was not found"


class NoSuchClaim(NotFound):
    """No claim of this id that is this viewer's."""

    code = "no_such_claim"
    text_zh = "没有找到这次抢购（编号 {id}）"
    text_en = "Claim {id} was not found"


class LinkTaken(Refusal):
    """A show's link number carries one offer."""

    code = "link_taken"
    text_zh = "本场 {link_no} 号链接已有商品，请换一个序号"
    text_en = "Link {link_no} of this show is taken; choose another number"


class BelowFloor(Refusal):
    """A price below the SKU's floor is a hard stop on every path; nothing was written.

    Args:
        price_fen: of one unit.
        combination: titles (zh, en) of the promotions that together make this price.
    """

    code = "below_floor"
    text_zh = (
        "价格低于底价：SKU {sku} 的 {price_fen} 低于底价 {floor_fen}，请改价或由管理团队调整底价"
    )
    text_en = (
        "Below the floor: SKU {sku} at {price_fen}, floor {floor_fen}; change the price or floor"
    )

    def __init__(
        self,
        *,
        sku: str,
        price_fen: int,
        floor_fen: int,
        combination: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(sku=sku, price_fen=price_fen, floor_fen=floor_fen)
        if combination:
            self.data["combination"] = [{"zh": zh, "en": en} for zh, en in combination]

    def message(self, lang: str) -> str:
        """The sentence, and the promotions that met."""
        zh = lang.lower().startswith("zh")
        text = super().message(lang)
        titles = [found["zh" if zh else "en"] for found in self.data.get("combination", ())]
        if not titles:
            return text
        return text + (f"（叠加：{'＋'.join(titles)}）" if zh else f" ({' + '.join(titles)})")


class NoDayPriceBasis(Refusal):
    """A struck-out price must say what it is compared with (价格促销 rules, LM-091)."""

    code = "no_day_price_basis"
    http_status = 422
    text_zh = "{link_no} 号链接标了划线价，请写明比价依据（如“专柜价，2026年11月”），或去掉划线价"
    text_en = "Link {link_no} shows a compared price; say what it is based on, or leave it out"


class PromotionCannotBe(BadInput):
    """The terms of a promotion have no meaning."""

    code = "promotion_cannot_be"
    text_zh = "优惠活动设置有误（{field}）：{why_zh}"
    text_en = "This promotion cannot be ({field}): {why_en}"


class NotOnSale(Refusal):
    """The link is not open for buying."""

    code = "not_on_sale"
    text_zh = "{link_no} 号链接暂未开售或已下架，请等主播开价"
    text_en = "Link {link_no} is not on sale at the moment"


class SoldOut(Refusal):
    """Fewer units are left than were asked for."""

    code = "sold_out"
    text_zh = "{link_no} 号链接库存不足，仅剩 {units_left} 件"
    text_en = "Link {link_no} has only {units_left} left"


class BuyerLimit(Refusal):
    """The buyer would pass the limit per buyer."""

    code = "buyer_limit"
    text_zh = "每人限购 {max} 件，您已有 {held} 件"
    text_en = "At most {max} per buyer; you have {held} already"


class OfferStateWrong(Refusal):
    """The step does not follow from the link's state."""

    code = "offer_state_wrong"
    text_zh = "{link_no} 号链接当前为“{state}”，不能执行此操作"
    text_en = "Link {link_no} is “{state}”; that step does not follow"


class SaleStateWrong(Refusal):
    """The step does not follow from the sale's state."""

    code = "sale_state_wrong"
    text_zh = "秒杀活动当前为“{state}”，不能执行此操作"
    text_en = "The flash sale is “{state}”; that step does not follow"


class SaleStillOn(Refusal):
    """A link has one flash sale at a time."""

    code = "sale_still_on"
    text_zh = "{link_no} 号链接已有未结束的秒杀活动，请先结束它"
    text_en = "Link {link_no} has a flash sale that has not ended; stop it first"


class ClaimLapsed(Refusal):
    """The claim was not turned into a paid order in time; its units were given back."""

    code = "claim_lapsed"
    text_zh = "抢购资格已过期，未在规定时间内下单付款，名额已释放"
    text_en = "The claim has lapsed: it was not ordered and paid in time"


class ClaimUsed(Refusal):
    """The claim already became an order."""

    code = "claim_used"
    text_zh = "该抢购资格已下单，请到“我的订单”查看"
    text_en = "This claim is ordered already; see your orders"


class WindowCannotBe(BadInput):
    """The times of a sale make no window."""

    code = "window_cannot_be"
    text_zh = "时间设置有误：{why_zh}"
    text_en = "These times cannot be: {why_en}"


class ClaimRefused(Refusal):
    """One claim by HTTP was judged and lost; ``reason`` as on the socket."""

    code = "claim_refused"
    text_zh = "很遗憾，{zh}"
    text_en = "Sorry: {en}"

    _TEXTS: dict[str, tuple[str, str]] = {
        "sold_out": ("已抢光", "it is sold out"),
        "buyer_limit": ("已达每人限购数量", "you have reached the limit per buyer"),
        "window_closed": ("不在抢购时间内", "the sale is not open at this moment"),
        "early_only": (
            "现在是高等级粉丝的提前时段，请等到全员开抢",
            "these are the early minutes of a fan tier; it opens to all a little later",
        ),
        "not_running": ("活动未开始或已结束", "the sale has not started or has ended"),
        "on_hold": ("正在核对，暂停抢购", "it is being checked and takes no claims now"),
        "bad_request": ("请求有误", "the request cannot be read"),
    }

    def __init__(self, *, reason: str, **data: Any) -> None:
        zh, en = self._TEXTS[reason]
        super().__init__(reason=reason, zh=zh, en=en, **data)


class NoSuchPromotion(NotFound):
    """No promotion of this id in the organisation."""

    code = "no_such_promotion"
    text_zh = "没有找到这个优惠活动（编号 {id}）"
    text_en = "Promotion {id} was not found"


class PromotionStateWrong(Refusal):
    """The step does not follow from the promotion's state."""

    code = "promotion_state_wrong"
    text_zh = "优惠活动当前为“{state}”，不能执行此操作"
    text_en = "The promotion is “{state}”; that step does not follow"


class PromotionUsedUp(Refusal):
    """A late payment finds that nothing of the promotion is left."""

    code = "promotion_used_up"
    text_zh = "优惠“{title}”已用完或预算不足，无法按原价格成交，款项将原路退回"
    text_en = "Nothing is left of the promotion “{title}”; the money goes back"


class CouponCannotBeUsed(Refusal):
    """A coupon that was chosen is not open, not in its time, or not this viewer's."""

    code = "coupon_cannot_be_used"
    text_zh = "优惠券（编号 {id}）已使用、已过期或不适用于本场，请重新选择"
    text_en = "Coupon {id} is used, expired or not good in this show; choose another"


class UnknownAudience(BadInput):
    """A price may depend on declared traits only (LM-100: no hidden price by profile)."""

    code = "unknown_audience"
    text_zh = "不支持按“{audience}”定价；可选：{known}"
    text_en = "A price cannot depend on “{audience}”; choose one of: {known}"


class CouponRefused(Refusal):
    """A coupon was asked for and not given; ``reason`` says why."""

    code = "coupon_refused"
    text_zh = "优惠券“{title}”：{zh}"
    text_en = "Coupon “{title}”: {en}"

    _TEXTS: dict[str, tuple[str, str]] = {
        "not_running": ("活动未开始或已结束", "it is not running here"),
        "closed": ("不在领取时间内", "coupons cannot be claimed at this moment"),
        "locked": ("尚未达到领取条件", "what opens it has not been done yet"),
        "not_for_you": ("您不在本券的适用人群内", "it is for others; see whom it is for"),
        "buyer_limit": ("已达每人限领数量", "you have claimed as many as one may"),
        "used_up": ("已领完", "none are left"),
        "goods_kept": ("所兑换的商品已停售，暂不发放", "its goods are kept from sale for now"),
    }

    def __init__(self, *, reason: str, title: str) -> None:
        zh, en = self._TEXTS[reason]
        super().__init__(reason=reason, title=title, zh=zh, en=en)


class FloorUnproven(Refusal):
    """Nobody found a basket below the floor, and nothing proves that there is none."""

    code = "floor_unproven"
    text_zh = (
        "无法证明 SKU {sku} 叠加后不低于底价（unproven）：已找到最低 {price_fen}，"
        "理论下限 {bound_fen}，底价 {floor_fen}；请缩小范围或减少叠加"
    )
    text_en = (
        "It is unproven that SKU {sku} stays above its floor: {price_fen} was found, the bound"
        " is {bound_fen}, the floor {floor_fen}; narrow the scope or let fewer promotions meet"
    )


class NoSuchCode(BadInput):
    """No code like this gives anything here, or it was spent: the answer is the same."""

    code = "no_such_code"
    text_zh = "兑换码无效或已被使用，请核对后重试（{field}）"
    text_en = "This code is not valid or was used; check it and try again ({field})"


class CodeTaken(BadInput):
    """Another promotion of the shop has this word."""

    code = "coupon_code_taken"
    text_zh = "该兑换码已存在，请换一个（{field}）"
    text_en = "This code exists already; choose another ({field})"


class TooManyTries(Refusal):
    """Too many wrong codes; no more are looked at for a while."""

    code = "too_many_tries"
    http_status = 429
    text_zh = "兑换码错误次数过多，请 {retry_after_s} 秒后再试"
    text_en = "Too many wrong codes; try again in {retry_after_s} s"


class OnHold(NotOnSale):
    """The breaker stopped this link; orders that were acknowledged stay good."""

    code = "on_hold"
    text_zh = "{link_no} 号链接正在核对价格，暂停下单，已下的订单不受影响，请稍后再试"
    text_en = "Link {link_no} is being checked and takes no orders now; yours so far stay good"


class NoSuchTrip(NotFound):
    """The breaker never tripped under this number in the organisation."""

    code = "no_such_trip"
    text_zh = "没有找到这次熔断（编号 {id}）"
    text_en = "Trip {id} of the breaker was not found"


class NoSuchChange(NotFound):
    """No change of this id in the organisation."""

    code = "no_such_change"
    text_zh = "没有找到这次改动（编号 {id}）"
    text_en = "Change {id} was not found"


class StepDoesNotFollow(Refusal):
    """The step does not follow from the state of the trip or change."""

    code = "guard_state_wrong"
    text_zh = "当前状态为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "It is “{state}” now and that step does not follow; look again"


class SamePerson(Refusal):
    """Whoever asks cannot confirm."""

    code = "same_person"
    text_zh = "需要另一位同事复核，申请人本人不能确认"
    text_en = "Another person has to confirm this; who asked cannot"


class SecondPersonNeeded(Refusal):
    """One person alone may not put this on air."""

    code = "second_person_needed"
    text_zh = "{what_zh}的改动风险较高（最多让利 {off_fen}），请提交另一位同事复核"
    text_en = "{what_en} would give away {off_fen}; ask a second person to confirm it"


class ChangeLapsed(Refusal):
    """Nobody confirmed the change in time."""

    code = "change_lapsed"
    text_zh = "改动申请已过期，请重新提交"
    text_en = "Nobody confirmed this change in time; ask for it again"


class ChangeElsewhere(Refusal):
    """A request key that stands for another change."""

    code = "change_key_taken"
    text_zh = "该请求已用于另一个改动（编号 {id}），请刷新后重试"
    text_en = "This request stands for another change ({id}); reload and try again"


class UndoTooLate(Refusal):
    """The change cannot be taken back any more."""

    code = "undo_too_late"
    text_zh = "无法撤销：{why_zh}，请提交新的改动"
    text_en = "It cannot be undone: {why_en}; make a new change"


class TagRaised(Refusal):
    """The tag went up shortly before the price went down (LM-093)."""

    code = "tag_raised"
    http_status = 422
    text_zh = "{link_no} 号链接的划线价 {tag_fen} 近期由 {was_fen} 上调，不能先涨后降"
    text_en = "The tag of link {link_no} was raised to {tag_fen} from {was_fen} shortly before"


class DiscountNotTrue(Refusal):
    """A "N折" that the price is not (LM-094)."""

    code = "discount_not_true"
    http_status = 422
    text_zh = "“{words}”与价格不符：现价 {price_fen}，比较价 {base_fen}，请改文案或改价"
    text_en = "“{words}” is not what the price is: {price_fen} against {base_fen}"
