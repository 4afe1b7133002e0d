"""Which duties bind an organisation, by its answers to a few questions. No legal advice. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.compliance.errors import AnswersContradict, AnswersIncomplete
from kaibo.compliance.rules.controls import Control
from kaibo.compliance.rules.parts import SUBJECTS

Kind = Literal["platform", "merchant", "agency", "private_domain"]
KINDS: Final[dict[Kind, tuple[str, str]]] = {
    "platform": ("平台", "Platform"),
    "merchant": ("商家自播", "Merchant with rooms of its own"),
    "agency": ("主播服务机构", "Agency"),
    "private_domain": ("私域", "Private domain"),
}
# Each question with the reason for asking it, zh and en.
QUESTIONS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "others_sell": (
        ("是否有其他商家在这里开播或销售？", "Do other sellers broadcast or sell here?"),
        (
            "为交易双方提供网络经营场所、交易撮合、信息发布的是平台（直播电商监督管理办法第二条）",
            "Who gives others a place to trade is a platform (art. 2)",
        ),
    ),
    "own_rooms": (
        ("是否自己开设或实际运营直播间？", "Do you open rooms, or run rooms of others?"),
        (
            "开设或实际运营直播间的是直播间运营者（第二条）",
            "Who opens or runs a room is a room operator (art. 2)",
        ),
    ),
    "own_goods": (
        (
            "商品或服务是否由您自己销售、收款、开票？",
            "Are the goods sold and invoiced by yourself?",
        ),
        ("这样您就是实际经营者（第二十六条）", "Then you are the seller (art. 26)"),
    ),
    "hosts_for_others": (
        (
            "是否为主播提供经纪、培训，或为他人直播间提供主播、选品？",
            "Do you manage or train hosts, or provide hosts or goods for rooms of others?",
        ),
        (
            "这样您就是直播营销人员服务机构（第二条、第四章）",
            "Then you are an agency (art. 2, chapter IV)",
        ),
    ),
    "closed_rooms": (
        (
            "是否为他人提供仅限群、小程序或受邀者观看的直播（私域）？",
            "Do you give others closed rooms: for groups, mini programs, invited people?",
        ),
        (
            "按所提供的服务承担平台的部分义务（第二十四条）",
            "A part of a platform's duties follows from the service given (art. 24)",
        ),
    ),
    "sells_food": (
        ("是否销售食品？", "Is food sold?"),
        ("食品另有规定（食品安全法）", "Food has rules of its own"),
    ),
    "shows_ai": (
        ("是否使用人工智能生成的人物图像或视频？", "Are people made by AI shown?"),
        ("须标识并持续提示（第三十七条）", "They are labelled all the time (art. 37)"),
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the answers make of an organisation.

    ``roles``: in the words of ``SUBJECTS``; ``is_partly_platform``: bears the shared part of a
    platform's duties; ``topics``: of ``controls.ONLY``.
    """

    kind: Kind
    roles: frozenset[str]
    is_partly_platform: bool
    topics: frozenset[str]


def check_answers(answers: Mapping[str, bool]) -> dict[str, bool]:
    """The answers in the order of the questions.

    Raises:
        AnswersIncomplete: one is missing. AnswersContradict: they name no business at all.
    """
    missing = [name for name in QUESTIONS if name not in answers]
    if missing:
        raise AnswersIncomplete(missing=", ".join(missing))
    kept = {name: answers[name] for name in QUESTIONS}
    does = ("others_sell", "own_rooms", "own_goods", "hosts_for_others", "closed_rooms")
    if not any(kept[name] for name in does):
        raise AnswersContradict()
    return kept


def standing(answers: Mapping[str, bool]) -> Standing:
    """What an organisation is, by all its answers."""
    roles = {
        role
        for role, is_held in (
            ("platform", answers["others_sell"]),
            ("operator", answers["own_rooms"]),
            ("host", answers["own_rooms"] or answers["hosts_for_others"]),
            ("agency", answers["hosts_for_others"]),
            ("seller", answers["own_goods"]),
        )
        if is_held
    }
    kind: Kind = "merchant"
    if answers["others_sell"]:
        kind = "platform"
    elif answers["closed_rooms"]:
        kind = "private_domain"
    elif answers["hosts_for_others"] and not answers["own_goods"]:
        kind = "agency"
    topics = {
        topic
        for topic, is_so in (("food", answers["sells_food"]), ("ai", answers["shows_ai"]))
        if is_so
    }
    partly = answers["closed_rooms"] and not answers["others_sell"]
    return Standing(kind, frozenset(roles), partly, frozenset(topics))


def why_not(control: Control, profile: Standing | None) -> tuple[str, str] | None:
    """Why a control does not bind, zh and en; None if it does. Without answers all bind."""
    if profile is None:
        return None
    if control.only == "food" and "food" not in profile.topics:
        return "本机构不销售食品", "no food is sold here"
    if control.only == "ai" and "ai" not in profile.topics:
        return "本机构不使用人工智能生成的人物", "no people made by AI are shown here"
    is_bound = bool(profile.roles & set(control.bound))
    if is_bound or (profile.is_partly_platform and control.shared and "platform" in control.bound):
        return None
    names = [SUBJECTS[one] for one in control.bound]
    zh = "、".join(name[0] for name in names)
    en = ", ".join(name[1].lower() for name in names)
    return f"只约束{zh}，本机构不是", f"binds a {en} only, which this organisation is not"
