"""Changes taken back while nobody bought under them."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Sum

from kaibo.base.actor import Actor
from kaibo.catalog.actions import release_stock
from kaibo.facts.promotions import ChangeUndone
from kaibo.journal.actions import append
from kaibo.promotions.actions.changes import check_may, lock_change
from kaibo.promotions.actions.flash_sales import stop_flash_sale
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.prices import keep_open_price
from kaibo.promotions.errors import UndoTooLate
from kaibo.promotions.models import Change, Claim, Offer
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads.guards import ChangeView, change_view, guard_terms
from kaibo.promotions.rules import CHANGE, check_undo


@transaction.atomic
def undo_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """Take a change back while its time runs and nobody bought under it.

    Raises:
        NoSuchChange, StepDoesNotFollow, UndoTooLate, BelowFloor: nothing was written.
    """
    offer, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "undo")
    assert row.made_at is not None
    undo_s = guard_terms(by.org_id).undo_s
    check_undo(row.made_at, undo_s=undo_s, bought=_bought(row, offer), now=now)
    units_returned = _UNDO[row.kind](row, offer, by, now)
    row.state = CHANGE.after(row.state, "undo")
    row.save(update_fields=["state"])
    fact = ChangeUndone(
        change_id=row.pk,
        offer_id=offer.pk,
        link_no=row.link_no,
        state=offer.state,
        price_fen=offer.price_fen,
        units_returned=units_returned,
    )
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


def _bought(row: Change, offer: Offer) -> int:
    """Units somebody has because of the change."""
    if row.kind == "units":
        return 0
    if row.kind == "flash_sale":
        claims = Claim.objects.filter(sale_id=row.sale_id, state__in=LIVE_CLAIMS)
        return claims.aggregate(n=Sum("units"))["n"] or 0
    takings = offer.takings.filter(state__in=("held", "sold"), taken_at__gte=row.made_at)
    return takings.aggregate(n=Sum("units"))["n"] or 0


def _undo_price(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    if offer.state != "open" or offer.price_fen != row.terms["price_fen"]:
        raise UndoTooLate(why_zh="链接之后又有改动", why_en="the link was changed again since")
    for name, value in row.before.items():
        setattr(offer, name, value)
    offer.save(update_fields=list(row.before))
    if offer.state == "open":
        keep_open_price(offer, now=now)
        check_floor_now(offer.pk, price_fen=offer.price_fen)
    return 0


def _undo_units(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    units = row.terms["units"]
    if offer.state == "closed" or offer.units_left < units:
        raise UndoTooLate(why_zh="所加库存已被占用", why_en="the units that were added are in use")
    offer.units_given -= units
    offer.save(update_fields=["units_given"])
    release_stock(
        org_id=offer.organisation_id,
        sku_id=offer.sku_id,
        units=units,
        reason=f"{offer.link_no} 号链接撤销加库存",
        now=now,
    )
    return int(units)


def _undo_sale(row: Change, offer: Offer, by: Actor, now: dt.datetime) -> int:
    # Its units go back by the fact of the stop.
    assert row.sale_id is not None
    stop_flash_sale(sale_id=row.sale_id, by=by, now=now)
    return 0


_UNDO: dict[str, Callable[[Change, Offer, Actor, dt.datetime], int]] = {
    "price": _undo_price,
    "units": _undo_units,
    "flash_sale": _undo_sale,
}
