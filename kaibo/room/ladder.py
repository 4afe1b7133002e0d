"""What the screens are told when a room moves on the ladder. Pure."""

from typing import Final, cast

from kaibo.facts.compliance import LiftAsked, LiftRefused, RungChanged
from kaibo.room import wire
from kaibo.room.shown import Rung

_WORDS: Final = {
    "clear": "已恢复正常",
    "record": "记录：有违规命中已记录",
    "popup": "提示：主播表述需核实",
    "warning": "违规警示：请立即更正",
    "limit": "已限制：新观众限额，抽奖、红包、秒杀停用",
    "pause": "已暂停：停止售卖与观众发言",
    "stop": "已停播：本场结束",
}
Events = tuple[wire.Event, ...]


def ladder_events(fact: RungChanged | LiftAsked | LiftRefused) -> tuple[Events, Events]:
    """Where the room stands now, for everybody; and what it means, for staff."""
    match fact:
        case RungChanged(rung=rung, score=score, viewers_max=viewers_max):
            event = wire.RungEvent(rung=cast(Rung, rung), viewers_max=viewers_max)
            return (event,), (_alert(f"{_WORDS[rung]}（风险 {score} 分）"),)
        case LiftAsked():
            return (), (_alert("有人申请解除暂停，等待另一位同事确认"),)
        case LiftRefused():
            return (), (_alert("解除暂停的申请未获确认，直播间继续暂停"),)


def _alert(text: str) -> wire.AlertEvent:
    return wire.AlertEvent(code="risk", text=text)
