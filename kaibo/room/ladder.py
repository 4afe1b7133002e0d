"""What the screens are told when a room moves on the ladder. Pure."""

from typing import Final, cast

from kaibo.facts.compliance import LiftAsked, LiftRefused, RungChanged
from kaibo.room import wire
from kaibo.room.shown import Rung

_WORDS: Final = {
    "clear": ("已恢复正常", "All clear again"),
    "record": ("记录：有违规命中已记录", "Recorded: a rule was broken"),
    "popup": ("提示：主播表述需核实", "A note: check what was said"),
    "warning": ("违规警示：请立即更正", "A warning: correct it at once"),
    "limit": (
        "已限制：新观众限额，抽奖、红包、秒杀停用",
        "Limited: newcomers are capped; no draws, red packets or flash sales",
    ),
    "pause": ("已暂停：停止售卖与观众发言", "Paused: nothing is sold, viewers cannot write"),
    "stop": ("已停播：本场结束", "Stopped: the show is over"),
}
Events = tuple[wire.Event, ...]


def ladder_events(fact: RungChanged | LiftAsked | LiftRefused) -> tuple[Events, Events]:
    """Where the room stands now, for everybody; and what it means, for staff."""
    match fact:
        case RungChanged(rung=rung, score=score, viewers_max=viewers_max):
            event = wire.RungEvent(rung=cast(Rung, rung), viewers_max=viewers_max)
            zh, en = _WORDS[rung]
            return (event,), (_alert(f"{zh}（风险 {score} 分）", f"{en} (risk {score})"),)
        case LiftAsked():
            zh, en = "有人申请解除暂停，等待另一位同事确认", "A colleague has to agree to go on"
            return (), (_alert(zh, en),)
        case LiftRefused():
            zh, en = "解除暂停的申请未获确认，直播间继续暂停", "The room stays paused"
            return (), (_alert(zh, en),)


def _alert(zh: str, en: str) -> wire.AlertEvent:
    return wire.AlertEvent(code="risk", text=zh, text_en=en)
