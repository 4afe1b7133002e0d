"""What facts mean on the screens."""

import datetime as dt
from typing import Any

import pytest

from kaibo.facts import media, orders, patrol, planning, promises, promotions, room
from kaibo.facts.audience import ViewerFollowed
from kaibo.facts.base import Fact
from kaibo.facts.registry import kinds
from kaibo.room import feed, wire
from kaibo.room.feed import NOTHING, ClaimNews, News, events_for
from kaibo.room.shown import Correction, CouponDrop, ToCorrect

AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
AT_MS = 1_795_348_800_000


@pytest.mark.parametrize(
    ("fact", "news"),
    [
        (room.LinkPopped(link_no=3), News(events=(wire.PopEvent(link_no=3),))),
        (
            room.ExplainingStarted(link_no=3),
            News(events=(wire.ExplainEvent(link_no=3, since=AT_MS),)),
        ),
        (
            room.ExplainingStopped(link_no=3),
            News(events=(wire.ExplainEvent(link_no=None, since=None),)),
        ),
        (room.NoticePinned(text="好"), News(events=(wire.NoticeEvent(text="好"),))),
        (
            promotions.CouponDropped(
                promotion_id=9, title_zh="减", title_en="Off", opens_at=AT, closes_at=AT
            ),
            News(
                events=(
                    wire.CouponEvent(
                        coupon=CouponDrop(
                            promotion_id=9, title_zh="减", title_en="Off", closes_at=AT
                        )
                    ),
                )
            ),
        ),
        *(
            (stopped(promotion_id=9), News(events=(wire.CouponGoneEvent(promotion_id=9),)))
            for stopped in (
                promotions.PromotionPaused,
                promotions.PromotionEnded,
                promotions.PromotionStartUndone,
            )
        ),
        (
            promotions.DrawOpened(draw_id=4, title="福袋", closes_at=AT),
            News(events=(wire.GameEvent(kind="draw", id=4, state="open"),)),
        ),
        (
            promotions.PacketCancelled(packet_id=5),
            News(events=(wire.GameEvent(kind="packet", id=5, state="cancelled"),)),
        ),
        (
            promotions.InviteOpened(invite_id=6, title="邀友", closes_at=AT),
            News(events=(wire.GameEvent(kind="invite", id=6, state="open"),)),
        ),
        (promotions.GroupOfferEnded(group_offer_id=3, link_no=1), News(shelf=True)),
        (room.HostTold(text="快"), News(staff_events=(wire.HostNoteEvent(text="快"),))),
        (room.ViewerMuted(viewer_id=7, until_at=AT), News(mutes=((7, AT),))),
        (room.ViewerUnmuted(viewer_id=7), News(mutes=((7, None),))),
        (
            room.MessageHidden(message_id=5, reason="x"),
            News(events=(wire.HiddenEvent(message_id=5),)),
        ),
        (
            planning.ShowStarted(code="a", host_id=1, planned_minutes=60),
            News(events=(wire.RoomEvent(state="live"),), shelf=True),
        ),
        (
            planning.ShowEnded(code="a", seconds=60),
            News(events=(wire.RoomEvent(state="ended"),), shelf=True),
        ),
        (
            media.StreamEnded(session_id="s", reason="finished", received_bytes=1, recorded_ms=1),
            News(events=(wire.PictureEvent(state="off"),)),
        ),
        (
            media.StreamEnded(session_id="s", reason="taken_over", received_bytes=1, recorded_ms=1),
            NOTHING,
        ),
        (promotions.OfferShelved(offer_id=1, link_no=1), News(shelf=True)),
        (
            promotions.FlashSaleClaimsJudged(
                sale_id=4,
                link_no=1,
                won=[promotions.ClaimWon(9, 7, 1)],
                refused={"sold_out": 3},
                units_left=0,
            ),
            News(shelf=True, claims=ClaimNews(sale_id=4, units_left=0, holders=(7,))),
        ),
        (
            orders.OrderPlaced(
                order_id=1, no="N1", viewer_id=7, total_fen=1, pay_before=AT, lines=[]
            ),
            News(orders=((7, "N1"),)),
        ),
        (ViewerFollowed(viewer_id=7), NOTHING),
    ],
)
def test_a_fact_on_screen(fact: Fact, news: News) -> None:
    """Each kind that a room shows, and some that it does not."""
    assert events_for(fact, at=AT) == news


