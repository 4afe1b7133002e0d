"""Units of a link in buyers' hands: taken, given back, sold, returned."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Sum

from kaibo.catalog.actions import release_stock, return_stock, sell_stock
from kaibo.compliance.reads import is_selling_paused
from kaibo.facts.promotions import UnitsGivenBack, UnitsReturned, UnitsSold
from kaibo.promotions.actions.floor import check_floor_now
from kaibo.promotions.actions.hands import put_in_hand, taken_of, tell_taken, tell_units
from kaibo.promotions.actions.kept import serve_line, take_kept
from kaibo.promotions.actions.wins import lapse_win, lock_auction, offer_next, pay_win
from kaibo.promotions.errors import BuyerLimit, NotOnSale, RoomPaused
from kaibo.promotions.models import Claim, FlashSale, GroupOffer, Offer, PresaleOffer, Taking, Win
from kaibo.promotions.reads import Taken
from kaibo.promotions.reads.carts import check_early, check_gives, units_in_hand
from kaibo.promotions.rules import TAKING


def lock_links(*, offer_ids: Iterable[int], claim_ids: Iterable[int]) -> None:
    """Lock the links, then the sales of the claims, that one order is about to move units of.

    An order of many lines would else hold the stock of one while it waits for the next.
    """
    offers = Offer.objects.select_for_update(no_key=True).order_by("pk")
    list(offers.filter(pk__in=list(offer_ids)))
    sale_ids = Claim.objects.filter(pk__in=list(claim_ids)).values_list("sale_id", flat=True)
    sales = FlashSale.objects.select_for_update(no_key=True).order_by("pk")
    list(sales.filter(pk__in=list(sale_ids)))


@transaction.atomic
def take_units(*, offer_id: int, viewer_id: int, units: int, now: dt.datetime) -> Taken:
    """Hold units of an open link for one buyer, at the price it sells at this moment.

    The unit that is kept for them after a wait is theirs first.

    Raises:
        Offer.DoesNotExist: no such offer.
        RoomPaused, NumberOutOfRange, NotOnSale, OnHold, BuyerLimit, SoldOut, EarlyOnly,
            BelowFloor: nothing was written.
    """
    offer = _lock(offer_id)
    kept = take_kept(offer, viewer_id=viewer_id, units=units, now=now)
    if kept is not None:
        return kept
    return hold_units(offer, viewer_id=viewer_id, units=units, price_fen=offer.price_fen, now=now)


def hold_units(
    offer: Offer,
    *,
    viewer_id: int,
    units: int,
    price_fen: int,
    now: dt.datetime,
    group_offer: GroupOffer | None = None,
    presale: PresaleOffer | None = None,
) -> Taken:
    """Hold units at this price, the link's own or another's; the caller holds the link's lock.

    Raises:
        RoomPaused, NumberOutOfRange, NotOnSale, OnHold, BuyerLimit, SoldOut, EarlyOnly,
            BelowFloor: nothing was written.
    """
    if is_selling_paused(offer.organisation_id, offer.show_id):
        raise RoomPaused(link_no=offer.link_no, state="paused")
    _check(offer, viewer_id=viewer_id, units=units, group_offer=group_offer)
    check_early(offer, viewer_id=viewer_id, now=now)
    taking = put_in_hand(
        offer,
        viewer_id=viewer_id,
        units=units,
        price_fen=price_fen,
        group_offer=group_offer,
        presale=presale,
        now=now,
    )
    check_floor_now(offer.pk, price_fen=price_fen)
    return taken_of(offer, units=units, unit_price_fen=price_fen, taking_id=taking.pk)


@transaction.atomic
def retake_units(*, taking_id: int, now: dt.datetime) -> None:
    """Sell units that were given back, at the price they had: a late payment came.

    Raises:
        NotOnSale, OnHold, BuyerLimit, SoldOut, BelowFloor: nothing was written.
    """
    offer, taking = _lock_taking(taking_id)
    assert TAKING.may(taking.state, "retake"), taking.state
    if taking.auction_id is not None:
        # What was won and not paid in time was offered to others.
        raise NotOnSale(link_no=offer.link_no, state=offer.state)
    _check(offer, viewer_id=taking.viewer_id, units=taking.units, group_offer=taking.group_offer)
    offer.units_held += taking.units
    offer.save(update_fields=["units_held"])
    _move(taking, "retake")
    tell_taken(offer, taking, now=now, again=True)
    mark_units_sold(taking_id=taking_id, now=now)
    check_floor_now(offer.pk, price_fen=taking.unit_price_fen)


@transaction.atomic
def give_back_units(*, taking_id: int, now: dt.datetime) -> None:
    """Free held units: to the link while it is up, else to the catalogue. Safe to repeat.

    What was won in an auction goes to the next bidder instead, if its terms say so. Units of a
    link for which somebody waits are kept for them at once.
    """
    offer, taking = _lock_taking(taking_id)
    if not TAKING.may(taking.state, "give_back"):
        return
    _move(taking, "give_back")
    heir = lapse_win(taking, now=now)
    offer.units_held -= taking.units
    to_catalog = offer.state == "closed" and heir is None
    if to_catalog:
        offer.units_given -= taking.units
    offer.save(update_fields=["units_held", "units_given"])
    if to_catalog:
        release_stock(
            org_id=offer.organisation_id,
            sku_id=offer.sku_id,
            units=taking.units,
            reason=f"{offer.link_no} 号链接释放",
            now=now,
        )
    fact = UnitsGivenBack(
        taking_id=taking.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        viewer_id=taking.viewer_id,
        units=taking.units,
        to_catalog=to_catalog,
    )
    tell_units(offer, fact, viewer_id=taking.viewer_id, now=now)
    if heir is not None:
        offer_next(offer, heir, now=now)
    serve_line(offer, now=now)


def release_due_wins(*, now: dt.datetime) -> int:
    """Let go of what was won and not ordered in time; ordered units go with their order.

    Returns:
        How many, at most 500; each in a transaction of its own.
    """
    due = Win.objects.filter(state="held", pay_before__lte=now).order_by("pay_before")
    return sum(_release(id, now=now) for id in list(due.values_list("pk", flat=True)[:500]))


@transaction.atomic
def mark_units_sold(*, taking_id: int, now: dt.datetime) -> None:
    """Held units are paid for and leave the stock. Safe to repeat."""
    offer, taking = _lock_taking(taking_id)
    if taking.state == "sold":
        return
    _move(taking, "sell")
    pay_win(taking, now=now)
    offer.units_held -= taking.units
    offer.units_sold += taking.units
    offer.save(update_fields=["units_held", "units_sold"])
    sell_stock(
        org_id=offer.organisation_id,
        sku_id=offer.sku_id,
        units=taking.units,
        reason=f"{offer.link_no} 号链接售出",
        now=now,
    )
    fact = UnitsSold(
        taking_id=taking.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        viewer_id=taking.viewer_id,
        units=taking.units,
    )
    tell_units(offer, fact, viewer_id=taking.viewer_id, now=now)


@transaction.atomic
def return_units(*, taking_id: int, now: dt.datetime, units: int | None = None) -> None:
    """Sold units come back to the catalogue, not to the link.

    Args:
        units: how many, at most as many as are left with the buyer; None is all of them, and
            safe to repeat.
    """
    offer, taking = _lock_taking(taking_id)
    if taking.state == "returned":
        return
    left = taking.units - taking.units_returned
    back = left if units is None else units
    assert 1 <= back <= left, f"{back} of {left}"
    taking.units_returned += back
    taking.save(update_fields=["units_returned"])
    if back == left:
        _move(taking, "return")
    offer.units_sold -= back
    offer.units_given -= back
    offer.save(update_fields=["units_sold", "units_given"])
    return_stock(
        org_id=offer.organisation_id,
        sku_id=offer.sku_id,
        units=back,
        reason=f"{offer.link_no} 号链接退款",
        now=now,
    )
    fact = UnitsReturned(
        taking_id=taking.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        viewer_id=taking.viewer_id,
        units=back,
        units_kept=left - back,
    )
    tell_units(offer, fact, viewer_id=taking.viewer_id, now=now)


def _check(offer: Offer, *, viewer_id: int, units: int, group_offer: GroupOffer | None) -> None:
    if group_offer is not None:
        mine = offer.takings.filter(viewer_id=viewer_id, state__in=("held", "sold"))
        held = mine.filter(group_offer=group_offer).aggregate(n=Sum("units"))["n"] or 0
        if held + units > group_offer.per_buyer_max:
            raise BuyerLimit(held=held, max=group_offer.per_buyer_max)
    in_hand = units_in_hand([offer.pk], viewer_id=viewer_id)
    check_gives(offer, units=units, in_hand=in_hand.get(offer.pk, 0))


@transaction.atomic
def _release(win_id: int, *, now: dt.datetime) -> bool:
    found = Win.objects.select_related("auction").get(pk=win_id)
    _lock(found.auction.offer_id)
    lock_auction(found.auction_id)
    # Ordered while we came here.
    if Win.objects.get(pk=win_id).state != "held":
        return False
    give_back_units(taking_id=found.taking_id, now=now)
    return True


def _lock(offer_id: int) -> Offer:
    return Offer.objects.select_for_update(no_key=True).get(pk=offer_id)


def _lock_taking(taking_id: int) -> tuple[Offer, Taking]:
    offer = _lock(Taking.objects.values_list("offer_id", flat=True).get(pk=taking_id))
    return offer, Taking.objects.get(pk=taking_id)


def _move(taking: Taking, verb: str) -> None:
    taking.state = TAKING.after(taking.state, verb)
    taking.save(update_fields=["state"])
