"""Why published terms and rules stand."""

from kaibo.base.errors import Refusal


class TermsStand(Refusal):
    """What was published only changes for the buyer's good (促销行为规定, LM-097)."""

    code = "terms_stand"
    text_zh = "已开始的优惠活动不能做不利于买家的修改（{field}：{was} → {now}），只能延长或增加"
    text_en = "A started promotion changes only in the buyer's favour ({field}: {was} → {now})"


class StackingStands(Refusal):
    """Promotions were published under one rule of choosing; it stands until they are over."""

    code = "stacking_stands"
    text_zh = (
        "还有 {promotions} 个进行中的优惠活动、{coupons} 张未用的优惠券按现在的规则公布；"
        "等它们结束或用完后再改"
    )
    text_en = (
        "{promotions} promotions run and {coupons} coupons are held under the present rule; "
        "change it when they are over"
    )
