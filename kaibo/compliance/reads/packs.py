"""Packs that an organisation added: versions, what differs between them, and its own words."""

import datetime as dt
from dataclasses import dataclass

from kaibo.base.sheets import Cell
from kaibo.compliance.errors import NoSuchPack
from kaibo.compliance.models import PackVersion
from kaibo.compliance.reads.book import problems_of, read_added, rulebook
from kaibo.compliance.rules.added import SHOP, Added
from kaibo.compliance.rules.diffs import Difference, differences
from kaibo.compliance.rules.parts import GROUPS, BadPack, Pack
from kaibo.compliance.rules.words import WordEntry, entries_of

VERSIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class PackVersionView:
    """One version of an added pack; ``source`` is empty where it was withdrawn.

    ``again``: the number of the version whose text it is once more; None if it is new.
    """

    family: str
    number: int
    source: str
    sha256: str
    is_current: bool
    again: int | None
    made_by: int
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack in force: one that ships, or an added one with the number of its version.

    ``problems``: why an added pack that was saved before is left out by the rules that ship today.
    """

    family: str
    layer: str
    group: str
    title_zh: str
    title_en: str
    version: str
    law: str
    article: str
    in_force_from: dt.date | None
    in_force_to: dt.date | None
    rules: int
    number: int
    problems: list[str]


@dataclass(frozen=True, slots=True)
class PackPreview:
    """What saving a pack would change; ``problems`` is empty where it would be taken."""

    family: str
    number: int
    problems: list[str]
    changes: list[Difference]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The shop's own words: the list, the version it is of, and what no new entry may be called."""

    entries: list[WordEntry]
    number: int
    starts_on: dt.date | None
    taken: list[str]


def packs(org_id: int) -> list[PackView]:
    """Every pack in force for an organisation: those that ship, then its own."""
    counted: dict[str, tuple[Pack, int]] = {}
    for rule in rulebook().rules:
        pack, rules = counted.get(rule.pack.family, (rule.pack, 0))
        counted[rule.pack.family] = (pack, rules + 1)
    shipped = [_pack_view(pack, rules, 0) for pack, rules in counted.values()]
    own = [_own_view(row) for row in _current(org_id) if row.source]
    order = list(GROUPS)
    return sorted(shipped, key=lambda one: (order.index(one.group), one.family)) + own


def versions(org_id: int, family: str, *, most: int | None = VERSIONS_MAX) -> list[PackVersionView]:
    """The versions of an added pack, newest first; ``most`` None: all.

    Raises:
        NoSuchPack: the organisation never added it.
    """
    rows = PackVersion.objects.filter(organisation_id=org_id, family=family)
    found = [version_view(row) for row in rows.order_by("-number")[:most]]
    if not found:
        raise NoSuchPack(family=family[:10])
    return found


def changes(org_id: int, family: str, *, before: int, after: int) -> list[Difference]:
    """What differs between two versions of an added pack; 0 is before there was any.

    Raises:
        NoSuchPack: no such version.
    """
    return differences(
        _version(org_id, family, before) if before else None,
        _version(org_id, family, after),
    )


def preview(org_id: int, source: str) -> PackPreview:
    """What would become of a pack if it were saved now; nothing is written."""
    try:
        added = read_added("pack", source)
    except BadPack as error:
        return PackPreview("", 0, list(error.problems), [])
    family = added.pack.family
    row = next((one for one in _current(org_id) if one.family == family), None)
    before = _added(row.source) if row is not None and row.source else None
    number = row.number if row is not None else 0
    return PackPreview(family, number, [], differences(before, added))


def words_of(org_id: int) -> OwnWords:
    """The shop's own words as people edit them."""
    rows = PackVersion.objects.filter(organisation_id=org_id, family=SHOP).order_by("number")
    known = [(row, _added(row.source) if row.source else None) for row in rows]
    taken = {rule.id for _, added in known if added for rule in added.rules}
    current = next((one for one in known if one[0].is_current), None)
    first = next((added for _, added in known if added), None)
    return OwnWords(
        entries=entries_of(current[1]) if current else [],
        number=current[0].number if current else 0,
        starts_on=first.pack.starts_on if first else None,
        taken=sorted(taken),
    )


def version_view(row: PackVersion) -> PackVersionView:
    """A version's row as a value."""
    return PackVersionView(
        family=row.family,
        number=row.number,
        source=row.source,
        sha256=row.sha256,
        is_current=row.is_current,
        again=row.again,
        made_by=row.made_by,
        made_at=row.made_at,
    )


def change_rows(found: list[Difference]) -> list[list[Cell]]:
    """Differences for a sheet."""
    return [[one.kind, one.where, one.what, one.before, one.after] for one in found]


def _current(org_id: int) -> list[PackVersion]:
    rows = PackVersion.objects.filter(organisation_id=org_id, is_current=True)
    return list(rows.order_by("family"))


def _version(org_id: int, family: str, number: int) -> Added | None:
    row = PackVersion.objects.filter(organisation_id=org_id, family=family, number=number).first()
    if row is None:
        raise NoSuchPack(family=f"{family[:10]} {number}")
    return _added(row.source) if row.source else None


def _added(source: str) -> Added | None:
    """A stored text; what ships may have changed since it was judged, and then it is skipped."""
    try:
        return read_added("pack", source)
    except BadPack:
        return None


def _own_view(row: PackVersion) -> PackView:
    added = _added(row.source)
    if added is not None:
        return _pack_view(added.pack, len(added.rules) + len(added.stricter), row.number)
    layer = "shop" if row.family == SHOP else "platform"
    return PackView(
        family=row.family,
        layer=layer,
        group=layer,
        title_zh=row.family,
        title_en=row.family,
        version="",
        law="",
        article="",
        in_force_from=None,
        in_force_to=None,
        rules=0,
        number=row.number,
        problems=list(problems_of(row.source)),
    )


def _pack_view(pack: Pack, rules: int, number: int) -> PackView:
    return PackView(
        family=pack.family,
        layer=pack.layer,
        group=pack.group,
        title_zh=pack.title.zh,
        title_en=pack.title.en,
        version=pack.version,
        law=pack.citation.law,
        article=pack.citation.article,
        in_force_from=pack.starts_on,
        in_force_to=pack.ends_on,
        rules=rules,
        number=number,
        problems=[],
    )
