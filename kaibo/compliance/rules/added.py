"""Packs that an organisation adds to those that ship: platform contracts and its own words.

They add words and make rules stricter. Nothing in them can take away what the law's packs
refuse: that is judged here, and once more by what the whole rulebook does (``floors``). They
hold plain words and no regex, because a regex of a stranger could keep a process busy for hours.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import yaml

from kaibo.base.text import v0
from kaibo.compliance.rules.hits import ACTIONS, SEVERITIES, SURFACES, Action, Severity, Surface
from kaibo.compliance.rules.packs import load_pack
from kaibo.compliance.rules.parts import BadPack, Pack, Rule
from kaibo.compliance.rules.retention import YEARS_LEAST, years_of

SOURCE_CHARS_MAX: Final = 200_000
RULES_MAX: Final = 300
WORDS_MAX: Final = 5_000
WORD_CHARS: Final = range(2, 41)
VERSION_CHARS_MAX: Final = 20
DEPTH_MAX: Final = 8
NUMBER_LIMIT: Final = 10**15
ID_CHARS_MAX: Final = 60
SHOP: Final = "SHOP"
_FAMILY: Final = re.compile(r"[A-Z][A-Z0-9-]{1,9}")

_Word = TypeVar("_Word", bound=str)

# What the packs that ship may say and an added one may not, with the reason.
_KEPT_BACK: Final[dict[str, str]] = {
    "fragments": "an added pack has plain words only, no patterns",
    "routes": "an added pack does not change which law applies",
    "raised": "an added pack does not change severities by trade; see stricter",
    "exemptions": "an added pack cannot exempt anything",
    "stance": "an added pack cannot excuse a match by how it was meant",
    "notify_viewers": "only the law's packs warn viewers",
    "also": "an added pack cites its own document only",
}
_KEPT_BACK_IN_RULE: Final[dict[str, str]] = {
    "patterns": "an added pack has plain words only, no patterns",
    "exempt": "an added pack cannot exempt anything",
}
_STRICTER: Final = {"rule", "severity", "actions", "retention"}
_LOOSER: Final[dict[str, str]] = {
    "remove": "a word that the law's packs refuse cannot be removed",
    "keywords": "a word that the law's packs refuse cannot be removed or replaced; add a rule",
    "patterns": "a word that the law's packs refuse cannot be removed or replaced; add a rule",
    "surfaces": "a place that the law's packs watch cannot be left out",
    "exempt": "an exemption cannot be added",
    "exemptions": "an exemption cannot be added",
    "verdict": "a verdict of the law's packs cannot be changed",
    "stance": "an excuse cannot be added",
    "from": "the days on which the law's packs apply cannot be changed",
    "to": "the days on which the law's packs apply cannot be changed",
    "law": "the article that a rule of the law's packs cites cannot be changed",
    "article": "the article that a rule of the law's packs cites cannot be changed",
    "message": "the message of a rule of the law's packs cannot be changed",
}


@dataclass(frozen=True, slots=True)
class Stricter:
    """A rule that ships, taken more seriously; what is not named stays as it is."""

    rule_id: str
    severity: Severity | None
    actions: Mapping[Surface, Action]
    retention: str | None


@dataclass(frozen=True, slots=True)
class Added:
    """An added pack as it was read."""

    pack: Pack
    rules: tuple[Rule, ...]
    stricter: tuple[Stricter, ...]

    @property
    def touches(self) -> frozenset[str]:
        """Rules whose outcome it can change: its own and those it makes stricter."""
        own = {rule.id for rule in self.rules}
        return frozenset(own | {change.rule_id for change in self.stricter})


def load_added(name: str, source: str, *, shipped: Sequence[Rule]) -> Added:
    """Read a pack of an organisation against the rules that ship.

    Args:
        name: for messages.
        source: its YAML.
        shipped: the law's rules, which it can only add to and make stricter.

    Raises:
        BadPack: lists everything wrong with it; first what is malformed, then what weakens.
    """
    if len(source) > SOURCE_CHARS_MAX:
        raise BadPack([f"{name}: has {len(source)} characters, at most {SOURCE_CHARS_MAX}"])
    data = _mapping(name, source)
    problems = list(_kept_back(name, data))
    if problems:
        raise BadPack(problems)
    listed = data.pop("stricter", [])
    # A pack that only makes rules stricter needs no words of its own.
    pack, rules = load_pack(name, yaml.safe_dump({"rules": [], **data}, allow_unicode=True))
    judge = _Judge(name, shipped)
    judge.pack(pack, rules)
    changes = tuple(judge.stricter(listed))
    if not rules and not changes and not judge.problems:
        judge.bad("pack", "has neither rules nor stricter")
    if judge.problems:
        raise BadPack(judge.problems)
    return Added(pack, rules, changes)


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases: a kilobyte of them, written out in a message, fills the memory."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read; write it out")
        return super().compose_node(parent, index)


def _mapping(name: str, source: str) -> dict[str, Any]:
    try:
        data = yaml.load(source, Loader=_PlainLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadPack([f"{name}: not YAML: {str(error)[:200]}"]) from error
    if not isinstance(data, dict):
        raise BadPack([f"{name}: must be a mapping"])
    if not _is_plain(data, DEPTH_MAX):
        raise BadPack([f"{name}: lies deeper than {DEPTH_MAX} levels, or has a huge number"])
    return {str(key): value for key, value in data.items()}


def _is_plain(value: Any, depth: int) -> bool:
    """Whether a value can be written out: no deeper than this, and no number that cannot be."""
    if isinstance(value, int):
        return abs(value) < NUMBER_LIMIT
    if not isinstance(value, dict | list | tuple | set):
        return True
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return depth > 0 and all(_is_plain(one, depth - 1) for one in inside)


def _kept_back(name: str, data: Mapping[str, Any]) -> Iterable[str]:
    if data.get("layer") not in ("platform", "shop"):
        yield f"{name}: layer: an added pack is of layer platform or shop"
    for key, why in _KEPT_BACK.items():
        if key in data:
            yield f"{name}: {key}: {why}"
    rules = data.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        yield f"{name}: rules: must be a list of rules"
        return
    for rule in rules:
        for key, why in _KEPT_BACK_IN_RULE.items():
            if key in rule:
                yield f"{name}: {rule.get('id', 'rule without id')}: {why}"
        words = rule.get("keywords")
        texts = words if isinstance(words, list) else []
        for word in texts:
            if isinstance(word, str) and len(v0(word).text) not in WORD_CHARS:
                yield (
                    f"{name}: {rule.get('id', 'rule without id')}: word {word[:60]!r} must have "
                    f"{WORD_CHARS.start} to {WORD_CHARS.stop - 1} characters"
                )


class _Judge:
    """Gathers how an added pack would weaken what ships."""

    def __init__(self, name: str, shipped: Sequence[Rule]) -> None:
        self.name = name
        self.known = {rule.id: rule for rule in shipped}
        self.families = {rule.pack.family for rule in shipped}
        self.problems: list[str] = []

    def bad(self, where: str, why: str) -> None:
        self.problems.append(f"{self.name}: {where}: {why}")

    def pack(self, pack: Pack, rules: Sequence[Rule]) -> None:
        if not _FAMILY.fullmatch(pack.family):
            self.bad("family", "2 to 10 capital letters, digits and hyphens, a letter first")
        if len(pack.version) > VERSION_CHARS_MAX:
            self.bad("version", f"at most {VERSION_CHARS_MAX} characters")
        if pack.family in self.families:
            self.bad("family", f"{pack.family} ships with Kaibo; use a code of your own")
        if (pack.family == SHOP) != (pack.layer == "shop"):
            self.bad("family", f"{SHOP} is the code of the shop's own words, and of no other pack")
        if pack.group != pack.layer:
            self.bad("group", f"must be {pack.layer}, as its layer")
        if len(rules) > RULES_MAX:
            self.bad("rules", f"{len(rules)} rules, at most {RULES_MAX}")
        for rule in rules:
            if not rule.id.startswith(f"{pack.family}.") or len(rule.id) > ID_CHARS_MAX:
                self.bad(
                    rule.id[:ID_CHARS_MAX],
                    f"id must begin with {pack.family}. and have at most {ID_CHARS_MAX} characters",
                )
            self._floor(rule.id, rule.retention)
        words = sum(len(rule.words) for rule in rules)
        if words > WORDS_MAX:
            self.bad("rules", f"{words} words, at most {WORDS_MAX}")

    def _floor(self, where: str, retention: str) -> None:
        years = years_of(retention)
        if years is not None and years[0] < YEARS_LEAST:
            self.bad(where, f"retention {retention} is below the floor of {YEARS_LEAST} years")

    def stricter(self, listed: Any) -> Iterable[Stricter]:
        if not isinstance(listed, list):
            self.bad("stricter", "must be a list")
            return
        for item in listed:
            rule = self.known.get(str(item.get("rule"))) if isinstance(item, dict) else None
            if rule is None:
                named = item.get("rule") if isinstance(item, dict) else item
                self.bad("stricter", f"there is no rule {str(named)[:60]!r} that ships")
                continue
            for key in sorted(set(map(str, item)) - _STRICTER):
                self.bad(rule.id, _LOOSER.get(key, f"unknown key {key!r}"))
            yield self._change(rule, item)

    def _change(self, rule: Rule, item: Mapping[Any, Any]) -> Stricter:
        severity = self._severity(rule, item.get("severity"))
        given = item.get("actions", {})
        actions: dict[Surface, Action] = {}
        if not isinstance(given, dict):
            self.bad(rule.id, "actions must name surfaces")
            given = {}
        for surface, action in given.items():
            where = self._one_of(surface, SURFACES, rule)
            what = self._one_of(action, ACTIONS, rule)
            if where is None or what is None:
                continue
            now = rule.actions.get(where)
            if now is not None and ACTIONS.index(what) > ACTIONS.index(now):
                self.bad(rule.id, f"action {what} for {where} is weaker than {now}")
            actions[where] = what
        return Stricter(rule.id, severity, actions, self._retention(rule, item.get("retention")))

    def _severity(self, rule: Rule, value: Any) -> Severity | None:
        if value is None:
            return None
        severity = self._one_of(value, SEVERITIES, rule)
        if severity is not None and severity > rule.severity:
            self.bad(rule.id, f"severity {severity} is below {rule.severity}")
        return severity

    def _retention(self, rule: Rule, value: Any) -> str | None:
        if value is None:
            return None
        now, asked = years_of(rule.retention), years_of(str(value))
        assert now is not None
        if asked is None:
            self.bad(rule.id, f"retention {value!r} must read like R3L")
            return None
        if asked[0] < now[0]:
            self.bad(rule.id, f"retention {value} is shorter than {rule.retention}")
        if asked[1] != now[1]:
            self.bad(rule.id, f"retention {value} does not count from where {rule.retention} does")
        return str(value)

    def _one_of(self, value: Any, known: Sequence[_Word], rule: Rule) -> _Word | None:
        for word in known:
            if value == word:
                return word
        self.bad(rule.id, f"{str(value)[:60]!r} is none of {', '.join(known)}")
        return None


def with_added(
    shipped: Sequence[tuple[Pack, Sequence[Rule]]], added: Sequence[Added]
) -> list[tuple[Pack, tuple[Rule, ...]]]:
    """What ships, made stricter where added packs say so, and the added packs behind it."""
    changes: dict[str, list[Stricter]] = {}
    for one in added:
        for change in one.stricter:
            changes.setdefault(change.rule_id, []).append(change)
    kept = [
        (pack, tuple(_tightened(rule, changes.get(rule.id, ())) for rule in rules))
        for pack, rules in shipped
    ]
    return kept + [(one.pack, one.rules) for one in added]


def _tightened(rule: Rule, changes: Iterable[Stricter]) -> Rule:
    for change in changes:
        actions = dict(rule.actions)
        for surface, action in change.actions.items():
            before = actions.get(surface, action)
            # Of two packs that ask for different things, the stricter is heard.
            actions[surface] = min(action, before, key=ACTIONS.index)
        asked = years_of(change.retention or rule.retention)
        now = years_of(rule.retention)
        assert asked is not None
        assert now is not None
        rule = replace(
            rule,
            severity=min(rule.severity, change.severity or rule.severity),
            actions=actions,
            surfaces=rule.surfaces | set(change.actions),
            retention=rule.retention if asked[0] <= now[0] else (change.retention or ""),
        )
    return rule
