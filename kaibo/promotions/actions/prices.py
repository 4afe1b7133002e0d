"""True prices at the moment they are put on air: checked, measured against, and kept with dates."""

import datetime as dt

from kaibo.promotions.errors import SecondPersonNeeded
from kaibo.promotions.models import FlashSale, Offer, PriceSet
from kaibo.promotions.reads.bases import check_basis
from kaibo.promotions.reads.guards import guard_terms
from kaibo.promotions.reads.prices import reference_of, tags_shown
from kaibo.promotions.rules import (
    check_discount_words,
    check_tag,
    dangers,
    off_each_fen,
)


def check_true_price(offer: Offer, *, price_fen: int, now: dt.datetime) -> None:
    """Refuse a price whose comparison does not hold (LM-092, LM-093, LM-094).

    Raises:
        BaseAboveDeals, BaseNotShown, BaseUnproven, TagRaised, DiscountNotTrue.
    """
    org_id, tag_fen = offer.organisation_id, offer.day_price_fen
    if tag_fen is not None and tag_fen > price_fen:
        check_offer_basis(offer, tag_fen=tag_fen, now=now)
        check_tag(
            offer.link_no,
            price_fen=price_fen,
            tag_fen=tag_fen,
            tags=tags_shown(org_id, offer.sku_id),
            days=guard_terms(org_id).tag_days,
            now=now,
        )
    check_discount_words(offer.title, price_fen=price_fen, base_fen=tag_fen)


def check_offer_basis(offer: Offer, *, tag_fen: int, now: dt.datetime) -> None:
    """Refuse a compared price that its basis does not bear.

    Raises:
        BaseAboveDeals, BaseNotShown, BaseUnproven.
    """
    check_basis(
        org_id=offer.organisation_id,
        show_id=offer.show_id,
        sku_id=offer.sku_id,
        link_no=offer.link_no,
        tag_fen=tag_fen,
        price_basis=offer.price_basis,
        now=now,
    )


def measured_price(
    offer: Offer, *, price_fen: int, units: int, agreed_off_fen: int | None, now: dt.datetime
) -> tuple[int | None, int]:
    """The reference of an open price and what two people agreed to give away at it.

    Args:
        units: how many can be bought at it.
        agreed_off_fen: what a second person confirmed; None: nobody did.

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it.
    """
    org_id = offer.organisation_id
    reference = reference_of(org_id, offer.sku_id, day_price_fen=offer.day_price_fen, now=now)
    found = dangers(
        guard_terms(org_id),
        price_fen=price_fen,
        units=units,
        reference_fen=reference,
        known_fen=max(reference or 0, offer.price_fen if offer.state == "open" else 0),
    )
    off_fen = units * off_each_fen(reference, price_fen)
    _check_agreed(offer.link_no, found, price_fen, off_fen, agreed_off_fen)
    return reference, agreed_off_fen or 0


def check_beside_link(
    offer: Offer,
    *,
    price_fen: int,
    agreed_off_fen: int | None,
    now: dt.datetime,
    units: int | None = None,
) -> None:
    """Refuse a second price of a link (group buy, presale, auction) untrue or not agreed to.

    Args:
        units: how many can be bought at it; None: all that are free.
        agreed_off_fen: what a second person confirmed; less than for the link itself is no less.

    Raises:
        BaseAboveDeals, TagRaised, DiscountNotTrue, SecondPersonNeeded.
    """
    check_true_price(offer, price_fen=price_fen, now=now)
    measured_price(
        offer,
        price_fen=price_fen,
        units=offer.units_left if units is None else units,
        agreed_off_fen=max(agreed_off_fen or 0, offer.agreed_off_fen) or agreed_off_fen,
        now=now,
    )


def measured_sale(
    offer: Offer, *, price_fen: int, units: int, agreed_off_fen: int | None, now: dt.datetime
) -> tuple[int | None, int]:
    """The same for a flash sale, whose units may all go within a minute.

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it.
    """
    terms = guard_terms(offer.organisation_id)
    reference = reference_of(
        offer.organisation_id, offer.sku_id, day_price_fen=offer.day_price_fen, now=now
    )
    off_fen = units * off_each_fen(reference, price_fen)
    found = dangers(
        terms,
        price_fen=price_fen,
        units=units,
        reference_fen=reference,
        # A flash sale is meant to be deep: its price is held against the link's own.
        known_fen=offer.price_fen,
        off_fen_max=terms.short_off_fen_max,
    )
    _check_agreed(offer.link_no, found, price_fen, off_fen, agreed_off_fen)
    return reference, agreed_off_fen or 0


def keep_tag(offer: Offer, *, now: dt.datetime) -> None:
    """A compared price was put on a link; the same as before is no new one."""
    if offer.day_price_fen is None:
        return
    rows = PriceSet.objects.filter(
        organisation_id=offer.organisation_id, sku_id=offer.sku_id, kind="tag"
    )
    last = rows.order_by("-since", "-pk").first()
    if last is None or last.price_fen != offer.day_price_fen:
        _keep(offer, "tag", offer.day_price_fen, now=now)


def keep_open_price(offer: Offer, *, now: dt.datetime) -> None:
    """A link sells at its price from now on."""
    _keep(offer, "open", offer.price_fen, now=now)


def keep_sale_price(sale: FlashSale) -> None:
    """A flash sale sells at its price within its window."""
    PriceSet.objects.create(
        organisation_id=sale.organisation_id,
        sku_id=sale.sku_id,
        show_id=sale.show_id,
        link_no=sale.link_no,
        kind="flash",
        price_fen=sale.price_fen,
        since=sale.opens_at,
        until=sale.closes_at,
    )


def _keep(offer: Offer, kind: str, price_fen: int, *, now: dt.datetime) -> None:
    PriceSet.objects.create(
        organisation_id=offer.organisation_id,
        sku_id=offer.sku_id,
        show_id=offer.show_id,
        link_no=offer.link_no,
        kind=kind,
        price_fen=price_fen,
        since=now,
    )


def _check_agreed(
    link_no: int, found: tuple[str, ...], price_fen: int, off_fen: int, agreed: int | None
) -> None:
    if found and (agreed is None or off_fen > agreed):
        raise SecondPersonNeeded(
            what_zh=f"{link_no} 号链接",
            what_en=f"Link {link_no}",
            link_no=link_no,
            price_fen=price_fen,
            off_fen=off_fen,
            dangers=list(found),
        )
