"""What lapses on air: goods whose papers ran out or that the list names, unproven comparisons."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, QuerySet

from kaibo.base.actor import SYSTEM
from kaibo.catalog.errors import GoodsBanned
from kaibo.catalog.reads import list_versions, papers_ran_out
from kaibo.compliance.actions import keep_found
from kaibo.facts.promotions import ComparisonDropped
from kaibo.journal.actions import append
from kaibo.promotions.actions.negative import judge_link
from kaibo.promotions.actions.offers import close_row
from kaibo.promotions.actions.prices import check_offer_basis
from kaibo.promotions.errors import BaseUnproven
from kaibo.promotions.models import Offer
from kaibo.promotions.rules.bases import PAPER_OF, basis_kind

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


def drop_unproven_comparisons(*, now: dt.datetime) -> int:
    """Take the compared price off links whose document does not bear it any more.

    The link goes on selling. Prices of deals and the shop's own stand where they stood when the
    price was opened, so only documents can lapse (明码标价和禁止价格欺诈规定 16, 17).

    Returns:
        How many; each in a transaction of its own.
    """
    rows = Offer.objects.filter(state__in=_UP, day_price_fen__gt=F("price_fen"))
    named = rows.exclude(price_basis="").order_by("pk").values_list("pk", "price_basis")
    ids = [offer_id for offer_id, basis in named.iterator() if basis_kind(basis) in PAPER_OF]
    return sum(_drop_unproven(offer_id, now=now) for offer_id in ids)


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
def _drop_unproven(offer_id: int, *, now: dt.datetime) -> bool:
    row = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    tag_fen = row.day_price_fen
    if row.state not in _UP or tag_fen is None or basis_kind(row.price_basis) not in PAPER_OF:
        return False
    try:
        check_offer_basis(row, tag_fen=tag_fen, now=now)
    except BaseUnproven:
        fact = ComparisonDropped(
            offer_id=row.pk,
            link_no=row.link_no,
            day_price_fen=tag_fen,
            price_basis=row.price_basis,
        )
        row.day_price_fen, row.price_basis = None, ""
        row.save(update_fields=["day_price_fen", "price_basis"])
        by = SYSTEM(row.organisation_id)
        append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
        return True
    return False


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