def test_a_released_claim_is_told_to_its_viewer_alone() -> None:
    """Private event, shelf read again, units known."""
    fact = promotions.ClaimsReleased(
        sale_id=4,
        link_no=1,
        claims=[promotions.ClaimUnits(9, 7, 2)],
        to_catalog=False,
        units_left=2,
    )
    news = events_for(fact, at=AT)
    event = wire.ClaimEvent(claim_id=9, sale_id=4, units=2, state="released", pay_before=None)
    assert news.private == ((7, event),)
    assert news.events == ()
    assert news.shelf is True
    assert news.claims == ClaimNews(sale_id=4, units_left=2)


def test_a_paid_order_is_a_line_and_a_private_event() -> None:
    """The buyer sees the order; the room sees that somebody bought link 2."""
    line = orders.OrderedLine(link_no=2, sku_id=1, units=1, unit_price_fen=5, amount_fen=5)
    fact = orders.OrderPaid(
        order_id=1, no="N1", viewer_id=7, payment_id=1, total_fen=5, lines=[line]
    )
    news = events_for(fact, at=AT)
    assert news.orders == ((7, "N1"),)
    assert news.bought == ((7, 2),)


def test_the_warning_names_its_article() -> None:
    """Everyone sees the article that was broken."""
    news = events_for(room.OffPlatformWarned(message_id=1, article="办法第九条"), at=AT)
    (event,) = news.events
    assert isinstance(event, wire.WarningEvent)
    assert event.article == "办法第九条"
    assert news.staff_events == (wire.AlertEvent(code="off_platform", text="办法第九条"),)


def test_the_desk_hears_of_the_breaker_and_of_changes_that_wait() -> None:
    """Alerts are the staff's alone; viewers hear nothing of them."""
    trip: dict[str, Any] = {"trip_id": 1, "offer_id": 1, "sale_id": None, "link_no": 3}
    facts: list[tuple[Fact, str]] = [
        (promotions.BreakerTripped(**trip, window_s=60, off_fen=2, off_fen_max=1), "breaker"),
        (promotions.BreakerReset(**trip), "breaker"),
        (promotions.BreakerResetAsked(trip_id=1, link_no=3, reason="核对"), "second_person"),
        (promotions.ChangeRejected(change_id=1, link_no=3), "second_person"),
        (
            promotions.ChangeAsked(
                change_id=1, offer_id=1, link_no=3, kind="price", dangers=[], expires_at=AT
            ),
            "second_person",
        ),
    ]
    for fact, code in facts:
        news = events_for(fact, at=AT)
        (alert,) = news.staff_events
        assert isinstance(alert, wire.AlertEvent)
        assert (alert.code, alert.text[:2], news.events) == (code, "3 ", ())
    assert events_for(promotions.BreakerResetRefused(trip_id=1, link_no=3), at=AT) == NOTHING


def test_the_desk_hears_what_the_eyes_saw() -> None:
    """A strange code, a trouble and its end; our own code and the end of a stream say nothing."""
    seen: dict[str, Any] = {"sighting_id": 1, "session_id": "s", "text_sha256": "t", "frame": "f"}
    seen |= {"frame_sha256": "h", "frame_bytes": 1, "on_air": True}
    its: dict[str, Any] = {"trouble_id": 1, "session_id": "s"}
    facts: list[tuple[Fact, str]] = [
        (media.CodeSeen(**seen, is_own=False), "qr"),
        (media.TextSeen(**seen), "words"),
    ]
    for kind in ("black", "frozen", "silent", "unwatched"):
        facts.append((media.PictureTroubled(**its, kind=kind), "picture"))
        facts.append((media.PictureMended(**its, kind=kind), "picture"))
    texts = set()
    for fact, code in facts:
        news = events_for(fact, at=AT)
        (alert,) = news.staff_events
        assert isinstance(alert, wire.AlertEvent)
        assert (alert.code, news.events) == (code, ())
        texts |= {alert.text, alert.text_en}
    assert len(texts) == 2 * len(facts)
    for quiet in (
        media.CodeSeen(**seen, is_own=True),
        media.PictureMended(**its, kind="black", with_stream=True),
    ):
        assert events_for(quiet, at=AT) == NOTHING


