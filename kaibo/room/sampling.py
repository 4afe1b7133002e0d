"""Which lines of chat are shown when more is said than anybody can read. Pure."""

import re
from collections.abc import Iterable

from kaibo.room.shown import ChatLine

# Somebody wants to know something: 有货吗, 怎么买, 多少钱, 几号链接, how much?
_QUESTION = re.compile(
    r"[?？吗嘛呢]|怎么|怎样|如何|多少|什么|为啥|哪|几[个件天号点码]|多久|能不能|是不是"
)
RANKS = 3


def rank(line: ChatLine) -> int:
    """How soon a line may be left out: 2 first, then 1 (questions, orders), 0 never.

    0 is what the host and the staff say. A viewer's own line is on their page by its answer.
    """
    if line.kind in ("host", "staff"):
        return 0
    return 1 if line.kind == "order" or _QUESTION.search(line.text) else 2


def thin(waiting: Iterable[ChatLine], *, most: int) -> list[ChatLine]:
    """At most ``most`` lines in their order; of equal rank the newest stay, rank 0 always.

    Cost grows with the lines, not with what is left out.
    """
    lines = list(waiting)
    if len(lines) <= most:
        return lines
    ranks = [rank(line) for line in lines]
    kept: set[int] = set()
    for wanted in range(RANKS):
        places = [place for place, found in enumerate(ranks) if found == wanted]
        room = len(places) if wanted == 0 else max(0, most - len(kept))
        kept.update(places[len(places) - min(room, len(places)) :])
    return [line for place, line in enumerate(lines) if place in kept]
