"""What an organisation may add to the negative list, and which judgements are kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.base.inputs import check_whole, clean_text
from kaibo.catalog.errors import EntryEmpty, EntryKindUnknown, WordTooShort
from kaibo.catalog.rules.goods import NAME_CHARS_MAX, TITLE_CHARS_MAX
from kaibo.compliance.reads import Entry, plain_words
from kaibo.facts.catalog import GoodsStep

STEP_ZH: Final[dict[GoodsStep, str]] = {
    "written": "登记",
    "approved": "审核",
    "held": "占用库存",
    "shelved": "上架",
    "on_air": "播出中复核",
}
SUBJECT_ZH: Final = {"product": "商品", "offer": "链接"}
# Goods that were let through are kept where a card stands on it; refusals always.
KEPT_WHEN_FINE: Final[frozenset[GoodsStep]] = frozenset({"shelved", "on_air"})
# Facts of a card that say what goods are; usage and warnings name what they are not, too.
NAMING_FACTS: Final = ("material", "ingredients", "model")
ENTRIES_MAX: Final = 200
WORDS_MAX: Final = 50
WORD_CHARS_LEAST: Final = 2
WORD_CHARS_MAX: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """An entry as somebody writes it; ``id`` is "" for a new one.

    ``basis``: whose rule it is, in words, for it is none of the entries that cite the law.
    """

    kind: str
    title_zh: str
    title_en: str = ""
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    basis: str
    id: str = ""


def clean_own(
    entries: Sequence[OwnEntry], *, kinds: Collection[str], known: Collection[str], number: int
) -> list[Entry]:
    """The entries as they will be written; new ones get an id that no other ever had.

    Args:
        kinds: what an entry may be of.
        known: ids of the entries in force; an id that is none of them is a new entry.
        number: of the version that is made.

    Raises:
        EntryEmpty, EntryKindUnknown, WordTooShort, BadInput: it names the field.
    """
    check_whole("entries", len(entries), most=ENTRIES_MAX)
    cleaned: list[Entry] = []
    free = set(known)
    for place, one in enumerate(entries, 1):
        if one.kind not in kinds:
            raise EntryKindUnknown(field="kind")
        title = clean_text("title_zh", one.title_zh, chars_max=NAME_CHARS_MAX, required=True)
        entry = Entry(
            id=one.id if one.id in free else f"own.{number}.{place}",
            kind=one.kind,
            title_zh=title,
            title_en=clean_text("title_en", one.title_en, chars_max=NAME_CHARS_MAX) or title,
            categories=_words("categories", one.categories),
            words=_words("words", one.words),
            unless=_words("unless", one.unless),
            basis=clean_text("basis", one.basis, chars_max=TITLE_CHARS_MAX, required=True),
            chosen=True,
        )
        if not entry.categories and not entry.words:
            raise EntryEmpty(title=title)
        free.discard(entry.id)
        cleaned.append(entry)
    return cleaned


def _words(field: str, given: Sequence[str]) -> tuple[str, ...]:
    cleaned = [clean_text(field, word, chars_max=WORD_CHARS_MAX) for word in given]
    words = tuple(dict.fromkeys(word for word in cleaned if word))
    check_whole(field, len(words), most=WORDS_MAX)
    for word in words:
        if len(plain_words(word)) < WORD_CHARS_LEAST:
            raise WordTooShort(field=field, word=word, least=WORD_CHARS_LEAST)
    return words
