"""Checks of published rules, contracts, and AI-made people."""

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


def check_ai_people(
    names: Sequence[str], faults: Sequence[tuple[str, str]], *, where: str
) -> Check:
    """Every AI person is assessed, and each likeness and voice has a consent (LM-088, LM-089).

    Args:
        names: of the AI people of the show.
        faults: names with what each lacks until the planned end.
    """
    if not names:
        return fine("ai_people", Said("本场没有 AI 人物", "none in this show"), where=where)
    told = {
        "assessment_missing": Said("缺安全评估编号", "no safety assessment"),
        "assessment_over": Said("安全评估已到期", "its safety assessment is over"),
        "face_consent": Said("缺有效的肖像授权", "no consent for the face holds"),
        "voice_consent": Said("缺有效的声音授权", "no consent for the voice holds"),
    }
    if faults:
        detail = listed(
            Said(f"{name} {told[fault].zh}", f"{name}: {told[fault].en}") for name, fault in faults
        )
        do = Said(
            "登记评估编号；肖像与声音分别登记书面授权",
            "record the assessment, and a written consent for face and voice each",
        )
        return made("ai_people", "red", detail, do=do, where="/desk/hosts/ai")
    return fine("ai_people", Said("、".join(names), ", ".join(names)), where=where)


def check_ai_duty(names: Sequence[str], duty: str, label: str | None, *, where: str) -> Check:
    """A named officer is on duty and sees the label on the viewers' page (LM-083, LM-088)."""
    if not names:
        return fine("ai_duty", Said("不需要", "not needed"), where=where)
    do = Said(
        "在 AI 人物页接班，并让画面上的标识保持可见",
        "go on duty on the show's page of AI people, with the label in sight",
    )
    if duty != "on":
        detail = Said("无人值守", "nobody is on duty")
        return made("ai_duty", "red", detail, do=do, where=where)
    if label != "on":
        detail = Said("观众页面上看不到标识", "the label is not seen on the viewers' page")
        return made("ai_duty", "red", detail, do=do, where=where)
    return fine("ai_duty", Said("有人值守，标识可见", "on duty, label seen"), where=where)


def check_contracts(found: Sequence[tuple[str, str, Sequence[str]]], *, where: str) -> Check:
    """A written contract with all three duties covers each agency whose people appear (LM-024).

    Args:
        found: name of an agency, what is on file with it, and the duties that are left out.
    """
    if not found:
        return fine("contracts", Said("不需要", "none needed"), where=where)
    told = {
        "security": Said("人员与内容管理", "safety of people and content"),
        "quality": Said("质量审核", "quality checks"),
        "consumer": Said("消费者保护", "consumer protection"),
    }
    wrong = []
    for name, standing, lacking in found:
        if standing == "none":
            wrong.append(Said(f"与 {name} 没有有效合同", f"no contract with {name} holds"))
        elif standing == "clauses":
            zh = "、".join(told[one].zh for one in lacking)
            en = ", ".join(told[one].en for one in lacking)
            wrong.append(Said(f"与 {name} 的合同缺：{zh}", f"the one with {name} lacks: {en}"))
    if not wrong:
        names = listed(Said(name, name) for name, _, _ in found)
        return fine("contracts", names, where=where)
    do = Said(
        "在合同页登记含三项义务的书面合同",
        "put a written contract with all three duties on file",
    )
    return made("contracts", "red", listed(wrong), do=do, where=where)
