"""Auctions as frozen values: for viewers without the reserve, for the desk with everything."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db.models import QuerySet

from kaibo.audience.reads import masked_names
from kaibo.promotions.errors import NoSuchAuction
from kaibo.promotions.models import Auction, Bid, Win
from kaibo.promotions.rules import auction_words, least_bid_fen

BIDS_SHOWN_MAX = 20
AUCTIONS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BidView:
    """A bidder's own bid; ``leads``: they would win a unit if the auction ended now."""

    auction_id: int
    number: int
    price_fen: int
    made_at: dt.datetime
    ends_at: dt.datetime
    least_fen: int
    leads: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidShown:
    """A bid as everybody sees it."""

    number: int
    price_fen: int
    made_at: dt.datetime
    name_masked: str
    is_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionView:
    """An auction as viewers see it; of a reserve only that there is one, and whether it is met.

    ``closes_at`` is the published end, ``ends_at`` the end as bids have moved it, ``last_end``
    what no bid can move it beyond. ``least_fen``: the least next bid. ``shown``: the newest bids.
    """

    id: int
    show_id: int
    link_no: int
    title: str
    image_url: str
    units: int
    start_fen: int
    step_fen: int
    buy_now_fen: int | None
    has_reserve: bool
    is_reserve_met: bool
    opens_at: dt.datetime
    closes_at: dt.datetime
    ends_at: dt.datetime
    last_end: dt.datetime
    extend_within_s: int
    extend_by_s: int
    extend_max_s: int
    bids_per_buyer_max: int
    pay_within_s: int
    next_offers_max: int
    state: str
    bids: int
    highest_fen: int | None
    least_fen: int
    shown: tuple[BidShown, ...]
    my_bids: int
    leads: bool
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WinView:
    """One unit won, or offered after ``turn`` others let it go; until when it is to be paid."""

    id: int
    auction_id: int
    link_no: int
    title: str
    viewer_id: int
    bid_number: int
    price_fen: int
    turn: int
    won_at: dt.datetime
    pay_before: dt.datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWinView(WinView):
    """A win as the desk sees it: with who won, masked."""

    name_masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAuctionView:
    """An auction as the desk sees it."""

    auction: AuctionView
    reserve_fen: int | None
    wins: tuple[DeskWinView, ...]


def auctions(show_id: int, *, org_id: int, viewer_id: int) -> list[AuctionView]:
    """Those of a show as a viewer sees them, newest first; at most 50."""
    rows = _rows(org_id).filter(show_id=show_id).order_by("-pk")[:AUCTIONS_SHOWN_MAX]
    return [auction_view(row, viewer_id=viewer_id) for row in rows]


def auction(id: int, *, org_id: int, show_id: int, viewer_id: int) -> AuctionView:
    """One of a show as a viewer sees it.

    Raises:
        NoSuchAuction: none of this id there.
    """
    row = _rows(org_id).filter(pk=id, show_id=show_id).first()
    if row is None:
        raise NoSuchAuction(id=id)
    return auction_view(row, viewer_id=viewer_id)


def desk_auctions(show_id: int, *, org_id: int) -> list[DeskAuctionView]:
    """Those of a show for the desk, newest first; at most 50."""
    rows = _rows(org_id).filter(show_id=show_id).order_by("-pk")[:AUCTIONS_SHOWN_MAX]
    return [desk_auction_view(row) for row in rows]


def auctions_on(show_id: int, *, org_id: int) -> list[AuctionView]:
    """Those of a show that are planned or run, for the boards of its staff; without reserves."""
    rows = _rows(org_id).filter(show_id=show_id, state__in=("planned", "running"))
    return [auction_view(row, viewer_id=None) for row in rows.order_by("opens_at", "pk")]


def wins_of(viewer_id: int, *, org_id: int, show_id: int) -> list[WinView]:
    """What a viewer won in a show, newest first; at most 50."""
    rows = Win.objects.select_related("auction__offer", "bid").filter(
        viewer_id=viewer_id, auction__organisation_id=org_id, auction__show_id=show_id
    )
    return [win_view(row) for row in rows.order_by("-pk")[:AUCTIONS_SHOWN_MAX]]


