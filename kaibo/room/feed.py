"""What a fact means for the screens of its room. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from kaibo.facts import compliance, media, orders, personas, planning, promises, promotions, room
from kaibo.facts.base import Fact
from kaibo.journal.reads import Position
from kaibo.room import wire
from kaibo.room.corrections import correction_events
from kaibo.room.guards import guard_events
from kaibo.room.ladder import ladder_events
from kaibo.room.line import place_event
from kaibo.room.seeing import sight_events
from kaibo.room.shown import CouponDrop

_GameState = Literal["published", "open", "closed", "drawn", "finished", "cancelled"]
_WARNING = "谨防站外交易：请勿添加站外联系方式或转账，交易请在直播间内完成"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNews:
    """Units of a flash sale moved.

    ``units_left``: what a newcomer may have. ``holders``: viewers who now hold a claim or wait.
    """

    sale_id: int
    units_left: int
    holders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a room does about one fact.

    ``shelf``: links or sales changed, read them again. ``orders``: (viewer, number) to read and
    tell that viewer. ``bought``: (viewer, link) to show as a line of chat.
    """

    events: tuple[wire.Event, ...] = ()
    staff_events: tuple[wire.Event, ...] = ()
    shelf: bool = False
    claims: ClaimNews | None = None
    mutes: tuple[tuple[int, dt.datetime | None], ...] = ()
    private: tuple[tuple[int, wire.PrivateEvent], ...] = ()
    orders: tuple[tuple[int, str], ...] = ()
    bought: tuple[tuple[int, int], ...] = ()


NOTHING = News()


@dataclass(frozen=True, slots=True)
class Told:
    """What one fact of the journal means, and its place there."""

    place: Position
    news: News


def events_for(fact: Fact, *, at: dt.datetime) -> News:
    """What the room of this fact has to show or to read again.

    Args:
        at: the moment of the fact, for what shows "since when".
    """
    if isinstance(fact, _OF_ROOM):
        return _room_news(fact, at=at)
    if isinstance(fact, _OF_CLAIMS):
        return _claim_news(fact)
    if isinstance(fact, _OF_AUCTIONS):
        return _auction_news(fact)
    if type(fact) in _OF_SHELF:
        return News(shelf=True, staff_events=guard_events(fact))
    if type(fact) in _OF_CORRECTIONS:
        events, staff_events = correction_events(fact)
        return News(events=events, staff_events=staff_events)
    if type(fact) in _GAMES:
        return _game_news(fact)
    return _ON_SCREEN.get(type(fact)) or _other_news(fact)


_ON_SCREEN: dict[type[Fact], News] = {
    planning.ShowStarted: News(events=(wire.RoomEvent(state="live"),), shelf=True),
    planning.ShowEnded: News(events=(wire.RoomEvent(state="ended"),), shelf=True),
    media.StreamStarted: News(events=(wire.PictureEvent(state="live"),)),
}


_OF_ROOM = (
    room.LinkPopped,
    room.ExplainingStarted,
    room.ExplainingStopped,
    room.NoticePinned,
    room.HostTold,
    room.ViewerMuted,
    room.ViewerUnmuted,
    room.MessageHidden,
    room.OffPlatformWarned,
)


def _room_news(fact: Fact, *, at: dt.datetime) -> News:
    match fact:
        case room.LinkPopped(link_no=link_no):
            return News(events=(wire.PopEvent(link_no=link_no),))
        case room.ExplainingStarted(link_no=link_no):
            since = round(at.timestamp() * 1000)
            return News(events=(wire.ExplainEvent(link_no=link_no, since=since),))
        case room.ExplainingStopped():
            return News(events=(wire.ExplainEvent(link_no=None, since=None),))
        case room.NoticePinned(text=text):
            return News(events=(wire.NoticeEvent(text=text),))
        case room.HostTold(text=text):
            return News(staff_events=(wire.HostNoteEvent(text=text),))
        case room.ViewerMuted(viewer_id=viewer_id, until_at=until_at):
            return News(mutes=((viewer_id, until_at),))
        case room.ViewerUnmuted(viewer_id=viewer_id):
            return News(mutes=((viewer_id, None),))
        case room.MessageHidden(message_id=message_id):
            return News(events=(wire.HiddenEvent(message_id=message_id),))
        case room.OffPlatformWarned(article=article):
            alert = wire.AlertEvent(code="off_platform", text=article)
            return News(
                events=(wire.WarningEvent(text=_WARNING, article=article),), staff_events=(alert,)
            )
        case _:
            return NOTHING


