"""Flash sales: scheduled, started, stopped. Claims are next door."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.actions import hold_stock, release_stock
from kaibo.catalog.reads import check_not_withheld
from kaibo.compliance.reads import check_function_on
from kaibo.facts.promotions import (
    FlashSaleScheduled,
    FlashSaleStarted,
    FlashSaleStopped,
    Reason,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.floor import check_floor_now, check_stacked_floor
from kaibo.promotions.actions.prices import keep_sale_price, measured_sale
from kaibo.promotions.errors import (
    NoSuchLink,
    NoSuchSale,
    OfferStateWrong,
    SaleStateWrong,
    SaleStillOn,
)
from kaibo.promotions.models import FlashSale, Offer
from kaibo.promotions.reads import SaleView, sale_view
from kaibo.promotions.reads.fans import tier_name
from kaibo.promotions.rules import JUDGING_GRACE, SaleTerms, check_sale_terms, opened_window


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashSaleSpec:
    """The terms of a flash sale on a link; the window is half-open, [opens_at, closes_at)."""

    show_id: int
    link_no: int
    price_fen: int
    units: int
    units_per_buyer_max: int
    opens_at: dt.datetime
    closes_at: dt.datetime
    pay_within_s: int
    has_waitlist: bool = False
    early_tier: int = 0
    early_s: int = 0


@transaction.atomic
def schedule_flash_sale(
    *, spec: FlashSaleSpec, by: Actor, now: dt.datetime, agreed_off_fen: int | None = None
) -> SaleView:
    """Give a link a flash sale and hold its units in the catalogue; nobody can claim yet.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it.
        NumberOutOfRange, WindowCannotBe, BelowFloor, FloorUnproven: the terms cannot stand.
        NoSuchLink, OfferStateWrong, SaleStillOn: the link cannot carry it.
        NoSuchFanTier: the shop published no such tier.
        NotEnoughStock: the catalogue has not that many free.
        GoodsWithheldFromSale: a notice keeps the goods from sale.
        Nothing was written in any of these cases.
    """
    terms = SaleTerms(
        "planned",
        spec.opens_at,
        spec.closes_at,
        spec.units_per_buyer_max,
        early_tier=spec.early_tier,
        early_s=spec.early_s,
    )
    check_sale_terms(
        terms,
        price_fen=spec.price_fen,
        units=spec.units,
        pay_within_s=spec.pay_within_s,
        now=now,
    )
    offer = _lock_link(spec, org_id=by.org_id)
    sale = _create(offer, spec)
    hold_stock(
        org_id=offer.organisation_id,
        sku_id=offer.sku_id,
        units=spec.units,
        reason=f"{offer.link_no} 号链接秒杀",
        now=now,
    )
    check_not_withheld(offer.sku_id)
    check_floor_now(offer.pk, price_fen=spec.price_fen)
    check_stacked_floor(org_id=offer.organisation_id, show_id=offer.show_id, now=now)
    sale.reference_fen, sale.agreed_off_fen = measured_sale(
        offer,
        price_fen=spec.price_fen,
        units=spec.units,
        agreed_off_fen=agreed_off_fen,
        now=now,
    )
    sale.save(update_fields=["reference_fen", "agreed_off_fen"])
    _tell_scheduled(sale, by=by, now=now)
    return sale_view(sale)


@transaction.atomic
def start_flash_sale(*, sale_id: int, by: Actor, now: dt.datetime) -> SaleView:
    """Let claims count inside the window. Safe to repeat while the sale runs.

    An opening that has passed slides to ``now``; the length of the window stays.

    Raises:
        NoSuchSale, SaleStateWrong, FunctionOff, BelowFloor, FloorUnproven: nothing was written.
    """
    sale = lock_sale(sale_id, org_id=by.org_id)
    if sale.state == "running":
        return sale_view(sale)
    if sale.state == "ended":
        raise SaleStateWrong(state=sale.get_state_display())
    check_function_on(sale.organisation_id, sale.show_id, "flash_sale", now=now)
    check_floor_now(sale.offer_id, price_fen=sale.price_fen)
    check_stacked_floor(org_id=sale.organisation_id, show_id=sale.show_id, now=now)
    terms = opened_window(sale.terms, now)
    sale.state, sale.opens_at, sale.closes_at = terms.state, terms.opens_at, terms.closes_at
    sale.save(update_fields=["state", "opens_at", "closes_at"])
    keep_sale_price(sale)
    fact = FlashSaleStarted(
        sale_id=sale.pk, link_no=sale.link_no, opens_at=sale.opens_at, closes_at=sale.closes_at
    )
    append(fact, at=now, org_id=sale.organisation_id, show_id=sale.show_id, actor=by)
    return sale_view(sale)


@transaction.atomic
def stop_flash_sale(*, sale_id: int, by: Actor, now: dt.datetime) -> SaleView:
    """End a sale; units nobody claimed go back to the catalogue. Safe to repeat.

    Raises:
        NoSuchSale: nothing was written.
    """
    sale = lock_sale(sale_id, org_id=by.org_id)
    _stop(sale, by=by, now=now, reason="desk")
    return sale_view(sale)


def end_due_sales(*, now: dt.datetime) -> int:
    """End the sales whose window is over, a moment late so that the last arrivals are judged.

    Returns:
        How many were ended; each in its own transaction.
    """
    due = FlashSale.objects.filter(state="running", closes_at__lte=now - JUDGING_GRACE)
    ended = 0
    for sale_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            sale = lock_sale(sale_id)
            if sale.state == "running":
                by = SYSTEM(sale.organisation_id)
                _stop(sale, by=by, now=now, reason="window_over")
                ended += 1
    return ended


def stop_sales_of(offer_id: int, *, by: Actor, now: dt.datetime, reason: Reason) -> None:
    """End whatever sale a link still has; the caller holds the link's lock."""
    sales = FlashSale.objects.select_for_update(no_key=True).filter(offer_id=offer_id)
    for sale in sales.exclude(state="ended"):
        _stop(sale, by=by, now=now, reason=reason)


