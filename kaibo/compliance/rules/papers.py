"""Which papers goods of a category need, and how their numbers are written. Pure."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from kaibo.base.yamls import read_yaml
from kaibo.compliance.rules.negative import plain_category


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper; ``pattern`` is empty where no form of its number is published.

    ``has_price``: it bears a price of the goods. ``days_max``: how long it may be good for, its
    first day counted; 0: it need not say.
    """

    code: str
    title_zh: str
    title_en: str
    pattern: str
    example: str
    has_price: bool = False
    days_max: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """Goods whose category holds a word of ``words`` and none of ``unless`` need one of ``any_of``.

    It binds from ``since`` on; the article is what says so.
    """

    title_zh: str
    title_en: str
    words: tuple[str, ...]
    unless: tuple[str, ...]
    any_of: tuple[PaperKind, ...]
    law: str
    article: str
    since: dt.date

    @property
    def kinds_zh(self) -> str:
        """The kinds that meet it, as a sentence names them."""
        return "或".join(kind.title_zh for kind in self.any_of)

    @property
    def kinds_en(self) -> str:
        """The same in English."""
        return " or ".join(kind.title_en for kind in self.any_of)


@dataclass(frozen=True, slots=True)
class PaperBook:
    """One version of the data: the kinds by code, and the needs."""

    version: str
    kinds: dict[str, PaperKind]
    needs: tuple[Need, ...]


def read_papers(source: str) -> PaperBook:
    """The data as values; a kind that is named and not told is a KeyError."""
    said = read_yaml(source)
    kinds = {
        code: _kind(code, one, provinces=said["provinces"]) for code, one in said["kinds"].items()
    }
    needs = tuple(
        Need(
            title_zh=one["title"]["zh"],
            title_en=one["title"]["en"],
            words=tuple(one["words"]),
            unless=tuple(one.get("unless", ())),
            any_of=tuple(kinds[code] for code in one["any_of"]),
            law=one["law"],
            article=one["article"],
            since=one["from"],
        )
        for one in said["needs"]
    )
    return PaperBook(version=said["version"], kinds=kinds, needs=needs)


def needs_of(book: PaperBook, category: str, *, on: dt.date) -> tuple[Need, ...]:
    """What goods of a category need on a day; of an empty category, nothing."""
    text = plain_category(category)
    return tuple(
        need
        for need in book.needs
        if need.since <= on
        and any(word in text for word in need.words)
        and not any(word in text for word in need.unless)
    )


def plain_number(number: str) -> str:
    """A number as it is compared: half-width, capitals, without spaces.

    >>> plain_number("国食健注ｇ2026 0012")
    '国食健注G20260012'
    """
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def number_fits(kind: PaperKind, number: str) -> bool:
    """Whether a plain number is written as its kind is published; any, where none is."""
    return not kind.pattern or re.fullmatch(kind.pattern, number, re.ASCII) is not None


def _kind(code: str, said: dict[str, Any], *, provinces: str) -> PaperKind:
    pattern = said.get("number", "")
    pattern = pattern.replace("[国{p}]", f"[国{provinces}]").replace("{p}", f"[{provinces}]")
    title = said["title"]
    return PaperKind(
        code,
        title["zh"],
        title["en"],
        pattern,
        said["example"],
        has_price=said.get("price", False),
        days_max=said.get("days_max", 0),
    )