def _news(fact: Fact) -> News:
    return events_for(fact, at=AT)


def test_a_link_that_a_notice_takes_down_is_told_to_staff_alone() -> None:
    of: dict[str, Any] = {"offer_id": 4, "link_no": 3, "units_returned": 0}
    news = _news(promotions.OfferClosed(**of, reason="withheld"))
    assert (news.shelf, news.events) == (True, ())
    (alert,) = news.staff_events
    assert isinstance(alert, wire.AlertEvent)
    assert (alert.code, "3" in alert.text, "3" in alert.text_en) == ("withheld", True, True)
    assert _news(promotions.OfferClosed(**of, reason="desk")).staff_events == ()


def test_an_auction_is_told_to_all_and_a_win_to_the_winner() -> None:
    """Bid by bid; units set aside or free again make the shelf be read anew."""
    of: dict[str, Any] = {"auction_id": 4, "link_no": 1}
    told = promotions.WinTold(8, 6, 7, 3, 6_500, AT)
    won = wire.WinEvent(win_id=8, auction_id=4, state="held", price_fen=6_500, pay_before=AT)
    bid = promotions.BidPlaced(**of, bid_id=5, number=3, viewer_id=7, price_fen=6_500, ends_at=AT)
    assert _news(bid) == News(
        events=(wire.AuctionEvent(**of, state="running", bids=3, highest_fen=6_500, ends_at=AT),)
    )
    begun = promotions.AuctionStarted(**of, ends_at=AT)
    assert _news(begun).events == (wire.AuctionEvent(**of, state="running", bids=0, ends_at=AT),)
    assert _news(promotions.AuctionHammered(**of, wins=[told], units_back=0)) == News(
        events=(wire.AuctionEvent(**of, state="hammered"),), shelf=True, private=((7, won),)
    )
    assert _news(promotions.WinOffered(**of, win=told, turn=1)) == News(private=((7, won),))
    lapsed = wire.WinEvent(win_id=8, auction_id=4, state="lapsed")
    moved = promotions.WinMoved(auction_id=4, win_id=8, viewer_id=7, state="lapsed")
    assert _news(moved) == News(private=((7, lapsed),))
    gone = promotions.AuctionPassedIn(**of, bids=2, highest_fen=6_100, units_back=1)
    off = promotions.AuctionCancelled(**of, reason="desk", units_back=1, bids=0)
    for fact, state, bids in ((gone, "unsold", 2), (off, "cancelled", 0)):
        event = wire.AuctionEvent(**of, state=state, bids=bids)  # type: ignore[arg-type]
        assert _news(fact) == News(events=(event,), shelf=True)
    over = promotions.AuctionSettled(**of, paid=1)
    assert _news(over) == News(events=(wire.AuctionEvent(**of, state="settled"),))


def test_a_link_that_lost_its_papers_is_told_to_the_desk_and_leaves_every_shelf() -> None:
    of: dict[str, Any] = {"offer_id": 4, "link_no": 3, "units_returned": 0}
    news = _news(promotions.OfferClosed(**of, reason="papers"))
    assert (news.shelf, news.events) == (True, ())
    (alert,) = news.staff_events
    assert isinstance(alert, wire.AlertEvent)
    assert (alert.code, "证照" in alert.text, "papers" in alert.text_en) == ("papers", True, True)
    (alert,) = _news(promotions.OfferClosed(**of, reason="banned")).staff_events
    assert isinstance(alert, wire.AlertEvent)
    assert (alert.code, "负面目录" in alert.text) == ("banned", True)
    assert _news(promotions.OfferClosed(**of, reason="desk")) == News(shelf=True)


