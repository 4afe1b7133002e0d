"""Units put into a buyer's hands: the row, the count, the fact. Nothing is judged here."""

import datetime as dt
from typing import Any

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.promotions import UnitsGivenBack, UnitsReturned, UnitsSold, UnitsTaken
from kaibo.journal.actions import append
from kaibo.promotions.models import Offer, Taking
from kaibo.promotions.reads import Taken


def put_in_hand(
    offer: Offer, *, viewer_id: int, units: int, price_fen: int, now: dt.datetime, **of: Any
) -> Taking:
    """Hold units for a buyer; the caller holds the link's lock and knows that they are there.

    Args:
        of: the ``group_offer``, ``presale`` or ``auction`` they were taken in, if any.
    """
    offer.units_held += units
    offer.save(update_fields=["units_held"])
    taking = Taking.objects.create(
        offer=offer,
        viewer_id=viewer_id,
        units=units,
        unit_price_fen=price_fen,
        taken_at=now,
        **of,
    )
    tell_taken(offer, taking, now=now)
    return taking


def taken_of(
    offer: Offer,
    *,
    units: int,
    unit_price_fen: int,
    taking_id: int | None = None,
    claim_id: int | None = None,
    pay_before: dt.datetime | None = None,
) -> Taken:
    """Units and what the page said of them at this moment."""
    return Taken(
        link_no=offer.link_no,
        sku_id=offer.sku_id,
        sku_code=offer.sku.code,
        offer_id=offer.pk,
        title=offer.title,
        spec=offer.spec,
        image_url=offer.image_url,
        units=units,
        unit_price_fen=unit_price_fen,
        day_price_fen=offer.day_price_fen,
        price_basis=offer.price_basis,
        seller_name=offer.seller_name,
        seller_licence_no=offer.seller_licence_no,
        card=offer.card,
        taking_id=taking_id,
        claim_id=claim_id,
        pay_before=pay_before,
    )


def tell_taken(offer: Offer, taking: Taking, *, now: dt.datetime, again: bool = False) -> None:
    """Append that units were taken; ``again``: late money took back what was given back."""
    fact = UnitsTaken(
        taking_id=taking.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        viewer_id=taking.viewer_id,
        units=taking.units,
        unit_price_fen=taking.unit_price_fen,
        again=again,
    )
    tell_units(offer, fact, viewer_id=taking.viewer_id, now=now)


def tell_units(
    offer: Offer,
    fact: UnitsTaken | UnitsGivenBack | UnitsSold | UnitsReturned,
    *,
    viewer_id: int,
    now: dt.datetime,
) -> None:
    """Append what became of a buyer's units."""
    # Units move on a buyer's behalf; timers and callbacks act for the organisation.
    is_buyers_act = isinstance(fact, UnitsTaken) and not fact.again
    org_id = offer.organisation_id
    actor = Actor("viewer", viewer_id, org_id) if is_buyers_act else SYSTEM(org_id)
    append(fact, at=now, org_id=org_id, show_id=offer.show_id, actor=actor)
