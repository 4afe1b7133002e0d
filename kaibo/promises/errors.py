"""Refusals of what was promised and its correction."""

from kaibo.base.errors import NotFound, Refusal


class CaptionsUnreadable(Refusal):
    """A file that is neither WebVTT nor SRT, or holds too much; nothing was written."""

    code = "captions_unreadable"
    http_status = 422
    text_zh = "无法读取字幕文件：{why}。请上传 UTF-8 的 WebVTT（.vtt）或 SRT（.srt）文件"
    text_en = "The captions cannot be read: {why}. Send WebVTT (.vtt) or SRT (.srt) in UTF-8"


class ShowNotStarted(Refusal):
    """Nothing can have been said before the show began."""

    code = "show_not_started"
    text_zh = "本场尚未开播，没有口播可记录。请开播后再录入"
    text_en = "The show has not begun, so nothing was said on air. Send it once it is live"


class SaidTooEarly(Refusal):
    """A line that was said before the show began, or is still to come."""

    code = "said_outside_show"
    http_status = 422
    text_zh = "第 {place} 句的时间不在本场直播之内。请核对字幕的起点"
    text_en = "Line {place} was not said during this show. Check where the captions begin"


class NoSuchCorrection(NotFound):
    """No correction of this id in the organisation."""

    code = "no_such_correction"
    text_zh = "没有编号为 {id} 的更正"
    text_en = "There is no correction {id}"


class CorrectionOver(Refusal):
    """It is made, or was withdrawn."""

    code = "correction_over"
    text_zh = "这条更正已经结束（{state}），不能再改"
    text_en = "This correction is over ({state}) and cannot be changed"
