"""What a card must say for goods of a category, and what says nothing. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaibo.base.yamls import read_yaml
from kaibo.compliance.rules.negative import plain_category

# 见详情, 详见包装, 以实物为准, 咨询客服: words that send the buyer elsewhere.
_ELSEWHERE: Final = re.compile(
    r"请?(?:(?:详|参|请)?[见看阅]|参照|参考|咨询|联系|以|查看).{0,6}?"
    r"(?:详情|详情页|包装|外包装|说明|说明书|图片|主图|页面|实物|标签|吊牌|客服|下方|描述)"
    r"(?:页|图|为准|说明|内容)?"
    r"|(?:see|as per|refer to)\b.{0,20}"
)
_EDGES: Final = " \t\n。.,，、!！~～()（）[]【】"


@dataclass(frozen=True, slots=True)
class CardField:
    """Something a card says of its goods."""

    code: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class CardNeed:
    """Goods whose category holds a word of ``words`` and none of ``unless`` say these fields."""

    title_zh: str
    title_en: str
    words: tuple[str, ...]
    unless: tuple[str, ...]
    fields: tuple[CardField, ...]
    law: str
    article: str


@dataclass(frozen=True, slots=True)
class CardBook:
    """One version of the data."""

    version: str
    fields: dict[str, CardField]
    needs: tuple[CardNeed, ...]
    placeholders: frozenset[str]


def read_cards(source: str) -> CardBook:
    """The data as values; a field that is named and not told is a KeyError."""
    said = read_yaml(source)
    fields = {code: CardField(code, one["zh"], one["en"]) for code, one in said["fields"].items()}
    needs = tuple(
        CardNeed(
            title_zh=one["title"]["zh"],
            title_en=one["title"]["en"],
            words=tuple(one["words"]),
            unless=tuple(one.get("unless", ())),
            fields=tuple(fields[code] for code in one["fields"]),
            law=one["law"],
            article=one["article"],
        )
        for one in said["needs"]
    )
    placeholders = frozenset(map(str, said["placeholders"]))
    return CardBook(said["version"], fields, needs, placeholders)


def card_needs_of(book: CardBook, category: str) -> tuple[CardNeed, ...]:
    """What cards of a category must say; of an empty category, nothing of their own."""
    text = plain_category(category)
    return tuple(
        need
        for need in book.needs
        if any(word in text for word in need.words)
        and not any(word in text for word in need.unless)
    )


def says_nothing(book: CardBook, text: str) -> bool:
    """Whether a text is empty, a placeholder, or only sends the buyer elsewhere (LM-045)."""
    bare = unicodedata.normalize("NFKC", text).lower().strip(_EDGES)
    if not bare or bare in book.placeholders:
        return True
    return any(_ELSEWHERE.fullmatch(one) for one in (bare, "".join(bare.split())))


def fields_lacking(
    book: CardBook, category: str, facts: Mapping[str, str]
) -> tuple[CardField, ...]:
    """The fields that a card of this category must have and does not say."""
    wanted = dict.fromkeys(field for need in card_needs_of(book, category) for field in need.fields)
    return tuple(one for one in wanted if says_nothing(book, facts.get(one.code, "")))
