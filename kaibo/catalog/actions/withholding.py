"""Keeping goods from sale for a cause outside of the catalogue, and letting them go."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.catalog.errors import NoSuchSku
from kaibo.catalog.models import Sku, Withheld
from kaibo.facts.catalog import Cause, GoodsReleased, GoodsWithheld
from kaibo.journal.actions import append


@transaction.atomic
def withhold_goods(
    *, sku_ids: Collection[int], cause: Cause, case_id: int, by: Actor, now: dt.datetime
) -> None:
    """Let nobody put these SKUs on a shelf any more. Safe to repeat.

    Links that are up already are for ``promotions.actions.close_withheld``.

    Raises:
        NoSuchSku: not of this organisation; nothing was written.
    """
    rows = Sku.objects.filter(organisation_id=by.org_id, pk__in=sku_ids)
    known = set(rows.values_list("pk", flat=True))
    for sku_id in sku_ids:
        if sku_id not in known:
            raise NoSuchSku(id=sku_id)
    case = Withheld.objects.filter(cause=cause, case_id=case_id, released_at__isnull=True)
    held = set(case.filter(organisation_id=by.org_id).values_list("sku_id", flat=True))
    new = sorted(set(sku_ids) - held)
    if not new:
        return
    Withheld.objects.bulk_create(
        Withheld(organisation_id=by.org_id, sku_id=sku_id, cause=cause, case_id=case_id, since=now)
        for sku_id in new
    )
    fact = GoodsWithheld(sku_ids=new, cause=cause, case_id=case_id)
    append(fact, at=now, org_id=by.org_id, actor=by)


@transaction.atomic
def release_goods(*, cause: Cause, case_id: int, by: Actor, now: dt.datetime) -> list[int]:
    """End what one case withholds; another case may still. Safe to repeat.

    Returns:
        The SKUs that nothing withholds any more.
    """
    rows = Withheld.objects.select_for_update().filter(
        organisation_id=by.org_id, cause=cause, case_id=case_id, released_at__isnull=True
    )
    sku_ids = sorted(row.sku_id for row in rows)
    if not sku_ids:
        return []
    rows.update(released_at=now)
    fact = GoodsReleased(sku_ids=sku_ids, cause=cause, case_id=case_id)
    append(fact, at=now, org_id=by.org_id, actor=by)
    others = Withheld.objects.filter(sku_id__in=sku_ids, released_at__isnull=True)
    return sorted(set(sku_ids) - set(others.values_list("sku_id", flat=True)))