_OF_SHELF = frozenset(
    {
        promotions.OfferListed,
        promotions.OfferShelved,
        promotions.PriceOpened,
        promotions.OfferUnitsAdded,
        promotions.ComparisonDropped,
        promotions.OfferClosed,
        promotions.UnitsTaken,
        promotions.UnitsGivenBack,
        promotions.UnitsSold,
        promotions.UnitsReturned,
        promotions.FlashSaleScheduled,
        promotions.FlashSaleStarted,
        promotions.FlashSaleStopped,
        promotions.ChangeUndone,
        promotions.GroupOfferStarted,
        promotions.GroupOfferEnded,
        promotions.PresaleStarted,
        promotions.PresaleStopped,
    }
)
_OF_CORRECTIONS = frozenset(
    {
        promises.CorrectionOpened,
        promises.CorrectionShown,
        promises.CorrectionSaid,
        promises.CorrectionOverdue,
        promises.CorrectionMade,
        promises.CorrectionWithdrawn,
    }
)
_OF_CLAIMS = (
    promotions.FlashSaleClaimsJudged,
    promotions.ClaimsReleased,
    promotions.ClaimOrdered,
    promotions.ClaimPaid,
    promotions.ClaimRetaken,
    promotions.WaitlistJoined,
    promotions.WaitlistServed,
    promotions.WaitlistLeft,
    promotions.LinkPlaceMoved,
)


def _claim_news(fact: Fact) -> News:
    match fact:
        case promotions.FlashSaleClaimsJudged(sale_id=sale_id, won=won, units_left=units_left):
            holders = tuple(claim.viewer_id for claim in won)
            news = ClaimNews(sale_id=sale_id, units_left=units_left, holders=holders)
            return News(shelf=bool(won), claims=news)
        case promotions.ClaimsReleased(sale_id=sale_id, claims=claims, units_left=units_left):
            private = tuple(
                (
                    claim.viewer_id,
                    wire.ClaimEvent(
                        claim_id=claim.claim_id,
                        sale_id=sale_id,
                        units=claim.units,
                        state="released",
                        pay_before=None,
                    ),
                )
                for claim in claims
            )
            news = ClaimNews(sale_id=sale_id, units_left=units_left)
            return News(shelf=True, claims=news, private=private)
        case promotions.ClaimOrdered():
            return News(private=((fact.viewer_id, _claim_event(fact, state="ordered")),))
        case promotions.ClaimPaid() | promotions.ClaimRetaken():
            event = _claim_event(fact, state="paid")
            return News(shelf=True, private=((fact.viewer_id, event),))
        case _:
            return _waitlist_news(fact)


def _waitlist_news(fact: Fact) -> News:
    match fact:
        case promotions.WaitlistJoined(sale_id=sale_id, joined=joined):
            holders = tuple(place.viewer_id for place in joined)
            return News(
                shelf=True, claims=ClaimNews(sale_id=sale_id, units_left=0, holders=holders)
            )
        case promotions.WaitlistServed(sale_id=sale_id, served=served, pay_before=pay_before):
            private = tuple(
                (
                    place.viewer_id,
                    wire.ClaimEvent(
                        claim_id=place.claim_id,
                        sale_id=sale_id,
                        units=place.units,
                        state="held",
                        pay_before=pay_before,
                    ),
                )
                for place in served
            )
            return News(shelf=True, claims=_free(fact), private=private)
        case promotions.WaitlistLeft():
            return News(shelf=True, claims=_free(fact))
        case promotions.LinkPlaceMoved(viewer_id=viewer_id):
            return News(shelf=True, private=((viewer_id, place_event(fact)),))
        case _:
            return NOTHING


def _free(fact: promotions.WaitlistServed | promotions.WaitlistLeft) -> ClaimNews:
    units_left = 0 if fact.waiting else fact.units_left
    return ClaimNews(sale_id=fact.sale_id, units_left=units_left)


def _claim_event(
    fact: promotions.ClaimOrdered | promotions.ClaimPaid | promotions.ClaimRetaken, *, state: str
) -> wire.ClaimEvent:
    return wire.ClaimEvent(
        claim_id=fact.claim_id,
        sale_id=fact.sale_id,
        units=fact.units,
        state="paid" if state == "paid" else "ordered",
        pay_before=None,
    )


_GAMES: dict[type[Fact], tuple[Literal["draw", "packet", "invite"], _GameState]] = {
    promotions.DrawPublished: ("draw", "published"),
    promotions.DrawOpened: ("draw", "open"),
    promotions.DrawClosed: ("draw", "closed"),
    promotions.DrawRevealed: ("draw", "drawn"),
    promotions.DrawCancelled: ("draw", "cancelled"),
    promotions.PacketPublished: ("packet", "published"),
    promotions.PacketOpened: ("packet", "open"),
    promotions.PacketFinished: ("packet", "finished"),
    promotions.PacketCancelled: ("packet", "cancelled"),
    promotions.InvitePublished: ("invite", "published"),
    promotions.InviteOpened: ("invite", "open"),
    promotions.InviteFinished: ("invite", "finished"),
    promotions.InviteCancelled: ("invite", "cancelled"),
}


def _game_news(fact: Any) -> News:
    kind, state = _GAMES[type(fact)]
    id = getattr(fact, f"{kind}_id")
    return News(events=(wire.GameEvent(kind=kind, id=id, state=state),))


