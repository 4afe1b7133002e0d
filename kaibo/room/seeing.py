"""What the desk is told of what was seen in the picture. Pure."""

from kaibo.facts import media
from kaibo.facts.base import Fact
from kaibo.room import wire

_TROUBLES = {
    "black": ("画面黑屏，请检查摄像机与编码器", "The picture is black; check camera and encoder"),
    "frozen": ("画面静止不动，请检查编码器", "The picture stands still; check the encoder"),
    "silent": ("没有声音，请检查话筒与混音", "There is no sound; check microphone and mixer"),
    "unwatched": (
        "画面巡查已中断，请人工看守画面",
        "Nothing looks at the picture now; somebody has to watch it",
    ),
}
_MENDED = {
    "black": ("画面黑屏已恢复", "The picture is no longer black"),
    "frozen": ("画面已恢复活动", "The picture moves again"),
    "silent": ("声音已恢复", "There is sound again"),
    "unwatched": ("画面巡查已恢复", "The picture is looked at again"),
}


def sight_events(fact: Fact) -> tuple[wire.Event, ...]:
    """What the desk has to look at; viewers hear nothing of it."""
    match fact:
        case media.CodeSeen(is_own=False):
            code = "qr"
            zh = "画面中出现非本店二维码，请立即移出画面"
            en = "A QR code that is not the shop's is in the picture; take it out at once"
        case media.TextSeen(on_air=True):
            code = "words"
            zh = "画面文字触及规则，请立即更正"
            en = "Words in the picture touch a rule; put them right at once"
        case media.PictureTroubled(kind=kind):
            code = "picture"
            zh, en = _TROUBLES[kind]
        case media.PictureMended(kind=kind, with_stream=False):
            code = "picture"
            zh, en = _MENDED[kind]
        case _:
            return ()
    return (wire.AlertEvent(code=code, text=zh, text_en=en),)
