"""Controls: what the product does for each duty, declared once and held against the code.

One entry for each row of the law (``LM-…``), in ``kaibo/compliance/controls``. What an entry says
of its state is judged by tests: nothing is called enforced, warned or recorded without code that
does it and a test that proves the row.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from kaibo.base.yamls import read_yaml
from kaibo.compliance.rules.hits import Citation
from kaibo.compliance.rules.parts import GROUPS, SUBJECTS, BadPack, Message

BuiltState = Literal["enforced", "warned", "recorded", "planned"]
STATES: Final[tuple[BuiltState, ...]] = ("enforced", "warned", "recorded", "planned")
ACTIONS: Final[dict[str, tuple[str, str]]] = {
    "block": ("拒绝", "refused"),
    "pause": ("暂停", "paused"),
    "limit": ("限制", "limited"),
    "hide": ("隐藏", "hidden"),
    "warn": ("提醒", "warned"),
    "notice": ("提示观众", "told to viewers"),
    "review": ("人工复核", "reviewed"),
    "report": ("报送", "reported"),
    "record": ("留存", "recorded"),
}
# What is kept of a control, zh and en.
KEPT: Final[dict[str, tuple[str, str]]] = {
    "file": ("证照、身份与核验记录", "papers, identity and the record of checking them"),
    "receipt": ("报送文件与回执", "what was sent and its receipt"),
    "case": ("事实、依据、决定与往来", "facts, grounds, decision and letters"),
    "versions": ("全部历史版本与改动", "every version and change"),
    "training": ("培训与成绩", "training and its results"),
    "staffing": ("值守与责任记录", "who was on duty and answers for it"),
    "snapshot": ("当时的页面与数据快照", "page and data as they were"),
    "words": (
        "命中的原文、位置、规则版本与处理结果",
        "the text, the place in it, the rule's version and what was done",
    ),
    "consent": ("同意、告知与操作记录", "consents, notices and who did what"),
    "price": ("成交、划线价与优惠依据", "deals, compared prices and promotions behind a price"),
    "order": ("订单、沟通与决定", "orders, what was said and decided"),
}
# Businesses that only some organisations have.
ONLY: Final = ("food", "ai")

_KEYS: Final = {
    "row", "title", "law", "article", "item", "also", "bound", "state", "action", "check",
    "families", "signals", "kept", "retention", "only", "shared", "note",
}  # fmt: skip
_ROW: Final = re.compile(r"LM-\d{3}")
_RETENTION: Final = re.compile(r"R([1-9]\d?[TLXP]?|6M|60D)")


@dataclass(frozen=True, slots=True)
class Control:
    """What is done for one duty.

    Attributes:
        row: of ``docs/rows/law.yaml``.
        bound: who bears the duty, in the words of ``parts.SUBJECTS``.
        state: how far it is built.
        check: the dotted name of the code that acts; empty while planned.
        families: families of rules whose findings are this control at work.
        signals: codes of refusals that are this control at work; ``check:…`` is one of the gate.
        kept, retention: evidence, and for how long at least.
        only: ``food`` or ``ai``: binds those alone who sell food, or show AI-made people.
        shared: also binds who gives part of a platform's service, such as a closed room of others
            (直播电商监督管理办法 art. 24).
        note: what is not built yet, or where it does not reach.
    """

    row: str
    group: str
    version: str
    starts_on: dt.date
    title: Message
    citation: Citation
    also: tuple[Citation, ...]
    bound: tuple[str, ...]
    state: BuiltState
    action: str
    check: str
    families: tuple[str, ...]
    signals: tuple[str, ...]
    kept: str
    retention: str
    only: str
    shared: bool
    note: Message | None


def load_controls(name: str, source: str) -> list[Control]:
    """Read one file of controls.

    Raises:
        BadPack: lists everything wrong with it.
    """
    data = read_yaml(source)
    problems = [
        f"{name}: {entry.get('row')}: {problem}"
        for entry in data["controls"]
        for problem in _problems(entry)
    ]
    if data["group"] not in GROUPS:
        problems.append(f"{name}: group {data['group']!r} is unknown")
    if problems:
        raise BadPack(problems)
    return [_control(entry, data) for entry in data["controls"]]


def _problems(entry: Mapping[str, Any]) -> list[str]:
    found = [f"unknown key {key!r}" for key in sorted(set(entry) - _KEYS)]
    if not _ROW.fullmatch(str(entry.get("row"))):
        found.append("row must read like LM-001")
    for key, known in (
        ("state", STATES),
        ("action", tuple(ACTIONS)),
        ("kept", tuple(KEPT)),
    ):
        if entry.get(key) not in known:
            found.append(f"{key} {entry.get(key)!r} is none of {', '.join(known)}")
    if entry.get("only", "food") not in ONLY:
        found.append(f"only {entry['only']!r} is none of {', '.join(ONLY)}")
    if not entry.get("bound") or set(entry["bound"]) - set(SUBJECTS):
        found.append(f"bound must name some of {', '.join(SUBJECTS)}")
    if not _RETENTION.fullmatch(str(entry.get("retention"))):
        found.append(f"retention {entry.get('retention')!r} must read like R3L")
    is_planned = entry.get("state") == "planned"
    if is_planned == bool(entry.get("check")):
        found.append("a planned control has no check, every other has one")
    return found


def _control(entry: Mapping[str, Any], shared: Mapping[str, Any]) -> Control:
    note = entry.get("note")
    return Control(
        row=entry["row"],
        group=shared["group"],
        version=shared["version"],
        starts_on=shared["from"],
        title=Message(**entry["title"]),
        citation=Citation(entry["law"], entry["article"], entry.get("item", "")),
        also=tuple(Citation(one["law"], one["article"]) for one in entry.get("also", [])),
        bound=tuple(entry["bound"]),
        state=entry["state"],
        action=entry["action"],
        check=entry.get("check", ""),
        families=tuple(entry.get("families", [])),
        signals=tuple(entry.get("signals", [])),
        kept=entry["kept"],
        retention=entry["retention"],
        only=entry.get("only", ""),
        shared=bool(entry.get("shared", False)),
        note=Message(**note) if note else None,
    )