_OF_AUCTIONS = (
    promotions.AuctionPlanned,
    promotions.AuctionStarted,
    promotions.AuctionCancelled,
    promotions.BidPlaced,
    promotions.AuctionHammered,
    promotions.AuctionPassedIn,
    promotions.AuctionSettled,
    promotions.WinOffered,
    promotions.WinMoved,
)


def _auction_news(fact: Fact) -> News:
    """How an auction stands, for everybody; what one won, for the winner alone."""
    match fact:
        case promotions.BidPlaced():
            event = _auction_event(
                fact,
                state="running",
                bids=fact.number,
                highest_fen=fact.price_fen,
                ends_at=fact.ends_at,
            )
            return News(events=(event,))
        case promotions.AuctionStarted(ends_at=ends_at):
            return News(events=(_auction_event(fact, state="running", bids=0, ends_at=ends_at),))
        case promotions.AuctionSettled():
            return News(events=(_auction_event(fact, state="settled"),))
        # With the others units are set aside, or free again.
        case promotions.AuctionPlanned(closes_at=closes_at):
            event = _auction_event(fact, state="planned", bids=0, ends_at=closes_at)
            return News(events=(event,), shelf=True)
        case promotions.AuctionCancelled(bids=bids):
            return News(events=(_auction_event(fact, state="cancelled", bids=bids),), shelf=True)
        case promotions.AuctionPassedIn(bids=bids):
            return News(events=(_auction_event(fact, state="unsold", bids=bids),), shelf=True)
        case promotions.AuctionHammered(auction_id=id, wins=wins):
            private = tuple((win.viewer_id, _win_event(id, win)) for win in wins)
            event = _auction_event(fact, state="hammered")
            return News(events=(event,), shelf=True, private=private)
        case promotions.WinOffered(auction_id=id, win=win):
            return News(private=((win.viewer_id, _win_event(id, win)),))
        case promotions.WinMoved(viewer_id=viewer_id):
            moved = wire.WinEvent(win_id=fact.win_id, auction_id=fact.auction_id, state=fact.state)
            return News(private=((viewer_id, moved),))
        case _:
            return NOTHING


def _auction_event(
    fact: promotions.AuctionPlanned
    | promotions.AuctionStarted
    | promotions.AuctionCancelled
    | promotions.BidPlaced
    | promotions.AuctionHammered
    | promotions.AuctionPassedIn
    | promotions.AuctionSettled,
    **now: Any,
) -> wire.AuctionEvent:
    return wire.AuctionEvent(auction_id=fact.auction_id, link_no=fact.link_no, **now)


def _win_event(auction_id: int, win: promotions.WinTold) -> wire.WinEvent:
    return wire.WinEvent(
        win_id=win.win_id,
        auction_id=auction_id,
        state="held",
        price_fen=win.price_fen,
        pay_before=win.pay_before,
    )


def _other_news(fact: Fact) -> News:
    match fact:
        case promotions.CouponDropped():
            dropped = CouponDrop(
                promotion_id=fact.promotion_id,
                title_zh=fact.title_zh,
                title_en=fact.title_en,
                closes_at=fact.closes_at,
            )
            return News(events=(wire.CouponEvent(coupon=dropped),))
        case (
            promotions.PromotionPaused(promotion_id=promotion_id)
            | promotions.PromotionEnded(promotion_id=promotion_id)
            | promotions.PromotionStartUndone(promotion_id=promotion_id)
        ):
            return News(events=(wire.CouponGoneEvent(promotion_id=promotion_id),))
        case media.StreamEnded(reason=reason) if reason != "taken_over":
            return News(events=(wire.PictureEvent(state="off"),))
        case orders.OrderPaid(viewer_id=viewer_id, no=no, lines=lines):
            bought = tuple((viewer_id, line.link_no) for line in lines if line.link_no)
            return News(orders=((viewer_id, no),), bought=bought)
        case (
            orders.OrderPlaced(viewer_id=viewer_id, no=no)
            | orders.OrderClosed(viewer_id=viewer_id, no=no)
            | orders.DepositPaid(viewer_id=viewer_id, no=no)
            | orders.BalanceReminded(viewer_id=viewer_id, no=no)
            | orders.OrderRefundStarted(viewer_id=viewer_id, no=no)
            | orders.OrderRefunded(viewer_id=viewer_id, no=no)
            | orders.RefundStuck(viewer_id=viewer_id, no=no)
            | orders.OrderNotified(viewer_id=viewer_id, no=no)
            | orders.NoticeAnswered(viewer_id=viewer_id, no=no)
        ):
            return News(orders=((viewer_id, no),))
        case personas.PersonasCast(persona_ids=ids):
            return News(events=(wire.AiEvent(label=bool(ids)),))
        case personas.ViewersReminded():
            return News(events=(wire.AiEvent(label=True, remind=True),))
        case compliance.RungChanged() | compliance.LiftAsked() | compliance.LiftRefused():
            events, staff_events = ladder_events(fact)
            return News(events=events, staff_events=staff_events)
        case _:
            return News(staff_events=guard_events(fact) or sight_events(fact))
