"""Packs: families of rules as versioned data, checked when they are loaded.

The YAML of a pack is described in ``docs/law/packs.md``. Everything wrong with a pack is
reported at once, by file, rule and key.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import yaml

from kaibo.base.text import v0
from kaibo.base.yamls import read_yaml
from kaibo.compliance.rules.anchors import anchors
from kaibo.compliance.rules.hits import ACTIONS, SEVERITIES, SURFACES, VERDICTS, Citation
from kaibo.compliance.rules.parts import (
    GROUPS,
    LAYERS,
    SUBJECTS,
    BadPack,
    Exemption,
    Layer,
    Message,
    Pack,
    Rule,
)
from kaibo.compliance.rules.retention import years_of

_Word = TypeVar("_Word", bound=str)

STANCES = ("negation", "refuted", "question")
_ARTICLE = re.compile("第[一二三四五六七八九十百零]+条(之[一二三四五六七八九十])?")
_ITEM = re.compile("(第[一二三四五六七八九十]+款)?(（[一二三四五六七八九十]+）)?")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
LAW_CHARS_MAX, ARTICLE_CHARS_MAX = 60, 20
KEPT = Message(
    "命中的原文、位置、规则版本与处理结果",
    "The text, the place in it, the rule's version and what was done",
)

_PACK_KEYS = {
    "family", "version", "title", "law", "article", "item", "also", "from", "to", "severity",
    "actions", "raised", "message", "stance", "notify_viewers", "routes", "fragments", "rules",
    "exemptions", "layer", "group", "subject", "kept", "retention", "stricter",
}  # fmt: skip
_PACK_NEEDS = {
    "family",
    "version",
    "title",
    "law",
    "article",
    "from",
    "severity",
    "actions",
    "rules",
}
_RULE_KEYS = {
    "id", "patterns", "keywords", "verdict", "evidence", "severity", "surfaces", "message", "law",
    "article", "item", "exempt", "actions", "retention",
}  # fmt: skip
_EXEMPTION_KEYS = {
    "id", "law", "article", "item", "outcome", "evidence", "message", "before", "after", "inside",
    "clause", "text", "unless",
}  # fmt: skip


def load_pack(name: str, source: str) -> tuple[Pack, tuple[Rule, ...]]:
    """Read one pack.

    Args:
        name: of the file, for messages.
        source: its YAML.

    Raises:
        BadPack: lists every problem found.
    """
    try:
        data = read_yaml(source)
    except yaml.YAMLError as error:
        raise BadPack([f"{name}: not YAML: {error}"]) from error
    reader = _Reader(name)
    if not isinstance(data, dict):
        raise BadPack([f"{name}: must be a mapping"])
    pack = reader.pack(data)
    rules = reader.rules(data, pack) if pack is not None else ()
    if reader.problems or pack is None:
        raise BadPack(reader.problems)
    return pack, rules


class _Reader:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.layer: Layer = "law"
        self.fragments: dict[str, str] = {}

    def bad(self, where: str, why: str) -> None:
        self.problems.append(f"{self.name}: {where}: {why}")

    def keys(self, data: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in sorted(set(map(str, data)) - known):
            self.bad(where, f"unknown key {key!r}")

    def one_of(self, value: Any, known: Sequence[_Word], where: str) -> _Word:
        for word in known:
            if value == word:
                return word
        self.bad(where, f"{value!r} is none of {', '.join(known)}")
        return known[0]

    def words(self, value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            self.bad(where, "must be a list of texts")
            return ()
        return tuple(value)

    def places(self, value: Any, where: str) -> Mapping[Any, Any]:
        if isinstance(value, dict):
            return value
        self.bad(where, "actions must name surfaces")
        return {}

    def day(self, value: Any, where: str) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        self.bad(where, f"{value!r} is not a date (YYYY-MM-DD)")
        return dt.date.min

    def message(self, value: Any, where: str) -> Message:
        if isinstance(value, dict) and set(value) == {"zh", "en"}:
            zh, en = value["zh"], value["en"]
            if isinstance(zh, str) and isinstance(en, str) and zh and en:
                return Message(zh, en)
        self.bad(where, "must have zh and en")
        return Message("", "")

    def citation(
        self, data: Mapping[str, Any], where: str, default: Citation | None = None
    ) -> Citation:
        if default is not None and not {"law", "article", "item"} & set(data):
            return default
        law = str(data.get("law", default.law if default else ""))
        same = default.article if default is not None and "law" not in data else ""
        found = Citation(law, str(data.get("article", same)), str(data.get("item", "")))
        if not found.law or "《" in found.law or len(found.law) > LAW_CHARS_MAX:
            self.bad(where, "law must be a title without 《》")
        if self.layer != "law":
            # A contract numbers its clauses as it likes, and the shop's own words have none.
            if len(found.article) > ARTICLE_CHARS_MAX or found.item:
                self.bad(where, f"article has at most {ARTICLE_CHARS_MAX} characters and no item")
            return found
        if not _ARTICLE.fullmatch(found.article):
            self.bad(where, f"article {found.article!r} must read like 第九条")
        if not _ITEM.fullmatch(found.item):
            self.bad(where, f"item {found.item!r} must read like 第二款（三）")
        return found

    def regex(self, value: Any, where: str) -> re.Pattern[str] | None:
        if value is None:
            return None
        missing = set(_FRAGMENT.findall(str(value))) - set(self.fragments)
        if missing:
            self.bad(where, f"unknown fragment {', '.join(sorted(missing))}")
            return None
        source = _FRAGMENT.sub(lambda m: self.fragments[m.group(1)], str(value))
        try:
            return re.compile(source)
        except re.error as error:
            self.bad(where, f"pattern {value!r}: {error}")
            return None

    def pack(self, data: Mapping[str, Any]) -> Pack | None:
        self.keys(data, _PACK_KEYS, "pack")
        self.layer = self.one_of(data.get("layer", "law"), LAYERS, "layer")
        missing = _PACK_NEEDS - set(data) - (set() if self.layer == "law" else {"article"})
        if missing:
            self.bad("pack", f"needs {', '.join(sorted(missing))}")
            return None
        raised = data.get("raised") or {"to": "S1", "for": []}
        also = [self.citation(c, "also") for c in data.get("also", [])]
        starts_on = self.day(data["from"], "from")
        ends_on = self.day(data["to"], "to") if data.get("to") is not None else None
        if ends_on is not None and ends_on < starts_on:
            self.bad("to", f"{ends_on} is before {starts_on}")
        stance = self.words(data.get("stance", []), "stance")
        for word in stance:
            self.one_of(word, STANCES, "stance")
        return Pack(
            family=str(data["family"]),
            version=str(data["version"]),
            title=self.message(data["title"], "title"),
            citation=self.citation(data, "pack"),
            also=tuple(also),
            starts_on=starts_on,
            ends_on=ends_on,
            raised_to=self.one_of(raised["to"], SEVERITIES, "raised.to"),
            raised_for=frozenset(self.words(raised["for"], "raised.for")),
            stance=frozenset(stance),
            notify_viewers=bool(data.get("notify_viewers", False)),
            routes=tuple(self.routes(data.get("routes", []))),
            layer=self.layer,
            group=self.one_of(data.get("group", "advertising"), tuple(GROUPS), "group"),
            subject=tuple(
                self.one_of(word, tuple(SUBJECTS), "subject")
                for word in self.words(data.get("subject", []), "subject")
            ),
            kept=self.message(data["kept"], "kept") if "kept" in data else KEPT,
            retention=self.retention(data.get("retention", "R3L"), "pack"),
        )

    def retention(self, value: Any, where: str) -> str:
        if years_of(str(value)) is None:
            self.bad(where, f"retention {value!r} must read like R3L")
        return str(value)

    def routes(
        self, listed: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[re.Pattern[str], Citation]]:
        for route in listed:
            self.keys(route, {"text", "law", "article", "item"}, "route")
            found = self.regex(route.get("text"), "route")
            if found is not None:
                yield found, self.citation(route, "route")

    def rules(self, data: Mapping[str, Any], pack: Pack) -> tuple[Rule, ...]:
        for name, value in dict(data.get("fragments") or {}).items():
            found = self.regex(value, f"fragment {name}")
            self.fragments[str(name)] = found.pattern if found else ""
        exemptions = {
            e.id: e for e in (self.exemption(item, pack) for item in data.get("exemptions") or [])
        }
        rules = tuple(self.rule(item, data, pack, exemptions) for item in data["rules"])
        ids = [rule.id for rule in rules]
        for repeated in sorted({i for i in ids if ids.count(i) > 1}):
            self.bad(repeated, "id is used twice")
        return rules

    def exemption(self, data: Mapping[str, Any], pack: Pack) -> Exemption:
        where = f"exemption {data.get('id', '?')}"
        self.keys(data, _EXEMPTION_KEYS, where)
        scopes = ("before", "after", "inside", "clause", "text")
        if not any(scope in data for scope in scopes):
            self.bad(where, f"needs one of {', '.join(scopes)}")
        return Exemption(
            id=str(data.get("id", "")),
            citation=self.citation(data, where, pack.citation),
            outcome=self.one_of(data.get("outcome"), ("exempt", "needs_evidence"), where),
            evidence=str(data.get("evidence", "")),
            message=self.message(data["message"], where) if "message" in data else None,
            unless=self.regex(data.get("unless"), where),
            **{scope: self.regex(data.get(scope), where) for scope in scopes},
        )

    def rule(
        self,
        data: Mapping[str, Any],
        shared: Mapping[str, Any],
        pack: Pack,
        exemptions: Mapping[str, Exemption],
    ) -> Rule:
        where = str(data.get("id", "rule without id"))
        self.keys(data, _RULE_KEYS, where)
        if not _ID.fullmatch(where):
            self.bad(where, "id must be letters, digits, dots and hyphens")
        patterns, found = self.patterns(data, where)
        stated = {
            **self.places(shared["actions"], where),
            **self.places(data.get("actions", {}), where),
        }
        actions = {
            self.one_of(surface, SURFACES, where): self.one_of(action, ACTIONS, where)
            for surface, action in stated.items()
        }
        named = self.words(data.get("surfaces", list(actions)), where)
        surfaces = [self.one_of(surface, SURFACES, where) for surface in named]
        chosen = data.get("exempt", list(exemptions))
        for name in set(chosen) - set(exemptions):
            self.bad(where, f"unknown exemption {name!r}")
        return Rule(
            id=where,
            patterns=patterns,
            anchors=found,
            verdict=self.one_of(data.get("verdict", "violation"), VERDICTS, where),
            evidence=str(data.get("evidence", "")),
            severity=self.one_of(data.get("severity", shared["severity"]), SEVERITIES, where),
            surfaces=frozenset(surfaces) & frozenset(actions),
            actions=actions,
            message=self.message(data.get("message", shared.get("message")), where),
            citation=self.citation(data, where, pack.citation),
            exemptions=tuple(exemptions[name] for name in chosen if name in exemptions),
            retention=self.retention(data.get("retention", pack.retention), where),
            words=self.words(data.get("keywords", []), where),
            pack=pack,
        )

    def patterns(
        self, data: Mapping[str, Any], where: str
    ) -> tuple[tuple[re.Pattern[str], ...], frozenset[str]]:
        sources = list(self.words(data.get("patterns", []), where))
        keywords = self.words(data.get("keywords", []), where)
        if keywords:
            # Texts are folded before they are searched, and so are the words.
            sources.append("|".join(_whole(v0(word).text) for word in keywords))
        if not sources:
            self.bad(where, "needs patterns or keywords")
        compiled = [p for p in (self.regex(s, where) for s in sources) if p is not None]
        found: set[str] = set()
        for pattern in compiled:
            try:
                found |= anchors(pattern.pattern)
            except ValueError as error:
                self.bad(where, str(error))
        return tuple(compiled), frozenset(found)


def _whole(word: str) -> str:
    """A keyword as a pattern: letters of the Latin alphabet that go on make another word."""
    before = "(?<![a-z])" if word[:1].isascii() and word[:1].isalpha() else ""
    after = "(?![a-z])" if word[-1:].isascii() and word[-1:].isalpha() else ""
    return before + re.escape(word) + after
