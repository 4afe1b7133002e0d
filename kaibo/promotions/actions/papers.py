"""Closing links whose goods have lost their papers."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.catalog.reads import papers_ran_out
from kaibo.promotions.actions.offers import close_row
from kaibo.promotions.models import Offer

_UP = ("listed", "open")
LINKS_MAX = 5_000


def close_unpapered(*, now: dt.datetime) -> int:
    """Close the links on a shelf whose papers are not complete and valid now.

    Units held stay with their buyers until they pay or their time is over
    (直播电商监督管理办法 art. 27).

    Returns:
        How many; each in a transaction of its own.
    """
    up = dict(Offer.objects.filter(state__in=_UP).values_list("pk", "sku_id")[:LINKS_MAX])
    gone = papers_ran_out(up.values(), now=now)
    return sum(_close_if_gone(id, now=now) for id, sku_id in sorted(up.items()) if sku_id in gone)


@transaction.atomic
def _close_if_gone(offer_id: int, *, now: dt.datetime) -> bool:
    row = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    # Closed, or accepted anew, while we came here.
    is_gone = row.state in _UP and bool(papers_ran_out([row.sku_id], now=now))
    if is_gone:
        close_row(row, by=SYSTEM(row.organisation_id), now=now, reason="papers")
    return is_gone
