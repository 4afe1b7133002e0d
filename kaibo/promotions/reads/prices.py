"""What a SKU was shown at and what buyers really paid for it, at one shop.

Deals are not a table of their own: units that were sold are the deals, with what their orders pay
for them (``Taking.paid_fen``, ``Claim.paid_fen``; None is the unit price). So there is no second
truth to keep, and a refund takes its deal away by itself.

Units given for nothing, by an exchange coupon for example, are no deal: like a gift they were not
sold at a price (成交价格, 明码标价和禁止价格欺诈规定 16).
"""

import datetime as dt
from dataclasses import dataclass
from statistics import median_low
from typing import Literal

from django.db.models import Q, QuerySet

from kaibo.catalog.reads import sku
from kaibo.facts.promotions import OfferUnitsAdded
from kaibo.journal.reads import facts_of_show
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.models import (
    Auction,
    Claim,
    Draw,
    FlashSale,
    Offer,
    PriceSet,
    Promotion,
    RedPacket,
    Taking,
)
from kaibo.promotions.rules import (
    DEALS_DAYS,
    RESTART_WITHIN,
    Base,
    Deal,
    ScarcityHit,
    compared_base,
)
from kaibo.promotions.rules import scarcity_hits as hits_of
from kaibo.promotions.rules.truth import CountdownHit as CountdownHit
from kaibo.promotions.rules.truth import countdown_hits as clock_hits_of
from kaibo.promotions.rules.truth import countdown_words as countdown_words
from kaibo.promotions.rules.truth import scarce_words as scarce_words

# Of more deals in a week the newest stand for all when a reference is sought.
DEALS_LOOKED_AT = 1_000
_ON = ("published", "open")


@dataclass(frozen=True, slots=True)
class PriceShown:
    """A price the shop showed: a compared price, an open price, or that of a flash sale."""

    kind: str
    price_fen: int
    show_id: int
    link_no: int
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """Everything that is known of a SKU's prices; ``base`` is what may be compared with now."""

    shown: tuple[PriceShown, ...]
    deals: tuple[Deal, ...]
    base: Base | None


@dataclass(frozen=True, slots=True)
class SaleMark:
    """Something about a flash sale that a person should look at (LM-098)."""

    sale_id: int
    link_no: int
    mark: Literal["restarted", "price_stays"]


@dataclass(frozen=True, slots=True)
class UnitsAdded:
    """Units that were added to a link after it was listed."""

    units: int
    at: dt.datetime


def deals(
    org_id: int,
    sku_id: int,
    *,
    before: dt.datetime,
    since: dt.datetime | None = None,
    most: int | None = DEALS_LOOKED_AT,
) -> list[Deal]:
    """What units of a SKU cost buyers of this shop, newest first; ``most`` of a kind, None: all."""
    takings, claims = _sold(org_id, sku_id, before=before)
    if since is not None:
        takings, claims = takings.filter(taken_at__gte=since), claims.filter(claimed_at__gte=since)
    found = [*_deals(takings, "taken_at", most=most), *_deals(claims, "claimed_at", most=most)]
    return sorted(found, key=lambda deal: deal.at, reverse=True)


def deal_base(org_id: int, sku_id: int, *, start: dt.datetime) -> Base | None:
    """The lawful base of a comparison at ``start`` (LM-092); None if nothing was ever sold."""
    takings, claims = _sold(org_id, sku_id, before=start)
    since = start - dt.timedelta(days=DEALS_DAYS)
    week = [
        *takings.filter(taken_at__gte=since).values_list(*_FIELDS, "taken_at").iterator(),
        *claims.filter(claimed_at__gte=since).values_list(*_FIELDS, "claimed_at").iterator(),
    ]
    last = [*_deals(takings, "taken_at", most=1), *_deals(claims, "claimed_at", most=1)]
    return compared_base([*(_deal(*row) for row in week), *last], start=start)


def reference_of(
    org_id: int, sku_id: int, *, day_price_fen: int | None, now: dt.datetime
) -> int | None:
    """What a SKU usually costs here: the breaker's measure.

    The middle of a week's deals, else the day price, else the catalogue's list price; None if none
    is known, and then nothing is measured.
    """
    week = deals(org_id, sku_id, before=now, since=now - dt.timedelta(days=DEALS_DAYS))
    if week:
        return median_low(deal.unit_fen for deal in week)
    return day_price_fen or sku(org_id, sku_id).list_price_fen or None


