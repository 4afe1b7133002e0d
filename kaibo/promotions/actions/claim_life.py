"""What becomes of a claim: ordered, paid, released, taken again, returned."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.actions import return_stock, sell_stock
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    ClaimOrdered,
    ClaimPaid,
    ClaimRetaken,
    ClaimReturned,
    ClaimsReleased,
    ClaimUnits,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.flash_sales import lock_sale, return_to_catalog
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.hands import taken_of
from kaibo.promotions.actions.waitlist import serve_waiting
from kaibo.promotions.errors import (
    BuyerLimit,
    ClaimLapsed,
    ClaimUsed,
    NoSuchClaim,
    NotOnSale,
    OnHold,
    SoldOut,
)
from kaibo.promotions.models import Claim, FlashSale
from kaibo.promotions.models.flash_sale import LIVE_CLAIMS
from kaibo.promotions.reads import Taken
from kaibo.promotions.rules import CLAIM, free_units, is_on


@transaction.atomic
def order_claim(*, claim_id: int, viewer_id: int, show_id: int, now: dt.datetime) -> Taken:
    """Turn a viewer's claim into an order's units; its deadline stays.

    Raises:
        NoSuchClaim, ClaimUsed, ClaimLapsed, BelowFloor: nothing was written.
    """
    rows = Claim.objects.select_related("sale__offer__sku")
    rows = rows.select_for_update(of=("self",), no_key=True)
    claim = rows.filter(pk=claim_id, viewer_id=viewer_id, sale__show_id=show_id).first()
    if claim is None:
        raise NoSuchClaim(id=claim_id)
    if claim.state == "released" or (claim.state == "held" and claim.pay_before <= now):
        raise ClaimLapsed(id=claim_id, pay_before=claim.pay_before)
    if not CLAIM.may(claim.state, "order"):
        raise ClaimUsed(id=claim_id)
    _move(claim, "order")
    _tell_claim(claim, ClaimOrdered, actor=Actor("viewer", viewer_id, _org(claim)), now=now)
    check_floor_now(claim.sale.offer_id, price_fen=claim.unit_price_fen)
    return taken_of(
        claim.sale.offer,
        units=claim.units,
        unit_price_fen=claim.unit_price_fen,
        claim_id=claim.pk,
        pay_before=claim.pay_before,
    )


@transaction.atomic
def mark_claim_paid(*, claim_id: int, now: dt.datetime) -> None:
    """The claimed units are paid for and leave the stock. Safe to repeat."""
    _sale, claim = _lock_claim(claim_id)
    if claim.state == "paid":
        return
    _sell(claim, "pay", now=now)


@transaction.atomic
def release_claim(*, claim_id: int, now: dt.datetime) -> None:
    """Give an unpaid order's claim back. Safe to repeat."""
    sale, claim = _lock_claim(claim_id)
    if CLAIM.may(claim.state, "release"):
        _release(sale, [claim], now=now)


def release_due_claims(*, now: dt.datetime) -> int:
    """Give back the claims nobody ordered in time; ordered ones are closed with their order.

    Returns:
        How many claims; one transaction per sale.
    """
    due = Claim.objects.filter(state="held", pay_before__lte=now)
    released = 0
    for sale_id in list(due.values_list("sale_id", flat=True).distinct()):
        with transaction.atomic():
            sale = lock_sale(sale_id)
            rows = due.filter(sale_id=sale_id).select_for_update(no_key=True)
            claims = list(rows.order_by("arrival"))
            if claims:
                _release(sale, claims, now=now)
                released += len(claims)
    return released


@transaction.atomic
def retake_claim(*, claim_id: int, now: dt.datetime) -> None:
    """Sell a released claim's units after all, at its price: a late payment came.

    Raises:
        NotOnSale, BuyerLimit, SoldOut, BelowFloor: nothing was written.
    """
    sale, claim = _lock_claim(claim_id)
    assert CLAIM.may(claim.state, "retake"), claim.state
    if not is_on(sale.terms, now):
        raise NotOnSale(link_no=sale.link_no, state=sale.state)
    if sale.tripped_at is not None:
        raise OnHold(link_no=sale.link_no, state="on_hold")
    mine = sale.claims.filter(viewer_id=claim.viewer_id, state__in=LIVE_CLAIMS)
    held = mine.aggregate(n=Sum("units"))["n"] or 0
    if held + claim.units > sale.units_per_buyer_max:
        raise BuyerLimit(held=held, max=sale.units_per_buyer_max)
    free = free_units(sale.units_left, waiting=sale.waiting)
    if claim.units > free:
        raise SoldOut(link_no=sale.link_no, units_left=free)
    sale.units_left -= claim.units
    sale.save(update_fields=["units_left"])
    fact = ClaimRetaken(
        claim_id=claim.pk,
        sale_id=sale.pk,
        link_no=sale.link_no,
        viewer_id=claim.viewer_id,
        units=claim.units,
        units_left=sale.units_left,
    )
    append(fact, at=now, org_id=_org(claim), show_id=sale.show_id, actor=SYSTEM(_org(claim)))
    _sell(claim, "retake", now=now)
    check_floor_now(sale.offer_id, price_fen=claim.unit_price_fen)


