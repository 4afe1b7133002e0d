"""Each check of the people who appear: named one by one, with what to do."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.preflight.rules.checks import Check, Said, State, fine, listed, made

# Whether an agreement has to be there at all: its parties are platform and room operator, agency
# and host. A merchant with rooms of its own has nobody to sign with but its employees.
NEEDS_AGREEMENT: Final[dict[str, State]] = {
    "platform": "red",
    "agency": "red",
    "private_domain": "amber",
    "merchant": "green",
    "": "amber",
}


# Whether a file of the room operator has to be there: the platform keeps it (art. 8), and in part
# who gives part of a platform's service (art. 24). A file that is there is held by everybody.
NEEDS_OPERATOR: Final[dict[str, State]] = {
    "platform": "red",
    "private_domain": "red",
    "agency": "green",
    "merchant": "green",
    "": "amber",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the checks know of somebody who appears."""

    name: str
    identity: str
    through: dt.date | None
    age: str
    affiliation: str
    entity: str
    agreement: str
    training: str
    trained_through: dt.date | None
    checked: str


def check_operator_file(
    state: str,
    *,
    kind: str,
    through: dt.date | None,
    licence_ends_on: dt.date | None,
    where: str,
) -> Check:
    """Who runs the room is known, verified within six months, the licence in force (LM-001).

    Args:
        kind: what the organisation says it is; empty before it answered.
    """
    until, ends = str(through or ""), str(licence_ends_on or "")
    told: dict[str, tuple[State, Said]] = {
        "missing": (NEEDS_OPERATOR[kind], Said("尚未登记", "not on file")),
        "unverified": ("red", Said("尚未核验", "not verified")),
        "valid": ("green", Said(f"已核验，有效期至 {until}", f"verified until {until}")),
        "due": ("amber", Said(f"核验将于 {until} 到期", f"verification runs out on {until}")),
        "expired": ("red", Said(f"核验已于 {until} 到期", f"verification ran out on {until}")),
        "licence_due": ("amber", Said(f"证照将于 {ends} 到期", f"licence ends on {ends}")),
        "licence_expired": ("red", Said(f"证照已于 {ends} 到期", f"licence ended on {ends}")),
    }
    worst, detail = told[state]
    do = Said("在运营者页更新证照并重新核验", "renew and verify the file on the operator page")
    return made("operator_file", worst, detail, do=do, where=where)


def check_host_identity(people: Sequence[Person], *, where: str) -> Check:
    """Everybody's identity was verified within six months (LM-001, LM-002, R-120)."""
    do = Said("在人员页核对证件并重新核验", "verify the document again on the people page")
    states: dict[str, State] = {"valid": "green", "due": "amber"}
    return _by_state(
        "host_identity",
        [(states.get(one.identity, "red"), _identity_said(one)) for one in people],
        do=do,
        where=where,
    )


def check_host_age(people: Sequence[Person], *, where: str) -> Check:
    """Everybody is 16 or over, and at 16 or 17 the guardian agreed (LM-007, R-119)."""
    told: dict[str, tuple[State, Said]] = {
        "adult": ("green", Said("已满 18 周岁", "of age")),
        "with_guardian": ("amber", Said("为 16–17 周岁，监护人已同意", "16 or 17, with consent")),
        "needs_guardian": ("red", Said("为 16–17 周岁，缺监护人同意", "16 or 17, no consent")),
        "too_young": ("red", Said("未达到出镜年龄", "too young to appear")),
        "unknown": ("red", Said("的年龄未知", "age not known")),
    }
    do = Said(
        "登记证件号码，或上传监护人书面同意，或更换人员；未成年人出镜须安排好时段与内容",
        "enter the number, record the guardian's consent, or let somebody else appear; "
        "mind the rules for minors at work",
    )
    found = [(told[one.age][0], _of(one, told[one.age][1])) for one in people]
    return _by_state("host_age", found, do=do, where=where)


def check_host_affiliation(people: Sequence[Person], *, where: str) -> Check:
    """It is proved where everybody belongs (LM-005)."""
    wrong = Said("没有有效的归属证明", "no proof of affiliation holds today")
    right = Said("归属已证明", "affiliation proved")
    do = Said("在人员页登记合同或任职证明", "record the contract or employment on the people page")
    found: list[tuple[State, Said]] = [
        ("green", _of(one, right)) if one.affiliation else ("red", _of(one, wrong))
        for one in people
    ]
    return _by_state("host_affiliation", found, do=do, where=where)


def check_host_entity(people: Sequence[Person], *, where: str) -> Check:
    """Somebody answers for what everybody says (直播电商监督管理办法 art. 63; LM-020)."""
    do = Said(
        "在人员页登记归属，并写明由谁对其言行负责",
        "record on the people page who answers for what they say",
    )
    found: list[tuple[State, Said]] = [
        ("green", Said(f"{one.name}：{one.entity}", f"{one.name}: {one.entity}"))
        if one.entity
        else ("red", _of(one, Said("没有责任主体", "nobody answers for them")))
        for one in people
    ]
    return _by_state("host_entity", found, do=do, where=where)