_QUIET = (
    "auctions",
    "coupons",
    "draws",
    "gifts",
    "groups",
    "guards",
    "invites",
    "packets",
    "quizzes",
)


def test_what_may_move_a_shelf_makes_it_read_again() -> None:
    """Every kind of fact of promotions that changes a link's units, price or state does."""
    silent = {"promotions.claim_ordered.1", "promotions.claim_returned.1"}
    # Promotions, gifts, group buys, draws and invitations change no link, what auctions do is
    # looked at above; a guard's facts tell the desk, and what they do to a link is told by the
    # link's own facts, but for an undone change.
    elsewhere = {f"kaibo.facts.promotions.{name}" for name in _QUIET}
    moving = [
        tag
        for tag, kind in kinds().items()
        if tag.startswith("promotions.") and tag not in silent and kind.__module__ not in elsewhere
    ]
    moving.append("promotions.change_undone.1")
    assert moving

    known = {kind.__struct_config__.tag for kind in (*feed._OF_SHELF, *feed._OF_CLAIMS)}
    assert set(moving) <= known


def test_a_correction_is_staff_s_until_it_is_shown() -> None:
    words: dict[str, Any] = {"right_zh": "99 元", "right_en": "¥99"}
    opened = promises.CorrectionOpened(
        correction_id=5, promise_id=1, finding_id=None, link_no=1, severity="S2", wrong="59",
        due_at=AT, **words,
    )  # fmt: skip
    shown = promises.CorrectionShown(correction_id=5, link_no=1, until_at=AT, orders=2, **words)
    to_correct = ToCorrect(id=5, link_no=1, wrong="59", due_at=AT, **words)
    moved = {
        part: News(staff_events=(wire.ToCorrectMovedEvent(id=5, part=part),))
        for part in ("said", "overdue", "over")
    }
    assert events_for(opened, at=AT) == News(
        staff_events=(wire.ToCorrectEvent(to_correct=to_correct),)
    )
    assert events_for(shown, at=AT) == News(
        events=(
            wire.CorrectionEvent(
                correction=Correction(id=5, link_no=1, text="99 元", text_en="¥99", until=AT_MS)
            ),
        ),
        staff_events=(wire.ToCorrectMovedEvent(id=5, part="shown"),),
    )
    said = promises.CorrectionSaid(correction_id=5, utterance_id=9)
    late = promises.CorrectionOverdue(correction_id=5, link_no=1)
    made = promises.CorrectionMade(correction_id=5, link_no=1)
    dropped = promises.CorrectionWithdrawn(correction_id=5, link_no=1, reason="无误")
    assert [events_for(fact, at=AT) for fact in (said, late, made, dropped)] == [
        moved["said"], moved["overdue"], moved["over"], moved["over"],
    ]  # fmt: skip


@pytest.mark.row("LM-052", "R-130")
def test_the_desk_is_told_of_a_silent_patroller_and_of_another_grade() -> None:
    told: list[tuple[Fact, str]] = [
        (patrol.PatrollerLost(step="alert", beat_at=AT), "is silent for a minute"),
        (patrol.PatrollerLost(step="limit", beat_at=AT), "limited until its patroller is back"),
        (patrol.PatrollerBack(person_id=1), "there again"),
        (patrol.RoomRegraded(letter="C", key_whys=()), "grade of this room is C"),
        (patrol.RoomRegraded(letter="D", key_whys=("low",)), "needs a patroller"),
    ]
    for fact, words in told:
        news = events_for(fact, at=AT)
        (alert,) = news.staff_events
        assert isinstance(alert, wire.AlertEvent)
        assert (alert.code, words in alert.text_en, news.events) == ("patrol", True, ())
