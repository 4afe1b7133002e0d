"""What others may know of the papers of goods, and what goods still lack."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from django.db.models import Q

from kaibo.catalog.errors import NoSuchProduct
from kaibo.catalog.models import Paper, Product, Sku
from kaibo.catalog.rules.papers import (
    PAPERS_MAX,
    Held,
    Verdict,
    check_papers,
    day_of,
    holds,
    lacking,
)
from kaibo.compliance.reads import Need, paper_book, papers_needed


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper; ``verdict`` is "" until a second person has judged it."""

    id: int
    product_id: int
    kind: str
    kind_zh: str
    kind_en: str
    number: str
    issuer: str
    valid_from: dt.date
    valid_to: dt.date | None
    sha256: str
    price_fen: int | None
    sku_id: int
    verdict: str
    reason: str
    added_by: str
    judged_by: str


@dataclass(frozen=True, slots=True)
class NeedView:
    """What the category asks for, by which article, and whether it is met today."""

    title_zh: str
    title_en: str
    kinds: tuple[str, ...]
    kinds_zh: str
    kinds_en: str
    law: str
    article: str
    met: bool


@dataclass(frozen=True, slots=True)
class PapersView:
    """The papers of a product and what its category needs today."""

    product_id: int
    version: str
    needs: tuple[NeedView, ...]
    papers: tuple[PaperView, ...]


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of paper to choose from; ``example`` shows how its number is written.

    ``has_price``: it bears a price; it may be good for ``days_max`` days, 0: as it says.
    """

    code: str
    title_zh: str
    title_en: str
    example: str
    has_price: bool
    days_max: int


def paper_kinds() -> list[KindView]:
    """The kinds of papers there are."""
    kinds = paper_book().kinds.values()
    return [
        KindView(one.code, one.title_zh, one.title_en, one.example, one.has_price, one.days_max)
        for one in kinds
    ]


def paper_title(kind: str) -> tuple[str, str]:
    """What a kind of paper is called, in both languages."""
    known = paper_book().kinds[kind]
    return known.title_zh, known.title_en


def papers(org_id: int, product_id: int, *, now: dt.datetime) -> PapersView:
    """The papers of a product, newest first, and what is needed.

    Raises:
        NoSuchProduct: none of this id in the organisation.
    """
    product = Product.objects.filter(organisation_id=org_id, pk=product_id).first()
    if product is None:
        raise NoSuchProduct(id=product_id)
    rows = list(Paper.objects.filter(product=product).order_by("-pk")[:PAPERS_MAX])
    today = day_of(now)
    needs = papers_needed(product.category, on=today)
    open_needs = lacking(needs, [_held(row) for row in rows], on=today)
    return PapersView(
        product_id=product.pk,
        version=paper_book().version,
        needs=tuple(_need_view(need, met=need not in open_needs) for need in needs),
        papers=tuple(paper_view(row) for row in rows),
    )


def papers_lacking(sku_ids: Collection[int], *, on: dt.date) -> dict[int, tuple[Need, ...]]:
    """What each of these SKUs lacks on a day; those that lack nothing are left out."""
    rows = Sku.objects.filter(pk__in=set(sku_ids))
    goods = {
        sku_id: (product_id, needs)
        for sku_id, product_id, category in rows.values_list(
            "pk", "product_id", "product__category"
        )
        if (needs := papers_needed(category, on=on))
    }
    have: dict[int, list[Held]] = {}
    for row in Paper.objects.filter(product_id__in={id for id, _needs in goods.values()}):
        have.setdefault(row.product_id, []).append(_held(row))
    found = {
        sku_id: lacking(needs, have.get(product_id, ()), on=on)
        for sku_id, (product_id, needs) in goods.items()
    }
    return {sku_id: lacks for sku_id, lacks in found.items() if lacks}


def papers_ran_out(sku_ids: Collection[int], *, now: dt.datetime) -> set[int]:
    """Those of these SKUs whose papers are not complete and valid now."""
    today = day_of(now)
    ids = set(sku_ids)
    dated = Sku.objects.filter(pk__in=ids, product__qualification_expires_on__lt=today)
    return set(dated.values_list("pk", flat=True)) | papers_lacking(ids, on=today).keys()


def check_papers_held(product: Product, *, now: dt.datetime) -> None:
    """Refuse a product that lacks a paper today.

    Raises:
        PapersMissing: it names what is missing.
    """
    today = day_of(now)
    needs = papers_needed(product.category, on=today)
    if needs:
        held = [_held(row) for row in Paper.objects.filter(product=product)]
        check_papers(product_id=product.pk, lacks=lacking(needs, held, on=today))


def proven_price(org_id: int, sku_id: int, kind: str, *, now: dt.datetime) -> int | None:
    """The price in fen that the newest document of a kind bears for a SKU; None: none does.

    Only documents count that a second person accepted and that are valid on that day; one of the
    SKU itself goes before one of all SKUs of its product.
    """
    rows = Paper.objects.filter(organisation_id=org_id, kind=kind, verdict="accepted").filter(
        Q(sku_id=sku_id) | Q(sku_id=0), product__in=Sku.objects.filter(pk=sku_id).values("product")
    )
    on = day_of(now)
    dated = [row for row in rows if holds(_held(row), on=on)]
    newest = max(dated, key=lambda row: (row.sku_id, row.valid_from, row.pk), default=None)
    return None if newest is None else newest.price_fen


def paper_view(row: Paper) -> PaperView:
    """A row as a value."""
    kind = paper_book().kinds[row.kind]
    return PaperView(
        id=row.pk,
        product_id=row.product_id,
        kind=row.kind,
        kind_zh=kind.title_zh,
        kind_en=kind.title_en,
        number=row.number,
        issuer=row.issuer,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        sha256=row.sha256,
        price_fen=row.price_fen,
        sku_id=row.sku_id,
        verdict=row.verdict,
        reason=row.reason,
        added_by=row.added_by,
        judged_by=row.judged_by,
    )


def _held(row: Paper) -> Held:
    return Held(row.kind, cast(Verdict, row.verdict), row.valid_from, row.valid_to)


def _need_view(need: Need, *, met: bool) -> NeedView:
    return NeedView(
        title_zh=need.title_zh,
        title_en=need.title_en,
        kinds=tuple(kind.code for kind in need.any_of),
        kinds_zh=need.kinds_zh,
        kinds_en=need.kinds_en,
        law=need.law,
        article=need.article,
        met=met,
    )
