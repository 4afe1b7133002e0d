"""What differs between two versions of an added pack, in words a person reads. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kaibo.compliance.rules.added import Added, Stricter
from kaibo.compliance.rules.parts import Pack, Rule

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: ``where`` is ``pack`` or a rule's id, ``what`` names the part."""

    kind: Kind
    where: str
    what: str
    before: str
    after: str


def differences(before: Added | None, after: Added | None) -> list[Difference]:
    """Everything that differs, rule by rule and word by word; None is no pack at all.

    Equal packs differ in nothing, and what is added one way is removed the other way.
    """
    old, new = _parts(before), _parts(after)
    places = list(dict.fromkeys([*old, *new]))
    return [one for place in places for one in _compare(place, old.get(place), new.get(place))]


def _compare(place: tuple[str, str], before: str | None, after: str | None) -> Iterator[Difference]:
    if before == after:
        return
    kind: Kind = "changed"
    if before is None:
        kind = "added"
    elif after is None:
        kind = "removed"
    yield Difference(kind, *place, before or "", after or "")


def _parts(added: Added | None) -> dict[tuple[str, str], str]:
    """Every part of a pack as text, by where it is and what it is; a word is a part of its own."""
    if added is None:
        return {}
    found = dict(_pack_parts(added.pack))
    for rule in added.rules:
        found.update(_rule_parts(rule))
    for change in added.stricter:
        found.update(_stricter_parts(change))
    return found


def _pack_parts(pack: Pack) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("pack", "title_zh"), pack.title.zh
    yield ("pack", "title_en"), pack.title.en
    yield ("pack", "version"), pack.version
    yield ("pack", "law"), f"{pack.citation.law}{pack.citation.article}"
    yield ("pack", "from"), str(pack.starts_on)
    if pack.ends_on is not None:
        yield ("pack", "to"), str(pack.ends_on)


def _rule_parts(rule: Rule) -> Iterator[tuple[tuple[str, str], str]]:
    for word in rule.words:
        yield (rule.id, f"word {word}"), word
    for surface in sorted(rule.surfaces):
        yield (rule.id, f"action {surface}"), rule.actions[surface]
    yield (rule.id, "severity"), rule.severity
    yield (rule.id, "verdict"), rule.verdict
    yield (rule.id, "message_zh"), rule.message.zh
    yield (rule.id, "message_en"), rule.message.en
    yield (rule.id, "law"), str(rule.citation)
    yield (rule.id, "retention"), rule.retention


def _stricter_parts(change: Stricter) -> Iterator[tuple[tuple[str, str], str]]:
    if change.severity is not None:
        yield (change.rule_id, "stricter severity"), change.severity
    for surface, action in change.actions.items():
        yield (change.rule_id, f"stricter action {surface}"), action
    if change.retention is not None:
        yield (change.rule_id, "stricter retention"), change.retention
