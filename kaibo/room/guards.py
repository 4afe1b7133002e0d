"""What the desk is told of stopped links, dangerous changes, and a lost patroller. Pure."""

from kaibo.facts import orders, patrol, promotions
from kaibo.facts.base import Fact
from kaibo.room import wire


def guard_events(fact: Fact) -> tuple[wire.Event, ...]:
    """What the desk has to know or decide about; viewers hear nothing of it."""
    no = getattr(fact, "link_no", None)
    if no is None:
        return _of_show(fact)
    match fact:
        case promotions.BreakerTripped(window_s=window_s):
            code = "breaker"
            zh = f"{no} 号链接已熔断：{window_s} 秒内让利超出上限，已停止下单"
            en = f"Link {no} is stopped: too much was given away within {window_s} s"
        case promotions.BreakerResetAsked():
            code = "second_person"
            zh = f"{no} 号链接申请恢复销售，等待另一位同事复核"
            en = f"Link {no} is to sell again; a colleague has to agree"
        case promotions.BreakerReset():
            code = "breaker"
            zh, en = f"{no} 号链接已恢复销售", f"Link {no} sells again"
        case promotions.LinkStopped(sale_id=None):
            code = "correct_overdue"
            zh = f"{no} 号链接已停售：更正逾期。完成更正后自动恢复"
            en = f"Link {no} is stopped: the correction is overdue. It sells again when made"
        case promotions.ComparisonDropped(price_basis=basis):
            code = "comparison"
            zh = f"{no} 号链接的划线价已撤下：依据“{basis}”不再有有效凭证，请勿再提原价"
            en = f"Link {no} shows no compared price any more: “{basis}” is not proven now"
        case promotions.OfferClosed(reason="papers"):
            code = "papers"
            zh = f"{no} 号链接已下架：商品证照已失效或不全。补齐并复核后可重新上架"
            en = f"Link {no} is closed: its goods lack valid papers; have them accepted first"
        case promotions.OfferClosed(reason="banned"):
            code = "banned"
            zh = f"{no} 号链接已下架：商品在现行负面目录中。见合规“负面目录”页的判定记录"
            en = f"Link {no} is closed: its goods are on the negative list; see Compliance"
        case promotions.OfferClosed(reason="withheld"):
            code = "withheld"
            zh = f"{no} 号链接已下架：知识产权通知已受理，请停止介绍"
            en = f"Link {no} is taken down by a rights holder's notice; stop explaining it"
        case promotions.LinkStopLifted(sale_id=None):
            code = "breaker"
            zh, en = f"{no} 号链接已更正，恢复销售", f"Link {no} is corrected and sells again"
        case promotions.ChangeAsked():
            code = "second_person"
            zh = f"{no} 号链接有高风险改动，等待另一位同事确认"
            en = f"A dangerous change of link {no} waits for a colleague"
        case promotions.ChangeRejected():
            code = "second_person"
            zh, en = f"{no} 号链接的改动已被驳回", f"The change of link {no} was refused"
        case _:
            return ()
    return (wire.AlertEvent(code=code, text=zh, text_en=en),)


def _of_show(fact: Fact) -> tuple[wire.Event, ...]:
    """Of no link: who patrols the room, and promotions on all links."""
    match fact:
        case patrol.PatrollerLost(step="alert"):
            code = "patrol"
            zh = "重点直播间的巡查员失联已 1 分钟；满 3 分钟将限制本直播间"
            en = "The patroller of this key room is silent for a minute; after three it is limited"
        case patrol.PatrollerLost():
            code = "patrol"
            zh = "重点直播间无人巡查，已限制；巡查员回到巡查墙后解除"
            en = "Nobody patrols this key room: limited until its patroller is back at the wall"
        case patrol.RoomRegraded(letter=letter, key_whys=whys):
            code = "patrol"
            zh = f"直播间等级为 {letter}" + ("，是重点直播间，须有专人巡查" if whys else "")
            en = f"The grade of this room is {letter}" + (
                "; it is a key room and needs a patroller" if whys else ""
            )
        case orders.RefundDoubled(no=order_no, bank_ref=ref):
            code = "refund_twice"
            zh = f"订单 {order_no} 已由渠道退款，又登记了银行转账 {ref}：请核对，多付的向买家追回"
            en = f"Order {order_no} was paid back by its provider and by bank ({ref}): check both"
        case patrol.PatrollerBack():
            code = "patrol"
            zh, en = "巡查员已到岗", "The patroller is there again"
        case promotions.BreakerTripped(window_s=window_s):
            code = "breaker"
            zh = f"有优惠已熔断：{window_s} 秒内在所有链接上让利超出上限，已停用"
            en = f"A promotion is stopped: too much was given away on all links in {window_s} s"
        case promotions.BreakerResetAsked():
            code = "second_person"
            zh = "有优惠申请恢复，等待另一位同事复核"
            en = "A promotion is to go on; a colleague has to agree"
        case promotions.BreakerReset():
            code = "breaker"
            zh, en = "优惠已恢复", "The promotion goes on"
        case promotions.ChangeAsked():
            code = "second_person"
            zh = "有优惠的高风险改动，等待另一位同事确认"
            en = "A dangerous change of a promotion waits for a colleague"
        case promotions.ChangeRejected():
            code = "second_person"
            zh, en = "优惠的改动已被驳回", "The change of a promotion was refused"
        case _:
            return ()
    return (wire.AlertEvent(code=code, text=zh, text_en=en),)