def auction_view(row: Auction, *, viewer_id: int | None) -> AuctionView:
    """A row as a value; ``viewer_id`` None is the desk."""
    terms = row.terms
    words_zh, words_en = auction_words(terms)
    newest = list(row.bids.order_by("-number")[:BIDS_SHOWN_MAX])
    names = masked_names({bid.viewer_id for bid in newest}, org_id=row.organisation_id)
    return AuctionView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        title=row.offer.title,
        image_url=row.offer.image_url,
        units=row.units,
        start_fen=row.start_fen,
        step_fen=row.step_fen,
        buy_now_fen=row.buy_now_fen,
        has_reserve=row.reserve_fen is not None,
        is_reserve_met=(row.highest_fen or 0) >= terms.lowest_fen,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        ends_at=row.ends_at,
        last_end=terms.last_end,
        extend_within_s=row.extend_within_s,
        extend_by_s=row.extend_by_s,
        extend_max_s=row.extend_max_s,
        bids_per_buyer_max=row.bids_per_buyer_max,
        pay_within_s=row.pay_within_s,
        next_offers_max=row.next_offers_max,
        state=row.state,
        bids=row.bids_count,
        highest_fen=row.highest_fen,
        least_fen=least_bid_fen(terms, row.highest_fen),
        shown=tuple(
            BidShown(
                number=bid.number,
                price_fen=bid.price_fen,
                made_at=bid.made_at,
                name_masked=names.get(bid.viewer_id, "**"),
                is_me=bid.viewer_id == viewer_id,
            )
            for bid in newest
        ),
        my_bids=row.bids.filter(viewer_id=viewer_id).count() if viewer_id is not None else 0,
        leads=viewer_id is not None and leads(row, viewer_id),
        words_zh=words_zh,
        words_en=words_en,
    )


def desk_auction_view(row: Auction) -> DeskAuctionView:
    """A row with its reserve and its wins."""
    wins = list(row.wins.select_related("auction__offer", "bid").order_by("pk"))
    names = masked_names({win.viewer_id for win in wins}, org_id=row.organisation_id)
    return DeskAuctionView(
        auction=auction_view(row, viewer_id=None),
        reserve_fen=row.reserve_fen,
        wins=tuple(
            DeskWinView(**asdict(win_view(win)), name_masked=names.get(win.viewer_id, "**"))
            for win in wins
        ),
    )


def bid_view(bid: Bid, row: Auction) -> BidView:
    """A bid with what stands now."""
    return BidView(
        auction_id=row.pk,
        number=bid.number,
        price_fen=bid.price_fen,
        made_at=bid.made_at,
        ends_at=row.ends_at,
        least_fen=least_bid_fen(row.terms, row.highest_fen),
        leads=leads(row, bid.viewer_id),
        state=row.state,
    )


def win_view(row: Win) -> WinView:
    """A win as a value."""
    return WinView(
        id=row.pk,
        auction_id=row.auction_id,
        link_no=row.auction.link_no,
        title=row.auction.offer.title,
        viewer_id=row.viewer_id,
        bid_number=row.bid.number,
        price_fen=row.price_fen,
        turn=row.turn,
        won_at=row.won_at,
        pay_before=row.pay_before,
        state=row.state,
    )


def leads(row: Auction, viewer_id: int) -> bool:
    """Whether a bidder would win a unit if the auction ended now, all bidders counting."""
    best = row.bids.filter(viewer_id=viewer_id).order_by("-price_fen").first()
    if best is None or best.price_fen < row.terms.lowest_fen:
        return False
    above = row.bids.filter(price_fen__gt=best.price_fen).order_by().values("viewer_id")
    return above.distinct().count() < row.units


def _rows(org_id: int) -> "QuerySet[Auction]":
    return Auction.objects.select_related("offer").filter(organisation_id=org_id)
