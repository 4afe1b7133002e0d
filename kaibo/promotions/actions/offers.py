"""Links of a show: listing, shelving, opening the price, stock batches, closing."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from kaibo.access.reads import organisation
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole, clean_text, clean_url
from kaibo.catalog.actions import hold_stock, release_stock
from kaibo.catalog.reads import check_not_withheld, check_sellable, sku
from kaibo.compliance.actions import judged
from kaibo.facts.promotions import (
    OfferClosed,
    OfferListed,
    OfferShelved,
    OfferUnitsAdded,
    PriceOpened,
    Reason,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.auctions import stop_auctions_of
from kaibo.promotions.actions.cards import fill_card
from kaibo.promotions.actions.flash_sales import stop_sales_of
from kaibo.promotions.actions.floor import check_floor_now, check_stacked_floor
from kaibo.promotions.actions.kept import end_line, serve_line
from kaibo.promotions.actions.negative import judge_link
from kaibo.promotions.actions.prices import (
    check_true_price,
    keep_open_price,
    keep_tag,
    measured_price,
)
from kaibo.promotions.actions.takings import give_back_units
from kaibo.promotions.errors import LinkTaken, NoSuchLink, OfferStateWrong
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import LinkView, link
from kaibo.promotions.reads.fans import tier_name
from kaibo.promotions.rules import UNITS_MAX, check_offer_terms
from kaibo.promotions.rules.running import FAN_TIERS
from kaibo.promotions.rules.selling import EARLY_S_MAX

_OPENED = (
    "state",
    "price_fen",
    "reference_fen",
    "agreed_off_fen",
    "early_tier",
    "early_name",
    "opens_to_all_at",
    "goods_list",
    "card",
)


@dataclass(frozen=True, slots=True)
class Early:
    """A link sells to fans of this tier and above first, for so many seconds."""

    tier: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSpec:
    """The terms of a link.

    Args:
        units: the first batch, held in the catalogue at listing; 0 is allowed.
        day_price_fen: the price it is compared with, and ``price_basis`` says what that is.
        per_buyer_max: 0 means no limit.
        title, spec, image_url: empty means as in the catalogue.
        seller_…: empty means the organisation's own.
    """

    org_id: int
    show_id: int
    link_no: int
    sku_id: int
    price_fen: int
    units: int
    day_price_fen: int | None = None
    price_basis: str = ""
    per_buyer_max: int = 0
    title: str = ""
    spec: str = ""
    image_url: str = ""
    seller_name: str = ""
    seller_licence_no: str = ""
    seller_address: str = ""
    seller_contact: str = ""


@judged
def list_offer(*, spec: OfferSpec, by: Actor, now: dt.datetime) -> LinkView:
    """Give a link of a show its goods and terms, and hold its first batch; viewers see nothing yet.

    Raises:
        NumberOutOfRange, NoDayPriceBasis, BelowFloor, FloorUnproven: the terms cannot stand.
        LinkTaken: the number carries another offer.
        NoSuchSku, ProductNotApproved, PapersMissing, NotEnoughStock, GoodsWithheldFromSale: the
            catalogue refuses. Nothing was written in any of these cases.
        GoodsBanned: only what was found was written.
    """
    check_offer_terms(
        link_no=spec.link_no,
        price_fen=spec.price_fen,
        day_price_fen=spec.day_price_fen,
        price_basis=spec.price_basis,
        per_buyer_max=spec.per_buyer_max,
    )
    check_whole("units", spec.units, least=0, most=UNITS_MAX)
    goods, seller = sku(spec.org_id, spec.sku_id), organisation(spec.org_id)
    row = Offer(
        organisation_id=spec.org_id,
        show_id=spec.show_id,
        link_no=spec.link_no,
        sku_id=spec.sku_id,
        title=clean_text("title", spec.title or goods.product_title, chars_max=200, required=True),
        spec=clean_text("spec", spec.spec or goods.spec, chars_max=200),
        image_url=clean_url("image_url", spec.image_url or goods.image_url),
        price_fen=spec.price_fen,
        day_price_fen=spec.day_price_fen,
        price_basis=clean_text("price_basis", spec.price_basis, chars_max=200),
        seller_name=spec.seller_name or seller.seller_name or seller.name,
        seller_licence_no=spec.seller_licence_no or seller.seller_licence_no,
        seller_address=spec.seller_address or seller.seller_address,
        seller_contact=spec.seller_contact or seller.seller_contact,
        units_given=spec.units,
        per_buyer_max=spec.per_buyer_max,
    )
    _insert(row)
    row.goods_list = judge_link(row, "shelved", by=by, now=now, is_new=True)
    row.save(update_fields=["goods_list"])
    if spec.units:
        _hold(row, spec.units, now=now)
    check_not_withheld(row.sku_id)
    check_floor_now(row.pk, price_fen=spec.price_fen)
    check_stacked_floor(org_id=row.organisation_id, show_id=row.show_id, now=now)
    check_true_price(row, price_fen=row.price_fen, now=now)
    keep_tag(row, now=now)
    fact = OfferListed(
        offer_id=row.pk,
        link_no=row.link_no,
        sku_id=row.sku_id,
        price_fen=row.price_fen,
        day_price_fen=row.day_price_fen,
        units=spec.units,
        per_buyer_max=row.per_buyer_max,
        title=row.title,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return link(row.show_id, row.link_no)


@judged
def put_on_shelf(*, show_id: int, link_no: int, by: Actor, now: dt.datetime) -> LinkView:
    """Show a link to viewers, its price still hidden. Safe to repeat.

    A closed link comes back without units; give it a batch with ``add_units``.

    Raises:
        NoSuchLink, ProductNotApproved, QualificationExpired, PapersMissing, CardIncomplete:
            nothing was written.
        GoodsBanned: only what was found was written.
    """
    row = lock_offer(show_id, link_no, org_id=by.org_id)
    if row.state in ("planned", "closed"):
        check_sellable(row.sku_id, now=now)
        row.goods_list = judge_link(row, "shelved", by=by, now=now)
        fill_card(row)
        row.state = "listed"
        row.save(update_fields=["state", "goods_list", "card"])
        fact = OfferShelved(offer_id=row.pk, link_no=link_no)
        append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
    return link(show_id, link_no)


@judged
def open_price(
    *,
    show_id: int,
    link_no: int,
    by: Actor,
    now: dt.datetime,
    price_fen: int | None = None,
    agreed_off_fen: int | None = None,
    early: Early | None = None,
) -> LinkView:
    """Open the price of a link: it sells from now on, at the planned or at a new price.

    Args:
        early: it sells to a fan tier first; only of a link that was not open yet.
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it; nothing was written.
        BaseAboveDeals, TagRaised, DiscountNotTrue: its comparison does not hold; as above.
        NoSuchLink, OfferStateWrong, ProductNotApproved, QualificationExpired, PapersMissing,
            NumberOutOfRange, NoDayPriceBasis, BelowFloor, FloorUnproven, NoSuchFanTier,
            CardIncomplete: nothing was written.
        GoodsBanned: only what was found was written.
    """
    row = lock_offer(show_id, link_no, org_id=by.org_id)
    price = row.price_fen if price_fen is None else price_fen
    if row.state == "closed" or (early is not None and row.state == "open"):
        raise OfferStateWrong(link_no=link_no, state=row.get_state_display())
    check_sellable(row.sku_id, now=now)
    check_offer_terms(
        link_no=link_no,
        price_fen=price,
        day_price_fen=row.day_price_fen,
        price_basis=row.price_basis,
        per_buyer_max=row.per_buyer_max,
    )
    check_floor_now(row.pk, price_fen=price)
    if row.state != "open" or row.price_fen != price:
        row.goods_list = judge_link(row, "shelved", by=by, now=now)
        check_true_price(row, price_fen=price, now=now)
        row.reference_fen, row.agreed_off_fen = measured_price(
            row, price_fen=price, units=row.units_left, agreed_off_fen=agreed_off_fen, now=now
        )
        if row.state != "open":
            fill_card(row)
            _set_early(row, early, now=now)
        row.state, row.price_fen = "open", price
        row.save(update_fields=_OPENED)
        keep_open_price(row, now=now)
        check_stacked_floor(org_id=row.organisation_id, show_id=show_id, now=now)
        fact = PriceOpened(
            offer_id=row.pk,
            link_no=link_no,
            price_fen=price,
            early_tier=row.early_tier,
            opens_to_all_at=row.opens_to_all_at,
        )
        append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
    return link(show_id, link_no)


def _set_early(row: Offer, early: Early | None, *, now: dt.datetime) -> None:
    if early is None:
        row.early_tier, row.early_name, row.opens_to_all_at = 0, "", None
        return
    check_whole("early_tier", early.tier, least=1, most=len(FAN_TIERS))
    check_whole("early_s", early.seconds, least=1, most=EARLY_S_MAX)
    row.early_tier = early.tier
    row.early_name = tier_name(early.tier, org_id=row.organisation_id)
    row.opens_to_all_at = now + dt.timedelta(seconds=early.seconds)


@judged
def add_units(
    *,
    show_id: int,
    link_no: int,
    units: int,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None = None,
) -> LinkView:
    """Give a link one more batch, held in the catalogue; viewers can see that it was added.

    Who waits in its line gets of it first.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it; nothing was written.
        NoSuchLink, OfferStateWrong, NumberOutOfRange, NotEnoughStock: nothing was written.
    """
    check_whole("units", units, least=1, most=UNITS_MAX)
    row = lock_offer(show_id, link_no, org_id=by.org_id)
    if row.state == "closed":
        raise OfferStateWrong(link_no=link_no, state=row.get_state_display())
    _hold(row, units, now=now)
    row.units_given += units
    if row.state == "open":
        _reference, agreed = measured_price(
            row,
            price_fen=row.price_fen,
            units=row.units_left,
            agreed_off_fen=agreed_off_fen or row.agreed_off_fen or None,
            now=now,
        )
        row.agreed_off_fen = agreed
    row.save(update_fields=["units_given", "agreed_off_fen"])
    fact = OfferUnitsAdded(offer_id=row.pk, link_no=link_no, units=units)
    append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
    serve_line(row, now=now)
    return link(show_id, link_no)


@transaction.atomic
def close_link(*, show_id: int, link_no: int, by: Actor, now: dt.datetime) -> LinkView:
    """Stop selling a link, its flash sale and auction; free units go back. Safe to repeat.

    Ordered units stay with their buyers until they pay or their time is over; nobody waits any
    more, and what was kept for who waited goes back.

    Raises:
        NoSuchLink: nothing was written.
    """
    row = lock_offer(show_id, link_no, org_id=by.org_id)
    close_row(row, by=by, now=now, reason="desk")
    return link(show_id, link_no)


@transaction.atomic
def close_offers(*, show_id: int, by: Actor, now: dt.datetime) -> int:
    """Close every link of a show at its end; returns how many were still up."""
    offers = Offer.objects.select_for_update(no_key=True).order_by("pk")
    rows = offers.filter(show_id=show_id, organisation_id=by.org_id)
    up = [row for row in rows if row.state != "closed"]
    for row in up:
        close_row(row, by=by, now=now, reason="show_ended")
    return len(up)


def lock_offer(show_id: int, link_no: int, *, org_id: int | None = None) -> Offer:
    """The link under its row lock.

    Raises:
        NoSuchLink: not in this show, or not of this organisation.
    """
    rows = Offer.objects.select_for_update(no_key=True).filter(show_id=show_id, link_no=link_no)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchLink(link_no=link_no)
    return row


def close_row(row: Offer, *, by: Actor, now: dt.datetime, reason: Reason) -> None:
    """Stop selling a link whose lock the caller holds. Safe to repeat."""
    stop_sales_of(row.pk, by=by, now=now, reason=reason)
    stop_auctions_of(row, by=by, now=now)
    if row.state == "closed":
        return
    free = row.units_left
    if free:
        release_stock(
            org_id=row.organisation_id,
            sku_id=row.sku_id,
            units=free,
            reason=f"{row.link_no} 号链接下架",
            now=now,
        )
    row.units_given -= free
    row.state = "closed"
    row.save(update_fields=["units_given", "state"])
    fact = OfferClosed(offer_id=row.pk, link_no=row.link_no, units_returned=free, reason=reason)
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    for taking_id in end_line(row, by=by, now=now):
        give_back_units(taking_id=taking_id, now=now)


def _hold(row: Offer, units: int, *, now: dt.datetime) -> None:
    hold_stock(
        org_id=row.organisation_id,
        sku_id=row.sku_id,
        units=units,
        reason=f"{row.link_no} 号链接",
        now=now,
    )


def _insert(row: Offer) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        taken = Offer.objects.filter(show_id=row.show_id, link_no=row.link_no).exists()
        if not taken:
            raise
        raise LinkTaken(link_no=row.link_no) from error
