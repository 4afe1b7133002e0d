"""Checks of what an organisation has published and taken note of."""

from collections.abc import Sequence
from typing import Final

from kaibo.preflight.rules.checks import Check, Said, State, fine, listed, made

# Whether rules have to be published at all: the platform does it (直播电商监督管理办法 art. 7), and
# in part who gives part of a platform's service (art. 24). Rules in force are noted by everybody.
NEEDS_RULES: Final[dict[str, State]] = {
    "platform": "red",
    "private_domain": "red",
    "agency": "green",
    "merchant": "green",
    "": "amber",
}


def check_house_rules(
    standing: str, *, kind: str, unread: Sequence[str], announced: Sequence[str], where: str
) -> Check:
    """The room operator took note of the rules in force, and of those announced (LM-014).

    Args:
        standing: of ``agreements.reads.rules_standing``.
        kind: what the organisation says it is; empty before it answered.
        unread, announced: titles in force, or announced, of which no note was taken.
    """
    if standing == "unread":
        detail = listed(Said(f"未确认 {one}", f"{one} not acknowledged") for one in unread)
        do = Said("阅读现行规则并确认", "read the rules in force and acknowledge them")
        return made("house_rules", "red", detail, do=do, where=where)
    if standing == "none":
        none = Said("营销规则或负面目录尚未公布", "rules or negative list not published yet")
        do = Said("在平台规则页公布", "publish them on the page of rules")
        return made("house_rules", NEEDS_RULES[kind], none, do=do, where=where)
    if standing == "announced":
        detail = listed(
            Said(f"{one} 公示中，尚未确认", f"{one} is announced, not acknowledged")
            for one in announced
        )
        do = Said("在生效前阅读并确认", "read and acknowledge it before it takes effect")
        return made("house_rules", "amber", detail, do=do, where=where)
    return fine("house_rules", Said("已确认现行规则", "acknowledged"), where=where)