def check_host_agreement(people: Sequence[Person], *, kind: str, where: str) -> Check:
    """The agreement in force is signed by everybody (LM-013).

    Args:
        kind: what the organisation says it is; empty before it answered.
    """
    if any(one.agreement == "none" for one in people):
        state = NEEDS_AGREEMENT[kind]
        none = Said("还没有发布协议", "no agreement is published yet")
        do = Said("在人员页发布协议并登记签署", "publish one on the people page, have it signed")
        return made("host_agreement", state, none, do=do, where=where)
    told: dict[str, tuple[State, Said]] = {
        "signed": ("green", Said("已签署", "signed")),
        "grace": ("amber", Said("尚未签署新版协议，宽限期内", "new edition unsigned, in grace")),
        "unsigned": ("red", Said("未签署现行协议", "has not signed the agreement in force")),
    }
    do = Said("在人员页登记签署", "record the signature on the people page")
    found = [(told[one.agreement][0], _of(one, told[one.agreement][1])) for one in people]
    return _by_state("host_agreement", found, do=do, where=where)


def check_host_training(people: Sequence[Person], *, where: str) -> Check:
    """Everybody passed the mandatory course, and not too long ago (LM-018)."""
    if any(one.training == "none" for one in people):
        none = Said("还没有发布必修课程", "no mandatory course is published yet")
        do = Said("在人员页发布课程并登记成绩", "publish one on the people page, record results")
        return made("host_training", "amber", none, do=do, where=where)
    do = Said("完成必修课程并在人员页登记成绩", "pass the course, record it on the people page")
    found: list[tuple[State, Said]] = []
    for one in people:
        day = str(one.trained_through or "")
        told: dict[str, tuple[State, Said]] = {
            "trained": ("green", Said(f"培训有效期至 {day}", f"trained until {day}")),
            "due": ("amber", Said(f"培训将于 {day} 到期", f"training runs out on {day}")),
            "expired": ("red", Said(f"培训已于 {day} 到期", f"training ran out on {day}")),
            "untrained": ("red", Said("未通过现行必修课程", "has not passed the course in force")),
        }
        found.append((told[one.training][0], _of(one, told[one.training][1])))
    return _by_state("host_training", found, do=do, where=where)


def check_roster_sent(state: str, *, count: int, where: str) -> Check:
    """Who appears is who was sent to the platform (直播电商监督管理办法 art. 28; LM-004)."""
    if state == "sent":
        return fine("roster_sent", Said(f"已报送 {count} 人", f"{count} sent"), where=where)
    details = {
        "unsent": Said("名单尚未报送", "the roster was not sent yet"),
        "stale": Said("报送后名单有变", "the roster changed after it was sent"),
    }
    do = Said("核对名单后报送平台并登记回执", "send it to the platform and record the receipt")
    return made("roster_sent", "red", details[state], do=do, where=where)


def check_presence(people: Sequence[Person], *, where: str) -> Check:
    """Everybody was compared with their photograph for this show (LM-003, R-121)."""
    told: dict[str, tuple[State, Said]] = {
        "match": ("green", Said("核验一致", "checked, the same person")),
        "missing": ("red", Said("尚未核验", "not checked yet")),
        "mismatch": ("red", Said("核验不一致，不得出镜", "is not the person on file")),
        "unavailable": ("red", Said("核验服务没有回答", "the service did not answer")),
        "old": ("red", Said("核验已过时", "was checked too long ago")),
        "portrait_changed": ("red", Said("核验后换过留存照片", "photograph changed since")),
    }
    do = Said(
        "由另一位同事现场拍照并与留存照片核对；不一致的人换下",
        "let a colleague take a photograph now and compare; whoever is somebody else stays off",
    )
    found = [(told[one.checked][0], _of(one, told[one.checked][1])) for one in people]
    return _by_state("presence", found, do=do, where=where)


def _identity_said(one: Person) -> Said:
    until = one.through.isoformat() if one.through else ""
    told = {
        "missing": Said("尚未完成实名核验", "has not been verified"),
        "refused": Said("核验未通过：证件与登记不符", "was refused: the document does not match"),
        "expired": Said(f"的实名核验已于 {until} 到期", f"verification ran out on {until}"),
        "due": Said(f"的实名核验将于 {until} 到期", f"verification runs out on {until}"),
        "valid": Said(f"已核验，有效期至 {until}", f"verified until {until}"),
    }
    return _of(one, told[one.identity])


def _of(one: Person, said: Said) -> Said:
    return Said(f"{one.name} {said.zh}", f"{one.name}: {said.en}")


def _by_state(code: str, found: Iterable[tuple[State, Said]], *, do: Said, where: str) -> Check:
    """The worst state there is, and everybody of whom it is true."""
    judged = list(found)
    states = {state for state, _ in judged}
    worst: State = "red" if "red" in states else "amber" if "amber" in states else "green"
    detail = listed(said for state, said in judged if state == worst)
    return made(code, worst, detail, do=do, where=where)
