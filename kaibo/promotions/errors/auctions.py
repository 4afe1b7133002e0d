"""Refusals of auctions, their bids and their wins."""

import datetime as dt

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchAuction(NotFound):
    """No auction of this id, or not of this show."""

    code = "no_such_auction"
    text_zh = "没有找到这场竞价（编号 {id}）"
    text_en = "Auction {id} was not found"


class NoSuchWin(NotFound):
    """No win of this id, or another viewer's."""

    code = "no_such_win"
    text_zh = "没有找到这件竞得的商品（编号 {id}）"
    text_en = "Win {id} was not found"


class AuctionOn(Refusal):
    """A link carries one auction at a time."""

    code = "auction_on"
    text_zh = "{link_no} 号链接已有一场竞价，请等它结束"
    text_en = "Link {link_no} already has an auction; wait for its end"


class AuctionStateWrong(Refusal):
    """An auction that began runs to its published end."""

    code = "auction_state_wrong"
    text_zh = "竞价当前为“{state}”，开始后不能取消或更改"
    text_en = "The auction is “{state}” now; once begun it runs to its published end"


class AuctionCannotBe(BadInput):
    """The terms of an auction that cannot be kept."""

    code = "auction_cannot_be"
    text_zh = "竞价条款有误（{field}）：{why_zh}"
    text_en = "This auction cannot be ({field}): {why_en}"


class BidRefused(Refusal):
    """A bid does not count; ``reason`` says why, ``least_fen`` what would follow now."""

    code = "bid_refused"
    text_zh = "出价未成功：{zh}"
    text_en = "The bid does not count: {en}"

    _TEXTS: dict[str, tuple[str, str]] = {
        "not_begun": ("竞价还没有开始", "the auction has not begun"),
        "over": ("竞价已经结束", "the auction is over"),
        "barred": (
            "本店工作人员及关联人员不能出价",
            "staff and affiliates of the shop do not bid",
        ),
        "unpaid_before": (
            "您在本场有竞得未付款，不能再出价",
            "you let a win of this show go unpaid",
        ),
        "too_many": ("您的出价次数已用完", "you have made all the bids you may"),
        "leading": ("您已领先，无需加价", "you are ahead already"),
        "too_low": ("出价太低，请看最新价格", "too low; look at the price now"),
        "too_high": ("一次加价太多，请核对金额", "too many steps at once; check the amount"),
    }

    def __init__(self, *, reason: str, least_fen: int, ends_at: dt.datetime) -> None:
        zh, en = self._TEXTS[reason]
        super().__init__(reason=reason, zh=zh, en=en, least_fen=least_fen, ends_at=ends_at)


class WinLapsed(Refusal):
    """The time to order and pay what was won is over."""

    code = "win_lapsed"
    text_zh = "已超过付款时间（{pay_before}），这件商品已失效"
    text_en = "The time to pay for it ended at {pay_before}"


class WinUsed(Refusal):
    """A win becomes one order."""

    code = "win_used"
    text_zh = "这件竞得的商品（编号 {id}）已下单，请到订单里付款"
    text_en = "Win {id} was ordered already; pay that order"
