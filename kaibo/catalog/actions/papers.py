"""Writing papers of goods down, and judging them as a second person."""

import datetime as dt
from dataclasses import asdict
from typing import cast

from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.catalog.actions.products import lock_product
from kaibo.catalog.errors import NoSuchPaper, NoSuchSku, PapersTooMany, PaperTwice
from kaibo.catalog.models import Paper, Sku
from kaibo.catalog.reads import PaperView, paper_view
from kaibo.catalog.rules import TITLE_CHARS_MAX
from kaibo.catalog.rules.papers import (
    PAPERS_MAX,
    PaperSpec,
    Verdict,
    check_accept,
    check_refuse,
    clean_paper,
)
from kaibo.compliance.reads import paper_book
from kaibo.facts.catalog import PaperAccepted, PaperAdded, PaperRefused
from kaibo.journal.actions import append


@transaction.atomic
def add_paper(*, product_id: int, spec: PaperSpec, by: Actor, now: dt.datetime) -> PaperView:
    """Write a paper of a product down; it counts once somebody else has accepted it.

    Raises:
        NoSuchProduct, NoSuchSku, PaperTwice, PapersTooMany: nothing was written.
        PaperKindUnknown, PaperNumberWrong, PaperDaysCrossed, PaperHashWrong, PaperPriceMissing,
            PaperTooLong, BadInput: as above.
    """
    spec = clean_paper(spec, paper_book().kinds)
    product = lock_product(by.org_id, product_id)
    if spec.sku_id and not Sku.objects.filter(product=product, pk=spec.sku_id).exists():
        raise NoSuchSku(id=spec.sku_id)
    if Paper.objects.filter(product=product).count() >= PAPERS_MAX:
        raise PapersTooMany(most=PAPERS_MAX)
    try:
        with transaction.atomic():
            row = Paper.objects.create(
                organisation_id=by.org_id,
                product=product,
                added_at=now,
                added_by=by.tag,
                **asdict(spec),
            )
    except IntegrityError:
        raise PaperTwice(number=spec.number) from None
    fact = PaperAdded(paper_id=row.pk, product_id=product.pk, **asdict(spec))
    append(fact, at=now, org_id=by.org_id, actor=by)
    return paper_view(row)


@transaction.atomic
def accept_paper(*, paper_id: int, by: Actor, now: dt.datetime) -> PaperView:
    """Say of somebody else's paper that it is right; it counts from now on.

    Raises:
        NoSuchPaper, PaperJudged, SecondPersonForPaper: nothing was written.
    """
    row = _lock_paper(by.org_id, paper_id)
    verdict = cast(Verdict, row.verdict)
    check_accept(paper_id=row.pk, verdict=verdict, added_by=row.added_by, by=by.tag)
    row.verdict, row.judged_by = "accepted", by.tag
    row.save(update_fields=["verdict", "judged_by"])
    fact = PaperAccepted(paper_id=row.pk, product_id=row.product_id)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return paper_view(row)


@transaction.atomic
def refuse_paper(*, paper_id: int, reason: str, by: Actor, now: dt.datetime) -> PaperView:
    """Refuse a paper, or take back that it was accepted; links that need it are closed soon.

    Raises:
        NoSuchPaper, PaperJudged, BadInput: nothing was written.
    """
    reason = clean_text("reason", reason, chars_max=TITLE_CHARS_MAX, required=True)
    row = _lock_paper(by.org_id, paper_id)
    check_refuse(paper_id=row.pk, verdict=cast(Verdict, row.verdict))
    row.verdict, row.reason, row.judged_by = "refused", reason, by.tag
    row.save(update_fields=["verdict", "reason", "judged_by"])
    fact = PaperRefused(paper_id=row.pk, product_id=row.product_id, reason=reason)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return paper_view(row)


def _lock_paper(org_id: int, paper_id: int) -> Paper:
    rows = Paper.objects.select_for_update(no_key=True)
    row = rows.filter(organisation_id=org_id, pk=paper_id).first()
    if row is None:
        raise NoSuchPaper(id=paper_id)
    return row
