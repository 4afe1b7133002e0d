"""Refusals of the room."""

from kaibo.base.errors import Refusal


class NoSuchRoom(Refusal):
    """No show has this room code."""

    code = "no_such_room"
    http_status = 404
    text_zh = "没有找到直播间 {room}"
    text_en = "There is no room {room}"


class RoomEnded(Refusal):
    """The show of this room is over."""

    code = "room_ended"
    http_status = 410
    text_zh = "本场直播已结束"
    text_en = "This show has ended"


class ProofNeeded(Refusal):
    """The operator asks for a proof of work; ``challenge`` is to be solved and sent along."""

    code = "proof_needed"
    http_status = 428
    text_zh = "进入前需要由浏览器完成一次验证计算，请稍候；若一直停在这里，请更新页面"
    text_en = "Your browser must do a short calculation before entering; reload if nothing happens"


class ProofWrong(Refusal):
    """What was sent is no solution of a challenge of this installation."""

    code = "proof_wrong"
    http_status = 422
    text_zh = "验证计算的结果不正确，请刷新页面重试"
    text_en = "The calculation's result is not right; reload and try again"


class ProofExpired(Refusal):
    """The challenge was solved too late."""

    code = "proof_expired"
    http_status = 422
    text_zh = "验证计算已过期，请刷新页面重试"
    text_en = "The calculation took too long; reload and try again"


class ProofSpent(Refusal):
    """A solution opens the door once."""

    code = "proof_spent"
    text_zh = "该验证计算已使用过，请刷新页面重试"
    text_en = "This calculation was used already; reload and try again"


class ScarcityNotTrue(Refusal):
    """A notice says that fewer units are left than there are (LM-099)."""

    code = "scarcity_not_true"
    http_status = 422
    text_zh = "公告里写着“{words}”，{link_no} 号链接实际还可售 {units_left} 件；请写真实数量或删去"
    text_en = (
        "The notice says “{words}”, link {link_no} still has {units_left} to sell; "
        "write the true number or leave it out"
    )


class CountdownNotTrue(Refusal):
    """A notice says that something ends sooner than anything does (LM-098, LM-099)."""

    code = "countdown_not_true"
    http_status = 422
    text_zh = "公告里写着“{words}”，但{ends_zh}；请写真实的时间或删去"
    text_en = "The notice says “{words}”, but {ends_en}; write the true time or leave it out"


class DiscountNotGiven(Refusal):
    """A notice promises a lower price than any buyer can reach (LM-094)."""

    code = "discount_not_given"
    http_status = 422
    text_zh = (
        "公告里写着“{words}”，即最高 {claimed_fen}；{link_no} 号链接算上所有优惠最低 {given_fen}。"
        "请写真实的优惠，或先设好优惠再发"
    )
    text_en = (
        "The notice says “{words}”, which is {claimed_fen} at most; with everything on offer link "
        "{link_no} costs {given_fen} at least. Write what is given, or set the offer up first"
    )


class EmptyMessage(Refusal):
    """Nothing to show is left of the message."""

    code = "empty_message"
    http_status = 422
    text_zh = "消息没有内容"
    text_en = "The message is empty"


class MessageTooLong(Refusal):
    """More characters than a line of chat may have."""

    code = "message_too_long"
    http_status = 422
    text_zh = "消息共 {chars} 字，最多 {chars_max} 字，请缩短后再发"
    text_en = "The message has {chars} characters, at most {chars_max} are allowed; shorten it"


class TooFast(Refusal):
    """More frames of this kind than one viewer may send."""

    code = "too_fast"
    http_status = 429
    text_zh = "操作太快，请稍后再试"
    text_en = "Too fast; try again in a moment"

    def __init__(self) -> None:
        super().__init__(retry_after_s=1)


class TryAgain(Refusal):
    """Not handled, or the outcome is not known; nothing is lost by asking again."""

    code = "try_again"
    http_status = 503
    text_zh = "系统繁忙，请稍后再试（抢购请用同一个 key，不会重复）"
    text_en = "The system is busy; try again (a claim with the same key, it never counts twice)"

    def __init__(self) -> None:
        super().__init__(retry_after_s=1)


class MutedNow(Refusal):
    """The viewer may not chat for now."""

    code = "muted"
    http_status = 403
    text_zh = "您已被禁言，至 {until} (UTC)"
    text_en = "You are muted until {until} (UTC)"


class ChatPaused(Refusal):
    """The room is paused on the ladder."""

    code = "chat_paused"
    http_status = 403
    text_zh = "直播间因内容核查暂停，恢复后再发言"
    text_en = "The room is paused while its content is checked; write again when it goes on"


class StaffCannotClaim(Refusal):
    """Claims are for viewers."""

    code = "staff_cannot_claim"
    http_status = 403
    text_zh = "工作人员不能参与秒杀"
    text_en = "Staff cannot claim in a flash sale"


class NoSuchMessage(Refusal):
    """The show has no chat message of this number."""

    code = "no_such_message"
    http_status = 404
    text_zh = "没有找到消息 {message_id}"
    text_en = "There is no message {message_id}"


class NoSuchViewer(Refusal):
    """No such viewer was ever in this room."""

    code = "no_such_viewer"
    http_status = 404
    text_zh = "没有找到观众 {viewer_id}"
    text_en = "There is no viewer {viewer_id}"


class NotExplaining(Refusal):
    """There is nothing on air to stop."""

    code = "not_explaining"
    http_status = 409
    text_zh = "现在没有正在讲解的链接"
    text_en = "No link is being explained now"


class NoSuchSubject(Refusal):
    """What was reported does not exist in this room."""

    code = "no_such_subject"
    http_status = 404
    text_zh = "没有找到要举报的内容"
    text_en = "What you want to report was not found"


class ReportWaits(Refusal):
    """The same viewer already reported the same thing and waits for an answer."""

    code = "report_waits"
    http_status = 409
    text_zh = "您已举报过，受理编号 {number}，请等待处理结果"
    text_en = "You already reported this as {number}; please wait for the answer"
