"""Refusals of the picture: to an encoder, to the desk, to a player."""

from kaibo.base.errors import Refusal


class NoSuchStreamKey(Refusal):
    """The show has no stream key, or none that this organisation may see."""

    code = "no_stream_key"
    http_status = 404
    text_zh = "这场直播还没有推流码，请先生成。"
    text_en = "This show has no stream key yet; issue one first."


class NoSuchFrame(Refusal):
    """No such frame, or it is gone, or its bytes are not those that were kept."""

    code = "no_frame"
    http_status = 404
    text_zh = "没有这张画面，或其文件已随录像删除、或与留存时不符。"
    text_en = "No such frame: it went with its recording, or is not as it was kept."


class StreamKeyWrong(Refusal):
    """Room code and key do not belong together. Says nothing about which of the two is wrong."""

    code = "stream_key_wrong"
    http_status = 403
    text_zh = "推流地址或推流码不对，请到中控台重新复制。"
    text_en = "Room code or stream key is wrong; copy both again from the desk."


class StreamKeyExpired(Refusal):
    """The key was right once."""

    code = "stream_key_expired"
    http_status = 403
    text_zh = "推流码已过期，请到中控台换一个新的。"
    text_en = "The stream key has expired; rotate it at the desk."


class StreamKeyWithdrawn(Refusal):
    """The key was rotated or revoked at the desk."""

    code = "stream_key_withdrawn"
    http_status = 403
    text_zh = "推流码已作废，请到中控台复制新的推流码。"
    text_en = "The stream key was revoked; copy the new one from the desk."


class AlreadyLive(Refusal):
    """Another encoder with another valid key is sending this room's picture."""

    code = "already_live"
    http_status = 409
    text_zh = "这个直播间已有另一台编码器在推流。"
    text_en = "Another encoder is already sending the picture of this room."


class CodecNotCarried(Refusal):
    """The encoder sends something other than H.264 and AAC."""

    code = "codec_not_carried"
    http_status = 415
    text_zh = "不支持 {codec}，请把编码器设为 H.264 画面和 AAC 声音。"
    text_en = "{codec} is not carried; set the encoder to H.264 video and AAC audio."


class PictureUnreadable(Refusal):
    """The encoder's own description of its picture cannot be read."""

    code = "picture_unreadable"
    http_status = 415
    text_zh = "无法读取编码器的画面参数，请检查编码器设置。"
    text_en = "The encoder's picture parameters cannot be read; check its settings."


class TooManyStreams(Refusal):
    """The machine carries no more pictures at once."""

    code = "too_many_streams"
    http_status = 503
    text_zh = "同时推流的直播间已达上限（{streams_max} 路）。"
    text_en = "The limit of {streams_max} simultaneous pictures is reached."


class PublishNotChecked(Refusal):
    """The key could not be checked in time; the encoder may try again."""

    code = "publish_not_checked"
    http_status = 503
    text_zh = "暂时无法核对推流码，请稍后重试。"
    text_en = "The stream key cannot be checked right now; try again shortly."


class NoPicture(Refusal):
    """No encoder is connected: the page shows its slate."""

    code = "no_picture"
    http_status = 404
    text_zh = "画面还没有开始。"
    text_en = "There is no picture at the moment."


class UnknownRoom(Refusal):
    """What was asked for cannot be a room code."""

    code = "unknown_room"
    http_status = 404
    text_zh = "没有这个直播间。"
    text_en = "There is no such room."


class NoSuchPicturePart(Refusal):
    """A segment that has left the window, or never was."""

    code = "no_such_picture_part"
    http_status = 404
    text_zh = "这段画面已不在播放窗口内。"
    text_en = "This piece of the picture is not in the window."


class PlaylistRequestWrong(Refusal):
    """A player asked for a piece that is too far ahead, or in words that are no numbers."""

    code = "playlist_request_wrong"
    http_status = 400
    text_zh = "播放列表请求参数不对。"
    text_en = "The playlist request is malformed or too far ahead."


class PlaylistLate(Refusal):
    """The piece waited for did not come in time; ask again."""

    code = "playlist_late"
    http_status = 503
    text_zh = "画面暂时没有更新，请重试。"
    text_en = "The picture has not moved on; ask again."
