"""The law behind the rules: articles as they read, and laws by article."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kaibo.base.yamls import read_yaml
from kaibo.compliance.errors import NoSuchArticle, NoSuchLaw
from kaibo.compliance.reads.packaged import packaged

_NUMERALS = "零一二三四五六七八九"
LAW_SAID_CHARS_MAX, ARTICLE_SAID_CHARS_MAX = 60, 20


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article of law.

    ``verified``: compared with the national law database; otherwise quote only after opening
    the official text.
    """

    law: str
    article: str
    version: str
    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class LawView:
    """A law with the articles that are kept; ``note`` says what to know before quoting."""

    law: str
    version: str
    verified: bool
    note_zh: str
    note_en: str
    articles: list[ArticleView]


@cache
def _laws() -> Mapping[str, LawView]:
    found = {}
    for name, source in packaged("law"):
        law = read_yaml(source)
        assert law["law"] == name.removesuffix(".yaml"), f"{name} holds {law['law']}"
        note = law.get("note", {"zh": "", "en": ""})
        articles = [
            ArticleView(law["law"], number, law["version"], text.strip(), law["verified"])
            for number, text in law["articles"].items()
        ]
        found[law["law"]] = LawView(
            law["law"], law["version"], law["verified"], note["zh"], note["en"], articles
        )
    return found


@cache
def _articles() -> Mapping[tuple[str, str], ArticleView]:
    return {(one.law, one.article): one for law in _laws().values() for one in law.articles}


def laws() -> list[LawView]:
    """Every law that is kept, by title."""
    return list(_laws().values())


def law(title: str) -> LawView:
    """One law with its articles.

    Raises:
        NoSuchLaw: it is not kept.
    """
    found = _laws().get(title.strip("《》"))
    if found is None:
        raise NoSuchLaw(law=title[:LAW_SAID_CHARS_MAX])
    return found


def articles() -> list[ArticleView]:
    """Every article that is kept, by law."""
    return list(_articles().values())


def is_kept(law: str, article: str) -> bool:
    """Whether the article can be opened here."""
    return (law, article) in _articles()


def article(law: str, article: str) -> ArticleView:
    """One article; ``article`` is ``第九条`` or ``9``.

    Raises:
        NoSuchArticle: it is not kept.
    """
    number = re.fullmatch(r"第?(\d{1,3})条?", article)
    wanted = f"第{_chinese(int(number[1]))}条" if number else article
    found = _articles().get((law.strip("《》"), wanted))
    if found is None:
        raise NoSuchArticle(law=law[:LAW_SAID_CHARS_MAX], article=article[:ARTICLE_SAID_CHARS_MAX])
    return found


def _chinese(number: int) -> str:
    """Article numbers as statutes write them, below 1,000.

    >>> [_chinese(n) for n in (9, 10, 17, 20, 43, 101, 110)]
    ['九', '十', '十七', '二十', '四十三', '一百零一', '一百一十']
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_NUMERALS[ones] if ones or not number else "")
