"""Links whose goods are withheld leave every shelf of the organisation (LM-035)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.reads import withheld
from kaibo.promotions.actions.offers import close_for
from kaibo.promotions.models import Offer


@dataclass(frozen=True, slots=True)
class TakenDown:
    """A link that was closed with the units that went back to the catalogue."""

    show_id: int
    link_no: int
    units: int


@transaction.atomic
def close_withheld(
    *, org_id: int, sku_ids: Collection[int], by: Actor, now: dt.datetime
) -> list[TakenDown]:
    """Close every link of these goods in all rooms of the organisation. Safe to repeat.

    What buyers hold stays theirs until they pay or their time is over.

    Returns:
        The links that viewers saw; planned ones are closed too.
    """
    rows = Offer.objects.select_for_update(no_key=True)
    found = list(rows.filter(organisation_id=org_id, sku_id__in=set(sku_ids)).order_by("pk"))
    taken = []
    for row in found:
        if row.state == "closed":
            continue
        if row.state != "planned":
            taken.append(TakenDown(row.show_id, row.link_no, row.units_left))
        close_for(row, by=by, now=now, reason="withheld")
    return taken


def sweep_withheld(*, now: dt.datetime) -> int:
    """Close what was listed while its goods were being withheld; returns how many.

    A transaction an organisation.
    """
    up = Offer.objects.filter(sku_id__in=withheld()).exclude(state="closed")
    by_org: dict[int, set[int]] = {}
    for org_id, sku_id in up.values_list("organisation_id", "sku_id"):
        by_org.setdefault(org_id, set()).add(sku_id)
    return sum(
        len(close_withheld(org_id=org_id, sku_ids=sku_ids, by=SYSTEM(org_id), now=now))
        for org_id, sku_ids in by_org.items()
    )
