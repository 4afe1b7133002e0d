"""Links whose goods are withheld leave every shelf of the organisation (LM-035)."""

import datetime as dt
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import Refusal
from kaibo.catalog.reads import skus, withheld
from kaibo.promotions.actions.offers import add_units, close_row, put_on_shelf
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
    # Not the links of years past, which are closed and would all be locked.
    up = rows.filter(organisation_id=org_id, sku_id__in=set(sku_ids)).exclude(state="closed")
    found = list(up.order_by("pk"))
    taken = []
    for row in found:
        if row.state == "closed":
            continue
        if row.state != "planned":
            taken.append(TakenDown(row.show_id, row.link_no, row.units_left))
        close_row(row, by=by, now=now, reason="withheld")
    return taken


@transaction.atomic
def reshelve(
    *, org_id: int, links: Sequence[TakenDown], sku_ids: Collection[int], now: dt.datetime
) -> list[TakenDown]:
    """Put links back on their shelf, price hidden, with as many units as the catalogue can give.

    What is refused stays down: sold to others, not approved any more, withheld again.

    Args:
        links: of shows that are still live.
        sku_ids: goods that nothing withholds any more; links of others stay down.

    Returns:
        Those that are back, with the units they got.
    """
    wanted = {(one.show_id, one.link_no): one for one in links}
    rows = Offer.objects.select_for_update(no_key=True).filter(
        organisation_id=org_id, sku_id__in=set(sku_ids), show_id__in={one.show_id for one in links}
    )
    # All of them before any stock: another order waits for its next link and holds none.
    found = [row for row in rows.order_by("pk") if (row.show_id, row.link_no) in wanted]
    by, back = SYSTEM(org_id), []
    for row in found:
        here: dict[str, Any] = {
            "show_id": row.show_id,
            "link_no": row.link_no,
            "by": by,
            "now": now,
        }
        with suppress(Refusal), transaction.atomic():
            put_on_shelf(**here)
            units = wanted[row.show_id, row.link_no].units
            got = units and _give(row, units=units, here=here)
            back.append(TakenDown(row.show_id, row.link_no, got))
    return back


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


def _give(row: Offer, *, units: int, here: dict[str, Any]) -> int:
    """The units, or what the catalogue has left of them; returns how many."""
    free = min(units, skus([row.sku_id])[row.sku_id].available)
    with suppress(Refusal), transaction.atomic():
        add_units(**here, units=free)
        return free
    return 0