def price_history(
    org_id: int, sku_id: int, *, now: dt.datetime, most: int | None = DEALS_LOOKED_AT
) -> PriceHistory:
    """The dated prices of a SKU at this shop, newest first; of a kind ``most``, None is all.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    sku(org_id, sku_id)
    rows = PriceSet.objects.filter(organisation_id=org_id, sku_id=sku_id).order_by("-since", "-pk")
    shown = tuple(
        PriceShown(row.kind, row.price_fen, row.show_id, row.link_no, row.since, row.until)
        for row in rows[:most]
    )
    return PriceHistory(
        shown=shown,
        deals=tuple(deals(org_id, sku_id, before=now, most=most)),
        base=deal_base(org_id, sku_id, start=now),
    )


def sale_marks(org_id: int, show_id: int) -> list[SaleMark]:
    """Flash sales to look at again (LM-098).

    ``restarted``: the SKU had a sale at this price that ended within 24 h before.
    ``price_stays``: the sale is over and the link still sells at its price or below.
    """
    marks = []
    rows = FlashSale.objects.filter(organisation_id=org_id, show_id=show_id).select_related("offer")
    for sale in rows.order_by("pk"):
        earlier = FlashSale.objects.filter(
            organisation_id=org_id, sku_id=sale.sku_id, price_fen=sale.price_fen, state="ended"
        ).exclude(pk=sale.pk)
        since = sale.opens_at - RESTART_WITHIN
        if earlier.filter(pk__lt=sale.pk, closes_at__gte=since).exists():
            marks.append(SaleMark(sale.pk, sale.link_no, "restarted"))
        stays = sale.offer.state == "open" and sale.offer.price_fen <= sale.price_fen
        if sale.state == "ended" and stays:
            marks.append(SaleMark(sale.pk, sale.link_no, "price_stays"))
    return marks


def scarcity_hits(text: str, *, org_id: int, show_id: int, link_no: int) -> list[ScarcityHit]:
    """Words about a link that say fewer units are left than there are (LM-099).

    What is left is what the link and its flash sale can still sell, and what the shop could add.

    Raises:
        NoSuchLink: not in this show of the organisation.
    """
    rows = Offer.objects.filter(show_id=show_id, link_no=link_no, organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchLink(link_no=link_no)
    sale = row.sales.filter(state="running").first()
    left = row.units_left + (sale.units_left if sale else 0)
    return hits_of(text, units_left=left)


def countdown_hits(
    text: str, *, org_id: int, show_id: int, link_no: int | None, now: dt.datetime
) -> list[CountdownHit]:
    """Words that say something ends sooner than anything on in the show does.

    Args:
        link_no: the link they are taken to speak of; its sales count, and no other link's. None:
            those of all.
    """
    if not countdown_words(text):
        return []
    here = {"organisation_id": org_id, "show_id": show_id}
    link = here if link_no is None else here | {"link_no": link_no}
    running = Promotion.objects.filter(
        Q(show_id=None) | Q(show_id=show_id), organisation_id=org_id, state="running"
    )
    # An opening is counted down to as well.
    clocks = (
        FlashSale.objects.filter(**link)
        .exclude(state="ended")
        .values_list("opens_at", "closes_at"),
        Auction.objects.filter(**link, state__in=("planned", "running")).values_list(
            "opens_at", "ends_at"
        ),
        Draw.objects.filter(**here, state__in=_ON).values_list("opens_at", "closes_at"),
        RedPacket.objects.filter(**here, state__in=_ON).values_list("opens_at", "closes_at"),
        running.values_list("ends_at", "claim_until"),
    )
    pairs = [pair for rows in clocks for pair in rows]
    moments = [at for pair in pairs for at in pair if at is not None]
    return clock_hits_of(text, ends=moments, now=now)


def units_added(show_id: int, link_no: int) -> list[UnitsAdded]:
    """When a link got more units (加库存), for viewers to see; oldest first.

    Raises:
        NoSuchLink: viewers see no such link.
    """
    seen = Offer.objects.filter(show_id=show_id, link_no=link_no).exclude(state="planned")
    if not seen.exists():
        raise NoSuchLink(link_no=link_no)
    return [
        UnitsAdded(entry.fact.units, entry.at)
        for entry in facts_of_show(show_id, [OfferUnitsAdded])
        if isinstance(entry.fact, OfferUnitsAdded) and entry.fact.link_no == link_no
    ]


def price_stands(offer_id: int, *, price_fen: int, since: dt.datetime) -> bool:
    """Whether a link still sells at this price or below, or somebody bought at it ``since``."""
    row = Offer.objects.get(pk=offer_id)
    bought = row.takings.filter(taken_at__gte=since, unit_price_fen__lte=price_fen)
    sells = row.state == "open" and row.tripped_at is None and row.price_fen <= price_fen
    return sells or bought.filter(state__in=["held", "sold"]).exists()


def tags_shown(org_id: int, sku_id: int) -> list[tuple[int, dt.datetime]]:
    """Every compared price of a SKU at this shop, with the moment it was put there."""
    rows = PriceSet.objects.filter(organisation_id=org_id, sku_id=sku_id, kind="tag")
    return list(rows.values_list("price_fen", "since"))


def asked_before(org_id: int, sku_id: int, *, show_id: int) -> list[tuple[int, dt.datetime]]:
    """What the shop openly asked for a SKU in shows before this one, and since when."""
    rows = PriceSet.objects.filter(organisation_id=org_id, sku_id=sku_id, kind="open")
    return list(rows.exclude(show_id=show_id).values_list("price_fen", "since"))


def _sold(
    org_id: int, sku_id: int, *, before: dt.datetime
) -> tuple["QuerySet[Taking]", "QuerySet[Claim]"]:
    takings = Taking.objects.filter(
        offer__organisation_id=org_id, offer__sku_id=sku_id, state="sold", taken_at__lt=before
    )
    claims = Claim.objects.filter(
        sale__organisation_id=org_id, sale__sku_id=sku_id, state="paid", claimed_at__lt=before
    )
    return takings.exclude(paid_fen=0), claims.exclude(paid_fen=0)


_FIELDS = ("units", "unit_price_fen", "paid_fen")


def _deal(units: int, unit_price_fen: int, paid_fen: int | None, at: dt.datetime) -> Deal:
    return Deal(unit_price_fen if paid_fen is None else paid_fen // units, at)


def _deals(
    rows: "QuerySet[Taking] | QuerySet[Claim]", moment: str, *, most: int | None
) -> list[Deal]:
    newest = rows.order_by(f"-{moment}").values_list(*_FIELDS, moment)[:most]
    return [_deal(*row) for row in newest]
