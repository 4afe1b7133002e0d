"""Closing links whose goods may not be sold any more: papers ran out, or the list changed."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from kaibo.base.actor import SYSTEM
from kaibo.catalog.errors import GoodsBanned
from kaibo.catalog.reads import list_versions, papers_ran_out
from kaibo.compliance.actions import keep_found
from kaibo.promotions.actions.negative import judge_link
from kaibo.promotions.actions.offers import close_row
from kaibo.promotions.models import Offer

_UP = ("listed", "open")
# Below what one question of SQLite may name.
LINKS_AT_ONCE = 500


def close_unpapered(*, now: dt.datetime) -> int:
    """Close the links on a shelf whose papers are not complete and valid now.

    Units held stay with their buyers until they pay or their time is over
    (直播电商监督管理办法 art. 27).

    Returns:
        How many; each in a transaction of its own.
    """
    closed = 0
    for rows in _links_up():
        gone = papers_ran_out([row.sku_id for row in rows], now=now)
        closed += sum(_close_unpapered(row.pk, now=now) for row in rows if row.sku_id in gone)
    return closed


def close_banned(*, now: dt.datetime) -> int:
    """Hold links on a shelf against a list that is newer than theirs; close those that it names.

    Units held stay with their buyers, as above (电子商务法 art. 13).

    Returns:
        How many were closed; each in a transaction of its own.
    """
    closed = 0
    for rows in _links_up():
        versions = list_versions({row.organisation_id for row in rows})
        stale = [row for row in rows if row.goods_list != versions[row.organisation_id]]
        closed += sum(_judge_again(row.pk, now=now) for row in stale)
    return closed


def _links_up() -> Iterator[list[Offer]]:
    up: QuerySet[Offer] = Offer.objects.filter(state__in=_UP).order_by("pk")
    up = up.only("pk", "sku_id", "organisation_id", "goods_list")
    last = 0
    while rows := list(up.filter(pk__gt=last)[:LINKS_AT_ONCE]):
        last = rows[-1].pk
        yield rows


@transaction.atomic
def _close_unpapered(offer_id: int, *, now: dt.datetime) -> bool:
    row = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    # Closed, or accepted anew, while we came here.
    is_gone = row.state in _UP and bool(papers_ran_out([row.sku_id], now=now))
    if is_gone:
        close_row(row, by=SYSTEM(row.organisation_id), now=now, reason="papers")
    return is_gone


@transaction.atomic
def _judge_again(offer_id: int, *, now: dt.datetime) -> bool:
    row = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    if row.state not in _UP:
        return False
    by = SYSTEM(row.organisation_id)
    try:
        row.goods_list = judge_link(row, "on_air", by=by, now=now)
    except GoodsBanned as refusal:
        keep_found(refusal)
        close_row(row, by=by, now=now, reason="banned")
        return True
    row.save(update_fields=["goods_list"])
    return False
