"""One text through every rule of its surface."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from kaibo.base.digits import needs_v3, v3
from kaibo.base.text import (
    Lexicon,
    bare_text,
    needs_v1,
    needs_v2,
    v0,
    v1,
    v2,
    without_repeats,
)
from kaibo.base.views import View
from kaibo.compliance.rules import context
from kaibo.compliance.rules.hits import (
    SURFACES,
    Action,
    Citation,
    Hit,
    Severity,
    Situation,
    Surface,
    Verdict,
)
from kaibo.compliance.rules.parts import Exemption, Pack, Rule

_UNKNOWN_SITUATION = Situation()
HITS_PER_RULE_MAX = 50  # in one text; more of the same tells nothing new
_DISGUISED = -1  # owner of the lexicon's keys in an automaton
_BOLD_VIEWS = ("V2", "V3")
# Words that are lawful once proven are never hidden or stopped: the proof is asked for.
_ACTION_FOR_EVIDENCE: Mapping[Surface, Action] = {
    "script": "evidence",
    "title": "evidence",
    "speech": "warn",
    "chat": "record",
}


class Rulebook:
    """Packs and lexicon, compiled for each surface; immutable once built."""

    def __init__(self, packs: Iterable[tuple[Pack, Sequence[Rule]]], *, lexicon: Lexicon) -> None:
        loaded = tuple(packs)
        self.packs = tuple(pack for pack, _ in loaded)
        self.rules = tuple(rule for _, rules in loaded for rule in rules)
        self.lexicon = lexicon
        self.tables = {surface: _Table(self.rules, lexicon, surface) for surface in SURFACES}


class _Table:
    """The rules of one surface behind one automaton over their anchors."""

    def __init__(self, rules: Sequence[Rule], lexicon: Lexicon, surface: str) -> None:
        self.rules = tuple(rule for rule in rules if surface in rule.surfaces)
        owners: dict[str, set[int]] = {key: {_DISGUISED} for key in lexicon.keys}
        for number, rule in enumerate(self.rules):
            for anchor in rule.anchors:
                owners.setdefault(anchor, set()).add(number)
        self._owners = [frozenset(numbers) for numbers in owners.values()]
        # A DFA finds no line faster and takes fourteen times the memory, for each organisation.
        self._find = AhoCorasick(
            list(owners), implementation=Implementation.ContiguousNFA
        ).find_matches_as_indexes

    def look(self, text: str) -> set[int]:
        """Numbers of the rules that may match, and ``_DISGUISED`` when a lexicon key is there."""
        matches = self._find(text, overlapping=True)
        if not matches:
            return set()
        return set().union(*(self._owners[index] for index, _, _ in matches))


def scan_text(
    text: str, *, surface: Surface, packs: Rulebook, situation: Situation = _UNKNOWN_SITUATION
) -> tuple[Hit, ...]:
    """Every rule that the text touches, in order of place; suppressed ones are included.

    Deterministic; raises on no string. A text is judged alone: what was said a moment ago is
    the caller's to join.

    Args:
        text: as it was typed or heard; spans of the hits count its characters.
        surface: where it stands; rules and actions differ.
        packs: the rulebook, from ``reads.rulebook()``.
        situation: what the words alone do not say.
    """
    table = packs.tables[surface]
    readings = _readings(text, table, packs.lexicon)
    if not readings:
        return ()
    scene = _Scene(text, surface, situation)
    hits: list[Hit] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    for view, numbers in readings:
        for number in sorted(numbers):
            rule = table.rules[number]
            if rule.pack.in_force(situation.on):
                hits += _matches(rule, view, taken.setdefault(rule.id, []), scene)
    return tuple(sorted(_widest(hits), key=lambda hit: (hit.span_start, hit.span_end, hit.rule_id)))


def _widest(hits: list[Hit]) -> list[Hit]:
    """Without the hits that lie inside a hit of the same family and say nothing more."""
    kept: list[Hit] = []
    ordered = sorted(hits, key=lambda hit: (hit.severity, hit.span_start - hit.span_end))
    for hit in ordered:
        covered = any(
            other.family == hit.family
            and other.verdict == hit.verdict
            and other.suppressed_reason == hit.suppressed_reason
            and other.law == hit.law
            and other.article == hit.article
            and other.span_start <= hit.span_start
            and hit.span_end <= other.span_end
            for other in kept
        )
        if not covered:
            kept.append(hit)
    return kept


def _readings(text: str, table: _Table, lexicon: Lexicon) -> list[tuple[View, set[int]]]:
    """The views worth matching, each with the rules worth running; built only as needed."""
    literal = v0(text)
    readings = [(literal, table.look(literal.text))]
    disguised = _DISGUISED in readings[0][1]
    stretched = bare = literal.text
    if needs_v1(bare):
        stretched = bare_text(bare)
        bare = without_repeats(stretched)
        if bare != literal.text:
            numbers = table.look(bare)
            disguised = disguised or _DISGUISED in numbers
            if numbers:
                readings.append((v1(literal), numbers))
    # A key alone says little: 可以 is in many lines. Only what its guard lets through is read.
    if needs_v2(bare) or (disguised and lexicon.may_read(literal.text, stretched)):
        plain = v2(literal, lexicon)
        if plain.text not in (literal.text, bare):
            readings.append((plain, table.look(plain.text)))
    if needs_v3(bare):
        digits = v3(v1(literal))
        readings.append((digits, table.look(digits.text)))
    for _, numbers in readings:
        numbers.discard(_DISGUISED)
    return [(view, numbers) for view, numbers in readings if numbers]


class _Scene:
    """What every match of one text shares."""

    __slots__ = ("situation", "surface", "text")

    def __init__(self, text: str, surface: Surface, situation: Situation) -> None:
        self.text = text
        self.surface = surface
        self.situation = situation


def _matches(rule: Rule, view: View, taken: list[tuple[int, int]], scene: _Scene) -> list[Hit]:
    """The rule's matches in this view that an earlier view has not shown already."""
    hits: list[Hit] = []
    for pattern in rule.patterns:
        for match in pattern.finditer(view.text):
            if len(taken) >= HITS_PER_RULE_MAX:
                return hits
            if match.start() == match.end():
                continue
            span = view.span(*match.span())
            if any(start < span[1] and span[0] < end for start, end in taken):
                continue
            taken.append(span)
            hits.append(_judge(rule, _place(view, match), span, scene))
    return hits