def lock_sale(sale_id: int, *, org_id: int | None = None) -> FlashSale:
    """The sale under its row lock: the queue of all claimants.

    Raises:
        NoSuchSale: none of this id (in the organisation).
    """
    rows = FlashSale.objects.select_for_update(no_key=True).filter(pk=sale_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    sale = rows.first()
    if sale is None:
        raise NoSuchSale(id=sale_id)
    return sale


def return_to_catalog(sale: FlashSale, units: int, *, now: dt.datetime) -> None:
    """Free held units of a sale for other uses; the caller holds the lock and saves the row."""
    if not units:
        return
    sale.units_returned += units
    release_stock(
        org_id=sale.organisation_id,
        sku_id=sale.sku_id,
        units=units,
        reason=f"{sale.link_no} 号链接秒杀释放",
        now=now,
    )


def _create(offer: Offer, spec: FlashSaleSpec) -> FlashSale:
    return FlashSale.objects.create(
        organisation_id=offer.organisation_id,
        offer=offer,
        show_id=offer.show_id,
        link_no=offer.link_no,
        sku_id=offer.sku_id,
        title=offer.title,
        price_fen=spec.price_fen,
        units_total=spec.units,
        units_left=spec.units,
        units_per_buyer_max=spec.units_per_buyer_max,
        opens_at=spec.opens_at,
        closes_at=spec.closes_at,
        pay_within_s=spec.pay_within_s,
        has_waitlist=spec.has_waitlist,
        early_tier=spec.early_tier,
        early_s=spec.early_s,
        early_name=tier_name(spec.early_tier, org_id=offer.organisation_id),
    )


def _tell_scheduled(sale: FlashSale, *, by: Actor, now: dt.datetime) -> None:
    fact = FlashSaleScheduled(
        sale_id=sale.pk,
        link_no=sale.link_no,
        sku_id=sale.sku_id,
        price_fen=sale.price_fen,
        units=sale.units_total,
        units_per_buyer_max=sale.units_per_buyer_max,
        opens_at=sale.opens_at,
        closes_at=sale.closes_at,
        pay_within_s=sale.pay_within_s,
        has_waitlist=sale.has_waitlist,
        early_tier=sale.early_tier,
        early_s=sale.early_s,
    )
    append(fact, at=now, org_id=sale.organisation_id, show_id=sale.show_id, actor=by)


def _stop(sale: FlashSale, *, by: Actor, now: dt.datetime, reason: Reason) -> None:
    if sale.state == "ended":
        return
    unsold = sale.units_left
    return_to_catalog(sale, unsold, now=now)
    sale.places.filter(state="waiting").update(state="ended")
    sale.state, sale.units_left, sale.waiting = "ended", 0, 0
    sale.save(update_fields=["state", "units_left", "units_returned", "waiting"])
    fact = FlashSaleStopped(
        sale_id=sale.pk, link_no=sale.link_no, units_returned=unsold, reason=reason
    )
    append(fact, at=now, org_id=sale.organisation_id, show_id=sale.show_id, actor=by)


def _lock_link(spec: FlashSaleSpec, *, org_id: int) -> Offer:
    rows = Offer.objects.select_for_update(no_key=True)
    offer = rows.filter(show_id=spec.show_id, link_no=spec.link_no, organisation_id=org_id).first()
    if offer is None:
        raise NoSuchLink(link_no=spec.link_no)
    if offer.state == "closed":
        raise OfferStateWrong(link_no=offer.link_no, state=offer.get_state_display())
    if offer.sales.exclude(state="ended").exists():
        raise SaleStillOn(link_no=offer.link_no)
    return offer
