"""The negative list: goods that do not come on a card, and how goods are held against it. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from kaibo.base.text import simplified, v0, v1
from kaibo.base.yamls import read_yaml

Place = Literal["category", "title", "attribute"]

_LEVELS: Final = re.compile("[/／>＞|｜、,，]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Goods that are meant by a word of their category, or by a word anywhere.

    ``unless``: taken out of a text before it is searched. ``outside``: categories never meant.
    ``chosen``: not named by a law; ``basis`` then says whose choice it is.
    """

    id: str
    kind: str
    title_zh: str
    title_en: str
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    law: str = ""
    article: str = ""
    basis: str = ""
    note_zh: str = ""
    note_en: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """Why goods stand on the list."""

    id: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class NegativeList:
    """One version of the list."""

    version: str
    kinds: dict[str, Kind]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is held against the list; ``attributes`` are brand and specifications."""

    category: str
    titles: tuple[str, ...]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Banned:
    """The entry that goods meet, the word, and where it stood."""

    entry: Entry
    matched: str
    place: Place


def read_negative(source: str) -> NegativeList:
    """The list as it ships; an entry of a kind that is not told is a KeyError."""
    said = read_yaml(source)
    kinds = {id: Kind(id, one["zh"], one["en"]) for id, one in said["kinds"].items()}
    entries = tuple(_entry(one) for one in said["entries"])
    for entry in entries:
        kinds[entry.kind]
    return NegativeList(said["version"], kinds, entries)


def with_own(shipped: NegativeList, own: Sequence[Entry], *, number: int) -> NegativeList:
    """The list with what an organisation added; nothing that ships can be taken away.

    >>> with_own(NegativeList("2026.1", {}, ()), (), number=3).version
    '2026.1+3'
    """
    return NegativeList(f"{shipped.version}+{number}", shipped.kinds, shipped.entries + tuple(own))


def banned_by(found: NegativeList, goods: Goods) -> Banned | None:
    """The first entry that goods meet, in the order of the list; None where there is none."""
    category = plain_category(goods.category)
    places: list[tuple[Place, str]] = [("category", category)]
    places += [("title", plain_words(text)) for text in goods.titles if text]
    places += [("attribute", plain_words(text)) for text in goods.attributes if text]
    hits = (_hit(entry, category, places) for entry in found.entries)
    return next((hit for hit in hits if hit is not None), None)


@lru_cache(maxsize=4096)
def plain_category(category: str) -> str:
    """A category as it is searched, its levels apart.

    >>> plain_category("數碼 電子/烟具").split()
    ['数码电子', '烟具']
    """
    return "\n".join(plain_words(level) for level in _LEVELS.split(category))


def plain_words(text: str) -> str:
    """A text as it is searched: width, case, blanks, separators and script do not matter.

    >>> plain_words("電 子·烟")
    '电子烟'
    """
    return simplified(v1(v0(text)).text)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an entry as texts are searched: each with how it is written."""

    categories: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    unless: tuple[str, ...]
    outside: tuple[str, ...]


@lru_cache(maxsize=4096)
def _words_of(entry: Entry) -> _Words:
    return _Words(
        categories=tuple((plain_words(word), word) for word in entry.categories),
        words=tuple((plain_words(word), word) for word in entry.words),
        unless=tuple(map(plain_words, entry.unless)),
        outside=tuple(map(plain_words, entry.outside)),
    )


def _hit(entry: Entry, category: str, places: Iterable[tuple[Place, str]]) -> Banned | None:
    known = _words_of(entry)
    if any(word in category for word in known.outside):
        return None
    if said := _met(known.categories, category, known.unless):
        return Banned(entry, said, "category")
    for place, text in places:
        if said := _met(known.words, text, known.unless):
            return Banned(entry, said, place)
    return None


def _met(words: Iterable[tuple[str, str]], text: str, unless: Iterable[str]) -> str:
    """The first word that still stands in a text without what is harmless, as it is written."""
    met = [(word, said) for word, said in words if word in text]
    if met:
        for harmless in unless:
            text = text.replace(harmless, "\n")
    return next((said for word, said in met if word in text), "")


def _entry(said: dict[str, Any]) -> Entry:
    note = said.get("note", {"zh": "", "en": ""})
    return Entry(
        id=said["id"],
        kind=said["kind"],
        title_zh=said["title"]["zh"],
        title_en=said["title"]["en"],
        categories=tuple(said.get("categories", ())),
        words=tuple(said.get("words", ())),
        unless=tuple(said.get("unless", ())),
        outside=tuple(said.get("outside", ())),
        law=said["law"],
        article=said["article"],
        note_zh=note["zh"],
        note_en=note["en"],
        chosen=said.get("chosen", False),
    )