def _place(view: View, match: re.Match[str]) -> context.Place:
    return context.Place(view, match.start(), match.end())


def _judge(rule: Rule, place: context.Place, span: tuple[int, int], scene: _Scene) -> Hit:
    """Turn a match into a hit: live, lowered to a question of evidence, or suppressed."""
    situation = scene.situation
    excuse = None
    reason = "rehearsal" if situation.rehearsal else context.stance(place, heeded=rule.pack.stance)
    if not reason and context.is_own_contact(place, allow=situation.allow):
        reason = "allow_list"
    if not reason:
        excuse = context.exemption(rule, place)
    if excuse is not None and excuse.outcome == "exempt":
        reason = excuse.id
    return _hit(rule, place, span, scene, (excuse, reason))


def _hit(
    rule: Rule,
    place: context.Place,
    span: tuple[int, int],
    scene: _Scene,
    answer: tuple[Exemption | None, str],
) -> Hit:
    excuse, reason = answer
    verdict: Verdict = "needs_evidence" if excuse is not None else rule.verdict
    evidence = excuse.evidence if excuse is not None else rule.evidence
    citation = excuse.citation if excuse is not None else _citation(rule, place)
    message = (excuse.message if excuse is not None else None) or rule.message
    return Hit(
        family=rule.pack.family,
        rule_id=rule.id,
        law=citation.law,
        article=citation.article,
        item=citation.item,
        span_start=span[0],
        span_end=span[1],
        matched=scene.text[span[0] : span[1]],
        view=place.view.name,
        verdict=verdict,
        severity=_severity(rule, verdict, scene.situation),
        action=_action(rule, verdict, place.view.name, scene.surface),
        message_zh=message.zh,
        message_en=message.en,
        evidence=evidence if verdict == "needs_evidence" else "",
        suppressed_reason=reason,
        notify_viewers=rule.pack.notify_viewers and not reason,
        pack_version=rule.pack.version,
    )


def _citation(rule: Rule, place: context.Place) -> Citation:
    """The rule's own article, or the one for the goods that the text names."""
    if rule.citation == rule.pack.citation:
        for names_goods, citation in rule.pack.routes:
            if names_goods.search(place.surroundings()):
                return citation
    return rule.citation


def _severity(rule: Rule, verdict: Verdict, situation: Situation) -> Severity:
    if situation.category and situation.category in rule.pack.raised_for:
        return rule.pack.raised_to
    return "S3" if verdict == "needs_evidence" else rule.severity


def _action(rule: Rule, verdict: Verdict, view: str, surface: Surface) -> Action:
    """What to do; a bold reading alone stops nothing by itself on air."""
    action = rule.actions[surface]
    if verdict == "needs_evidence":
        return _ACTION_FOR_EVIDENCE[surface]
    if action == "pause" and view in _BOLD_VIEWS:
        return "warn"
    return action
