"""The negative list of an organisation, and what was held against it."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from django.db.models import Max

from kaibo.base.pages import PIECE_ROWS
from kaibo.catalog.models import GoodsJudgement, ListVersion, Product, Sku
from kaibo.catalog.reads.cards import facts_of
from kaibo.catalog.rules.negative import NAMING_FACTS
from kaibo.compliance.reads import (
    Banned,
    Entry,
    Goods,
    NegativeList,
    banned_by,
    shipped_negative,
    with_own,
)

JUDGEMENTS_SHOWN = 200
VERSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ListKindView:
    """Why goods may stand on the list."""

    id: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry; ``own`` ones were added by the organisation and rest on ``basis``."""

    id: str
    kind: str
    title_zh: str
    title_en: str
    categories: tuple[str, ...]
    words: tuple[str, ...]
    unless: tuple[str, ...]
    outside: tuple[str, ...]
    law: str
    article: str
    basis: str
    note_zh: str
    note_en: str
    chosen: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ListVersionView:
    """One version of what the organisation added."""

    number: int
    entries: int
    sha256: str
    made_at: dt.datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class NegativeListView:
    """The list in force; ``number`` is of the organisation's own part, 0 without one."""

    version: str
    number: int
    kinds: tuple[ListKindView, ...]
    entries: tuple[EntryView, ...]
    versions: tuple[ListVersionView, ...]


@dataclass(frozen=True, slots=True)
class JudgementView:
    """Goods held against a version of the list; ``entry`` is "" where none was met."""

    id: int
    subject_kind: str
    subject_id: int
    title: str
    step: str
    list_version: str
    entry: str
    matched: str
    at: dt.datetime
    actor: str


def negative_list(org_id: int) -> NegativeListView:
    """The list in force with its versions, newest first."""
    rows = list(ListVersion.objects.filter(organisation_id=org_id).order_by("-number"))
    found = _list_of(rows[0] if rows else None)
    shipped = {entry.id for entry in shipped_negative().entries}
    return NegativeListView(
        version=found.version,
        number=rows[0].number if rows else 0,
        kinds=tuple(ListKindView(k.id, k.title_zh, k.title_en) for k in found.kinds.values()),
        entries=tuple(_entry_view(one, own=one.id not in shipped) for one in found.entries),
        versions=tuple(list_version_view(row) for row in rows[:VERSIONS_SHOWN]),
    )


def list_in_force(org_id: int) -> NegativeList:
    """The list that goods of an organisation are held against now."""
    return _list_of(ListVersion.objects.filter(organisation_id=org_id).order_by("-number").first())


def list_versions(org_ids: Collection[int]) -> dict[int, str]:
    """The version in force of each organisation."""
    made = ListVersion.objects.filter(organisation_id__in=set(org_ids)).values("organisation_id")
    numbers = dict(made.annotate(last=Max("number")).values_list("organisation_id", "last"))
    shipped = shipped_negative()
    return {id: with_own(shipped, (), number=numbers.get(id, 0)).version for id in set(org_ids)}


def banned_skus(org_id: int, sku_ids: Iterable[int]) -> dict[int, Banned]:
    """Those of these SKUs that are on the list now, with the entry."""
    found = list_in_force(org_id)
    rows = Sku.objects.select_related("product").filter(organisation_id=org_id, pk__in=set(sku_ids))
    said = facts_of([row.product_id for row in rows])
    held = {
        row.pk: banned_by(
            found, goods_of(row.product, specs=[row.spec], facts=said.get(row.product_id, {}))
        )
        for row in rows
    }
    return {sku_id: banned for sku_id, banned in held.items() if banned is not None}


def judgements(org_id: int) -> list[JudgementView]:
    """What was held against the list, newest first."""
    rows = GoodsJudgement.objects.filter(organisation_id=org_id).order_by("-pk")
    return [judgement_view(row) for row in rows[:JUDGEMENTS_SHOWN]]


def every_judgement(org_id: int) -> Iterator[JudgementView]:
    """All that was held against the list, newest first."""
    rows = GoodsJudgement.objects.filter(organisation_id=org_id).order_by("-pk")
    return map(judgement_view, rows.iterator(PIECE_ROWS))


def goods_of(
    product: Product,
    *,
    specs: Iterable[str],
    facts: Mapping[str, str],
    titles: Iterable[str] = (),
) -> Goods:
    """A product as it is held against the list.

    Args:
        facts: what its card says of it, by field.
        titles: further names it goes by.
    """
    return Goods(
        category=product.category,
        titles=(product.title, *titles),
        attributes=(product.brand, *specs, *(facts.get(name, "") for name in NAMING_FACTS)),
    )


def list_version_view(row: ListVersion) -> ListVersionView:
    """A row as a value."""
    return ListVersionView(
        number=row.number,
        entries=len(row.entries),
        sha256=row.sha256,
        made_at=row.made_at,
        made_by=row.made_by,
    )


def judgement_view(row: GoodsJudgement) -> JudgementView:
    """A row as a value."""
    return JudgementView(
        id=row.pk,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        title=row.title,
        step=row.step,
        list_version=row.list_version,
        entry=row.entry,
        matched=row.matched,
        at=row.at,
        actor=row.actor,
    )


def own_entries(stored: list[dict[str, Any]]) -> tuple[Entry, ...]:
    """Entries as a version keeps them."""
    return tuple(msgspec.convert(one, Entry) for one in stored)


def _list_of(row: ListVersion | None) -> NegativeList:
    if row is None:
        return with_own(shipped_negative(), (), number=0)
    return _with_own(row.pk, row.number, msgspec.json.encode(row.entries))


@lru_cache(maxsize=256)
def _with_own(_row_id: int, number: int, entries: bytes) -> NegativeList:
    own = msgspec.json.decode(entries, type=tuple[Entry, ...])
    return with_own(shipped_negative(), own, number=number)


def _entry_view(one: Entry, *, own: bool) -> EntryView:
    return EntryView(
        id=one.id,
        kind=one.kind,
        title_zh=one.title_zh,
        title_en=one.title_en,
        categories=one.categories,
        words=one.words,
        unless=one.unless,
        outside=one.outside,
        law=one.law,
        article=one.article,
        basis=one.basis,
        note_zh=one.note_zh,
        note_en=one.note_en,
        chosen=one.chosen,
        own=own,
    )
