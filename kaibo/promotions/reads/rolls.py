"""Who holds, bid, entered or waits: rolls that are too long for a page and go into files.

Names are masked; rows come some hundred at a time, with the names of each piece in one query.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from kaibo.audience.reads import masked_names
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.promotions.errors import NoSuchAuction
from kaibo.promotions.models import (
    Auction,
    BarredViewer,
    Bid,
    Claim,
    Coupon,
    CouponCode,
    DrawEntry,
    PacketClaim,
    Place,
    PromotionUse,
    Win,
)
from kaibo.promotions.reads.draws import draw
from kaibo.promotions.reads.packets import packet
from kaibo.promotions.reads.promotions import promotion
from kaibo.promotions.reads.selling import flash_sale


class Enrolled(NamedTuple):
    """A row with the masked name of its viewer, for the lists of this context alone."""

    row: Any
    name: str


def coupons_given(org_id: int, promotion_id: int) -> Iterator[Enrolled]:
    """The coupons of a promotion in whoever's purse, newest first.

    Raises:
        NoSuchPromotion: not in the organisation.
    """
    promotion(promotion_id, org_id=org_id)
    return _enrolled(Coupon.objects.filter(promotion_id=promotion_id).order_by("-pk"), org_id)


def uses_made(org_id: int, promotion_id: int) -> Iterator[Enrolled]:
    """A promotion at work in orders, newest first.

    Raises:
        NoSuchPromotion: not in the organisation.
    """
    promotion(promotion_id, org_id=org_id)
    return _enrolled(PromotionUse.objects.filter(promotion_id=promotion_id).order_by("-pk"), org_id)


def codes_made(org_id: int, promotion_id: int) -> Iterator[CouponCode]:
    """The codes of a promotion, newest first; which word each is, nobody can tell any more.

    Raises:
        NoSuchPromotion: not in the organisation.
    """
    promotion(promotion_id, org_id=org_id)
    rows = CouponCode.objects.filter(promotion_id=promotion_id).order_by("-pk").defer("digest")
    return rows.iterator(PIECE_ROWS)


def claims_won(org_id: int, sale_id: int) -> Iterator[Enrolled]:
    """The claims of a flash sale in the order of arrival.

    Raises:
        NoSuchSale: not in the organisation.
    """
    flash_sale(sale_id, org_id=org_id)
    return _enrolled(Claim.objects.filter(sale_id=sale_id).order_by("arrival"), org_id)


def places_given(org_id: int, sale_id: int) -> Iterator[Enrolled]:
    """The waitlist of a flash sale in the order of joining, those who left too.

    Raises:
        NoSuchSale: not in the organisation.
    """
    flash_sale(sale_id, org_id=org_id)
    return _enrolled(Place.objects.filter(sale_id=sale_id).order_by("number"), org_id)


def bids_made(org_id: int, auction_id: int) -> Iterator[Enrolled]:
    """The bids of an auction in their order.

    Raises:
        NoSuchAuction: not in the organisation.
    """
    if not Auction.objects.filter(organisation_id=org_id, pk=auction_id).exists():
        raise NoSuchAuction(id=auction_id)
    return _enrolled(Bid.objects.filter(auction_id=auction_id).order_by("number"), org_id)


def auctions_planned(org_id: int, show_id: int) -> Iterator[Auction]:
    """The auctions of a show with their links, newest first."""
    rows = Auction.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    return rows.select_related("offer").iterator(PIECE_ROWS)


def wins_made(org_id: int, show_id: int) -> Iterator[Enrolled]:
    """What was won in the auctions of a show, in its order."""
    rows = Win.objects.filter(auction__organisation_id=org_id, auction__show_id=show_id)
    return _enrolled(rows.select_related("auction__offer", "bid").order_by("pk"), org_id)


def entries_made(org_id: int, draw_id: int) -> Iterator[Enrolled]:
    """Who entered a draw, those who were kept out too, in its order.

    Raises:
        NoSuchDraw: not in the organisation.
    """
    draw(org_id, draw_id)
    return _enrolled(DrawEntry.objects.filter(draw_id=draw_id).order_by("pk"), org_id)


def portions_taken(org_id: int, packet_id: int) -> Iterator[Enrolled]:
    """The portions of a red packet in the order in which they were taken.

    Raises:
        NoSuchPacket: not in the organisation.
    """
    packet(org_id, packet_id)
    rows = PacketClaim.objects.filter(packet_id=packet_id).select_related("coupon")
    return _enrolled(rows.order_by("place"), org_id)


def viewers_barred(org_id: int) -> Iterator[Enrolled]:
    """Who belongs to the shop and wins no draw, newest first."""
    return _enrolled(BarredViewer.objects.filter(organisation_id=org_id).order_by("-pk"), org_id)


def _enrolled(rows: "QuerySet[Any, Any]", org_id: int) -> Iterator[Enrolled]:
    for some in in_pieces(rows.iterator(PIECE_ROWS)):
        names = masked_names({row.viewer_id for row in some}, org_id=org_id)
        for row in some:
            yield Enrolled(row, names.get(row.viewer_id, "**"))
