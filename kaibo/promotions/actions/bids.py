"""Bids in an auction: judged one at a time under its lock, each a fact."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.compliance.reads import is_selling_paused
from kaibo.facts.promotions import BidPlaced
from kaibo.promotions.actions.auctions import begin_if_due, hammer
from kaibo.promotions.actions.wins import lock_auction, tell_auction
from kaibo.promotions.errors import BidRefused, NoSuchAuction, RoomPaused
from kaibo.promotions.models import Auction, BarredViewer, Bid, Offer, Win
from kaibo.promotions.reads.auctions import BidView, bid_view, leads
from kaibo.promotions.rules import (
    BidMade,
    Standing,
    check_request_key,
    end_after_bid,
    judge_bid,
    least_bid_fen,
)


@transaction.atomic
def place_bid(
    *,
    auction_id: int,
    org_id: int,
    show_id: int,
    viewer_id: int,
    price_fen: int,
    request_key: str,
    now: dt.datetime,
) -> BidView:
    """Bid for one unit, above every bid before. A bid stands until a higher one.

    Safe to repeat: the same key gets the first bid again, whatever else it says. ``now`` is when
    the server received it; a bid that waited for its turn counts by that moment.

    Raises:
        NoSuchAuction: none in this show.
        BidRefused: with the reason, and the least that would follow now.
        RoomPaused: the ladder keeps everything of the show from being sold.
        BadInput: the key cannot be used. Nothing was written in any of these cases.
    """
    check_request_key(request_key)
    known = Auction.objects.filter(pk=auction_id, organisation_id=org_id, show_id=show_id).first()
    if known is None:
        raise NoSuchAuction(id=auction_id)
    # Who ends it moves units of the link, whose lock comes first.
    buys = price_fen == known.buy_now_fen
    offer = Offer.objects.select_for_update(no_key=True).get(pk=known.offer_id) if buys else None
    row = lock_auction(auction_id)
    mine = row.bids.filter(viewer_id=viewer_id)
    if (earlier := mine.filter(request_key=request_key).first()) is not None:
        return bid_view(earlier, row)
    if is_selling_paused(org_id, show_id):
        raise RoomPaused(link_no=row.link_no, state="paused")
    begin_if_due(row, now=now)
    standing = _standing(row, viewer_id)
    why = judge_bid(row.terms, standing, price_fen=price_fen, now=now)
    if why is not None:
        least = least_bid_fen(row.terms, row.highest_fen)
        raise BidRefused(reason=why, least_fen=least, ends_at=row.ends_at)
    bid = _write(row, viewer_id, price_fen, request_key, now=now)
    if offer is not None:
        made = BidMade(bid.number, viewer_id, price_fen)
        hammer(offer, row, [made], now=now)
    return bid_view(bid, row)


def _standing(row: Auction, viewer_id: int) -> Standing:
    """What the bid is judged against; the caller holds the lock."""
    barred = BarredViewer.objects.filter(organisation_id=row.organisation_id, viewer_id=viewer_id)
    unpaid = Win.objects.filter(
        viewer_id=viewer_id, auction__show_id=row.show_id, state="lapsed", turn=0
    )
    return Standing(
        is_running=row.state == "running",
        highest_fen=row.highest_fen,
        ends_at=row.ends_at,
        bids=row.bids.filter(viewer_id=viewer_id).count(),
        leads=leads(row, viewer_id),
        barred=barred.exists(),
        unpaid=unpaid.exists(),
    )


def _write(
    row: Auction, viewer_id: int, price_fen: int, request_key: str, *, now: dt.datetime
) -> Bid:
    ends_at = end_after_bid(row.terms, ends_at=row.ends_at, now=now)
    is_extended = ends_at > row.ends_at
    # A bid that waited is not told as earlier than one that was judged before it.
    made_at = now if row.last_bid_at is None else max(now, row.last_bid_at)
    row.bids_count += 1
    row.highest_fen, row.last_bid_at, row.ends_at = price_fen, made_at, ends_at
    row.save(update_fields=["bids_count", "highest_fen", "last_bid_at", "ends_at"])
    bid = Bid.objects.create(
        auction=row,
        number=row.bids_count,
        viewer_id=viewer_id,
        price_fen=price_fen,
        request_key=request_key,
        made_at=made_at,
        ends_at=ends_at,
    )
    fact = BidPlaced(
        auction_id=row.pk,
        link_no=row.link_no,
        bid_id=bid.pk,
        number=bid.number,
        viewer_id=viewer_id,
        price_fen=price_fen,
        ends_at=ends_at,
        is_extended=is_extended,
    )
    tell_auction(row, fact, by=Actor("viewer", viewer_id, row.organisation_id), now=now)
    return bid
