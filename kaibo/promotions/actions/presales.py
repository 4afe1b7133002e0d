"""Presales of links: started, ended, and their units taken. What is paid when is of orders."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction
from django.db.models import Sum

from kaibo.base.actor import Actor
from kaibo.facts.promotions import PresaleStarted, PresaleStopped
from kaibo.journal.actions import append
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.offers import lock_offer
from kaibo.promotions.actions.prices import check_beside_link
from kaibo.promotions.actions.takings import hold_units
from kaibo.promotions.actions.uses import Used
from kaibo.promotions.errors import (
    BuyerLimit,
    NoSuchPresale,
    OfferStateWrong,
    PresaleOn,
    PresaleOver,
)
from kaibo.promotions.models import Offer, PresaleOffer
from kaibo.promotions.reads import Taken
from kaibo.promotions.reads.presales import PresaleOfferView, presale_offer_view
from kaibo.promotions.rules import (
    PRESALE_OFFER,
    BasketLine,
    PresaleTerms,
    check_presale_terms,
    check_quote_floor,
    presale_quote,
)


@transaction.atomic
def start_presale_offer(
    *,
    show_id: int,
    link_no: int,
    terms: PresaleTerms,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None = None,
) -> PresaleOfferView:
    """Take deposits for a link from now on.

    What a buyer pays in all is judged as a link's price is: the floor, a true comparison, and
    what two people agreed to. No promotion applies to a presale but its expansion.

    Args:
        agreed_off_fen: what a second person confirmed may be given away (``confirm_change``).

    Raises:
        NoSuchLink, OfferStateWrong, PresaleOn: the link cannot carry it.
        NumberOutOfRange, RefundDeadlineMissing, DepositTooLarge, PresaleCannotBe, BelowFloor,
            DiscountNotTrue and its kin, SecondPersonNeeded: the terms cannot stand.
        Nothing was written in any of these cases.
    """
    offer = lock_offer(show_id, link_no, org_id=by.org_id)
    check_presale_terms(terms, now=now)
    if offer.state == "closed":
        raise OfferStateWrong(link_no=link_no, state=offer.get_state_display())
    if offer.presales.filter(state="running").exists():
        raise PresaleOn(link_no=link_no)
    row = PresaleOffer.objects.create(
        organisation_id=offer.organisation_id,
        offer=offer,
        show_id=show_id,
        link_no=link_no,
        started_at=now,
        **asdict(terms),
    )
    check_floor_now(offer.pk, price_fen=terms.total_fen)
    check_beside_link(offer, price_fen=terms.total_fen, agreed_off_fen=agreed_off_fen, now=now)
    fact = PresaleStarted(
        presale_offer_id=row.pk,
        offer_id=offer.pk,
        link_no=link_no,
        price_fen=row.price_fen,
        deposit_fen=row.deposit_fen,
        worth_fen=row.worth_fen,
        kind=row.kind,
        late_rule=row.late_rule,
        balance_opens_at=row.balance_opens_at,
        balance_closes_at=row.balance_closes_at,
        ship_by=row.ship_by,
        refund_deadline_days=row.refund_deadline_days,
        per_buyer_max=row.per_buyer_max,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
    return presale_offer_view(row)


@transaction.atomic
def end_presale_offer(*, presale_offer_id: int, by: Actor, now: dt.datetime) -> PresaleOfferView:
    """Take no more deposits; orders that have paid theirs go on. Safe to repeat.

    Raises:
        NoSuchPresale: nothing was written.
    """
    _offer, row = _lock(presale_offer_id, org_id=by.org_id)
    if PRESALE_OFFER.may(row.state, "end"):
        row.state = PRESALE_OFFER.after(row.state, "end")
        row.save(update_fields=["state"])
        fact = PresaleStopped(presale_offer_id=row.pk, link_no=row.link_no)
        append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return presale_offer_view(row)


@transaction.atomic
def take_presale_units(
    *, presale_offer_id: int, viewer_id: int, units: int, now: dt.datetime
) -> tuple[Taken, Used]:
    """Hold units of a presale, and price them: the expansion comes off, nothing else.

    Raises:
        NoSuchPresale, PresaleOver: nothing was written.
        NumberOutOfRange, NotOnSale, OnHold, BuyerLimit, SoldOut, BelowFloor: as ``take_units``.
    """
    offer, row = _lock(presale_offer_id)
    if row.state != "running" or row.balance_opens_at <= now:
        raise PresaleOver(link_no=row.link_no)
    mine = row.takings.filter(viewer_id=viewer_id, state__in=("held", "sold"))
    held = mine.aggregate(n=Sum("units"))["n"] or 0
    if held + units > row.per_buyer_max:
        raise BuyerLimit(held=held, max=row.per_buyer_max)
    taken = hold_units(
        offer, viewer_id=viewer_id, units=units, price_fen=row.price_fen, presale=row, now=now
    )
    check_floor_now(offer.pk, price_fen=row.terms.total_fen)
    line = BasketLine(
        key="0", sku_id=taken.sku_id, units=units, unit_price_fen=row.price_fen, sku=taken.sku_code
    )
    quote = presale_quote(line, terms=row.terms)
    check_quote_floor(quote)
    return taken, Used(quote, (), ())


def _lock(presale_offer_id: int, *, org_id: int | None = None) -> tuple[Offer, PresaleOffer]:
    """The presale under the lock of its link."""
    rows = PresaleOffer.objects.filter(pk=presale_offer_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    offer_id = rows.values_list("offer_id", flat=True).first()
    if offer_id is None:
        raise NoSuchPresale(id=presale_offer_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer_id)
    return offer, rows.select_related("offer").get()
