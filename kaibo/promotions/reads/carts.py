"""What a cart asks: whether links give the units now, and which coupons would be best."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from kaibo.audience.reads.fans import fan_places
from kaibo.base.errors import Refusal
from kaibo.base.inputs import check_whole
from kaibo.promotions.errors import EarlyOnly, NoSuchLink, NotOnSale, OnHold
from kaibo.promotions.models import Offer, Taking
from kaibo.promotions.reads.basket import Buyer, LineWish, basket_lines, priced
from kaibo.promotions.reads.lines import kept_for
from kaibo.promotions.rules import Quote, check_take_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyable:
    """A link as one buyer meets it; ``price_fen`` is None while its price is not open.

    ``refusal`` is what an order of these units would be told now; None: they may be had.
    """

    link_no: int
    sku_id: int
    title: str
    spec: str
    image_url: str
    price_fen: int | None
    refusal: Refusal | None


def check_gives(offer: Offer, *, units: int, in_hand: int) -> None:
    """Refuse units that a link does not give to a buyer now; carts and orders ask the same.

    While somebody waits in its line a newcomer gets none.

    Args:
        in_hand: units this buyer holds or bought of this link already.

    Raises:
        NumberOutOfRange, OnHold, NotOnSale, BuyerLimit, SoldOut.
    """
    if offer.tripped_at is not None and offer.state == "open":
        raise OnHold(link_no=offer.link_no, state="on_hold")
    check_take_units(
        link_no=offer.link_no,
        state=offer.state,  # type: ignore[arg-type]  # held to the four words by its CHECK
        units=units,
        units_left=0 if offer.waiting else offer.units_left,
        held=in_hand,
        per_buyer_max=offer.per_buyer_max,
    )


def check_early(offer: Offer, *, viewer_id: int, now: dt.datetime) -> None:
    """Refuse a buyer for whom a link that opened to a fan tier first is not open yet.

    Raises:
        EarlyOnly: names the tier, and when it opens to all.
    """
    if offer.opens_to_all_at is None or now >= offer.opens_to_all_at:
        return
    mine = fan_places([viewer_id], org_id=offer.organisation_id)
    if mine.get(viewer_id, 0) < offer.early_tier:
        raise EarlyOnly(
            link_no=offer.link_no, name=offer.early_name, opens_at=offer.opens_to_all_at
        )


def units_in_hand(offer_ids: Sequence[int], *, viewer_id: int) -> dict[int, int]:
    """Units that a buyer holds or bought, by offer; an offer without any is left out."""
    rows = Taking.objects.filter(
        offer_id__in=offer_ids, viewer_id=viewer_id, state__in=("held", "sold")
    )
    return dict(rows.order_by().values_list("offer_id").annotate(Sum("units")))


def buyable(
    units: Mapping[int, int], *, org_id: int, show_id: int, viewer_id: int, now: dt.datetime
) -> dict[int, Buyable]:
    """The links of a show that viewers may see, each judged for so many ``units`` by its number."""
    rows = Offer.objects.filter(
        organisation_id=org_id, show_id=show_id, link_no__in=list(units)
    ).exclude(state="planned")
    offers = list(rows)
    mine = units_in_hand([row.pk for row in offers], viewer_id=viewer_id)
    kept = kept_for([row.pk for row in offers], viewer_id=viewer_id, now=now)
    return {
        row.link_no: _buyable(
            row,
            units=units[row.link_no],
            in_hand=mine.get(row.pk, 0),
            is_kept=row.pk in kept,
            viewer_id=viewer_id,
            now=now,
        )
        for row in offers
    }


def check_wanted(
    *, org_id: int, show_id: int, viewer_id: int, link_no: int, units: int
) -> int | None:
    """Refuse what may not even be put in a cart; sold out or not yet open may.

    Returns:
        The price that is shown now, or None while it is not open.

    Raises:
        NoSuchLink: viewers see none of this number. NotOnSale: it has been taken down.
        NumberOutOfRange, BuyerLimit: not so many.
    """
    rows = Offer.objects.filter(organisation_id=org_id, show_id=show_id, link_no=link_no)
    offer = rows.exclude(state="planned").first()
    if offer is None:
        raise NoSuchLink(link_no=link_no)
    if offer.state == "closed":
        raise NotOnSale(link_no=link_no, state=offer.state)
    check_take_units(
        link_no=link_no,
        state="open",
        units=units,
        units_left=units,
        held=units_in_hand([offer.pk], viewer_id=viewer_id).get(offer.pk, 0),
        per_buyer_max=offer.per_buyer_max,
    )
    return offer.price_fen if offer.state == "open" else None


def best_coupons(
    *, org_id: int, show_id: int, viewer_id: int, lines: Sequence[LineWish], now: dt.datetime
) -> tuple[Quote, tuple[int, ...]]:
    """The lowest price with what the buyer holds, and the coupons it needs; nothing is held."""
    buyer = Buyer(org_id=org_id, show_id=show_id, viewer_id=viewer_id, coupon_ids=None, now=now)
    found = priced(buyer, basket_lines(org_id, lines))
    at_work = [applied.promotion.id for applied in found.quote.applied]
    at_work += [gift.promotion.id for gift in found.quote.gifts]
    coupons = (found.offered[id].coupon for id in at_work)
    return found.quote, tuple(sorted(coupon.pk for coupon in coupons if coupon is not None))


def _buyable(
    offer: Offer, *, units: int, in_hand: int, is_kept: bool, viewer_id: int, now: dt.datetime
) -> Buyable:
    refusal: Refusal | None = None
    try:
        if is_kept:
            check_whole("units", units, least=1, most=1)
        else:
            check_gives(offer, units=units, in_hand=in_hand)
            check_early(offer, viewer_id=viewer_id, now=now)
    except Refusal as told:
        refusal = told
    return Buyable(
        link_no=offer.link_no,
        sku_id=offer.sku_id,
        title=offer.title,
        spec=offer.spec,
        image_url=offer.image_url,
        price_fen=offer.price_fen if offer.state == "open" else None,
        refusal=refusal,
    )
