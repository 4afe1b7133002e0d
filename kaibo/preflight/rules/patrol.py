"""What patrol asks of a show that wants to open. Pure."""

from collections.abc import Sequence
from typing import Final

from kaibo.preflight.rules.checks import Check, Said, State, fine, made

_WHYS: Final = {
    "large": Said("规模大", "large"),
    "low": Said("合规等级低", "low grade"),
    "named": Said("人工指定", "named by a person"),
}


def check_moderators(rooms: int, *, moderators: int, per_moderator: int, where: str) -> Check:
    """Enough people are on duty for the rooms, this one included (LM-019, R-113).

    Args:
        rooms: 0 where the organisation is not asked.
    """
    if not rooms:
        return fine("moderators", Said("本机构不要求", "not asked of you"), where=where)
    detail = Said(
        f"在岗 {moderators} 人，直播间 {rooms} 个，每人最多 {per_moderator} 个",
        f"{moderators} on duty for {rooms} rooms, {per_moderator} each at most",
    )
    state: State = "green" if rooms <= moderators * per_moderator else "red"
    do = Said("让更多审核员在巡查墙上岗", "have more moderators on duty at the patrol wall")
    return made("moderators", state, detail, do=do, where=where)


def check_patroller(key_whys: Sequence[str], *, name: str, is_patrolled: bool, where: str) -> Check:
    """A key room has its named patroller, who is on duty (LM-052, R-131)."""
    if not key_whys:
        return fine("patroller", Said("不是重点直播间", "not a key room"), where=where)
    why = Said(
        "、".join(_WHYS[one].zh for one in key_whys),
        ", ".join(_WHYS[one].en for one in key_whys),
    )
    if is_patrolled:
        return fine("patroller", Said(f"{name} 在岗", f"{name} is on duty"), where=where)
    who = (
        Said(f"{name} 不在岗", f"{name} is not on duty") if name else Said("未指定", "nobody named")
    )
    detail = Said(f"重点直播间（{why.zh}）：{who.zh}", f"a key room ({why.en}): {who.en}")
    do = Said("在巡查墙指定巡查员并由其上岗", "name a patroller at the patrol wall, on duty")
    return made("patroller", "red", detail, do=do, where=where)