@transaction.atomic
def return_claim(*, claim_id: int, now: dt.datetime, units: int | None = None) -> None:
    """Units of a paid claim come back to the catalogue, not to the sale.

    Args:
        units: how many, at most as many as are left with the buyer; None is all of them, and
            safe to repeat.
    """
    sale, claim = _lock_claim(claim_id)
    if claim.state == "returned":
        return
    left = claim.units - claim.units_returned
    back = left if units is None else units
    assert 1 <= back <= left, f"{back} of {left}"
    claim.units_returned += back
    claim.save(update_fields=["units_returned"])
    if back == left:
        _move(claim, "return")
    sale.units_returned += back
    sale.save(update_fields=["units_returned"])
    return_stock(
        org_id=sale.organisation_id,
        sku_id=sale.sku_id,
        units=back,
        reason=f"{sale.link_no} 号链接秒杀退款",
        now=now,
    )
    fact = ClaimReturned(
        claim_id=claim.pk,
        sale_id=sale.pk,
        link_no=sale.link_no,
        viewer_id=claim.viewer_id,
        units=back,
        units_kept=left - back,
    )
    append(fact, at=now, org_id=_org(claim), show_id=sale.show_id, actor=SYSTEM(_org(claim)))


def _release(sale: FlashSale, claims: list[Claim], *, now: dt.datetime) -> None:
    """Units reopen while the window is open, first for those who wait; later they go back."""
    units = sum(claim.units for claim in claims)
    (released,) = {CLAIM.after(claim.state, "release") for claim in claims}
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(state=released)
    to_catalog = not is_on(sale.terms, now)
    if to_catalog:
        return_to_catalog(sale, units, now=now)
    else:
        sale.units_left += units
    sale.save(update_fields=["units_left", "units_returned"])
    fact = ClaimsReleased(
        sale_id=sale.pk,
        link_no=sale.link_no,
        claims=[ClaimUnits(claim.pk, claim.viewer_id, claim.units) for claim in claims],
        to_catalog=to_catalog,
        units_left=sale.units_left,
    )
    org_id = sale.organisation_id
    append(fact, at=now, org_id=org_id, show_id=sale.show_id, actor=SYSTEM(org_id))
    serve_waiting(sale, now=now)


def _sell(claim: Claim, verb: str, *, now: dt.datetime) -> None:
    _move(claim, verb)
    sell_stock(
        org_id=_org(claim),
        sku_id=claim.sale.sku_id,
        units=claim.units,
        reason=f"{claim.sale.link_no} 号链接秒杀售出",
        now=now,
    )
    _tell_claim(claim, ClaimPaid, actor=SYSTEM(_org(claim)), now=now)


def _lock_claim(claim_id: int) -> tuple[FlashSale, Claim]:
    """The sale, then the claim, both under their locks."""
    sale = lock_sale(Claim.objects.values_list("sale_id", flat=True).get(pk=claim_id))
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim_id)
    claim.sale = sale
    return sale, claim


def _move(claim: Claim, verb: str) -> None:
    claim.state = CLAIM.after(claim.state, verb)
    claim.save(update_fields=["state"])


def _org(claim: Claim) -> int:
    return claim.sale.organisation_id


def _tell_claim(
    claim: Claim,
    kind: type[ClaimOrdered] | type[ClaimPaid],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    fact: Fact = kind(
        claim_id=claim.pk,
        sale_id=claim.sale_id,
        link_no=claim.sale.link_no,
        viewer_id=claim.viewer_id,
        units=claim.units,
    )
    append(fact, at=now, org_id=_org(claim), show_id=claim.sale.show_id, actor=actor)
