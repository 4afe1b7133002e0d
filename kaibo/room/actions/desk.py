"""The desk's buttons: pop, explain, notice, host note, mute."""

import datetime as dt

from django.db import transaction

from kaibo.audience.reads import viewers
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.times import shop_time
from kaibo.compliance.actions import clear_words, judged
from kaibo.facts.room import (
    ExplainingStarted,
    ExplainingStopped,
    HostTold,
    LinkPopped,
    NoticePinned,
    ViewerMuted,
    ViewerUnmuted,
)
from kaibo.planning.reads import run_of_show, show
from kaibo.promises.actions import note_written
from kaibo.promotions.actions import open_price, put_on_shelf
from kaibo.promotions.reads import (
    LinkView,
    countdown_hits,
    countdown_words,
    discount_claims,
    discount_hits,
    link,
    scarce_words,
    scarcity_hits,
)
from kaibo.room.actions.board import lock_board, tell
from kaibo.room.errors import (
    CountdownNotTrue,
    DiscountNotGiven,
    NoSuchViewer,
    NotExplaining,
    ScarcityNotTrue,
)
from kaibo.room.models import Mute, RoomBoard

NOTE_CHARS_MAX = 200
MUTE_MINUTES_MAX = 7 * 24 * 60


@transaction.atomic
def pop_link(*, org_id: int, show_id: int, link_no: int, by: Actor, now: dt.datetime) -> LinkView:
    """Put a link on the shelf and its card in front of everyone.

    Opens the price too when the run of show says so.

    Raises:
        NotFound, NoSuchLink: nothing was written; neither when the price may not open.
    """
    show(org_id, show_id)
    popped = put_on_shelf(show_id=show_id, link_no=link_no, by=by, now=now)
    planned = {item.link_no: item for item in run_of_show(show_id)}
    if popped.state == "listed" and link_no in planned and planned[link_no].opens_with_pop:
        popped = open_price(show_id=show_id, link_no=link_no, by=by, now=now)
    board = lock_board(org_id, show_id)
    board.popped_link_no = link_no
    board.save(update_fields=["popped_link_no"])
    tell(board, LinkPopped(link_no=link_no), by=by, now=now)
    return popped


@transaction.atomic
def start_explaining(
    *, org_id: int, show_id: int, link_no: int, by: Actor, now: dt.datetime
) -> None:
    """The host explains this link from now on; another link's explaining ends with it.

    Safe to repeat for the same link: the start stays.

    Raises:
        NotFound, NoSuchLink: nothing was written.
    """
    show(org_id, show_id)
    link(show_id, link_no)
    board = lock_board(org_id, show_id)
    if board.explaining_link_no == link_no:
        return
    if board.explaining_link_no is not None:
        tell(board, ExplainingStopped(link_no=board.explaining_link_no), by=by, now=now)
    board.explaining_link_no, board.explaining_since = link_no, now
    board.save(update_fields=["explaining_link_no", "explaining_since"])
    tell(board, ExplainingStarted(link_no=link_no), by=by, now=now)


@transaction.atomic
def stop_explaining(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> None:
    """Nothing is being explained from now on.

    Raises:
        NotFound, NotExplaining: nothing was written.
    """
    show(org_id, show_id)
    board = lock_board(org_id, show_id)
    if board.explaining_link_no is None:
        raise NotExplaining
    tell(board, ExplainingStopped(link_no=board.explaining_link_no), by=by, now=now)
    board.explaining_link_no = board.explaining_since = None
    board.save(update_fields=["explaining_link_no", "explaining_since"])


@judged
def pin_notice(*, org_id: int, show_id: int, text: str, by: Actor, now: dt.datetime) -> None:
    """Pin a notice over the chat; an empty text unpins it.

    Raises:
        NotFound, TextTooLong, TextUnreadable: nothing was written.
        ScarcityNotTrue: of the link on air there are more left than it says (LM-099); neither.
        CountdownNotTrue: nothing that is on ends as soon as it says (LM-098, LM-099); neither.
        DiscountNotGiven: the link on air is never as cheap as it says (LM-094); neither.
        WordsBlocked, WordsUnconfirmed: only the findings were written.
    """
    card = show(org_id, show_id)
    notice = clean_text("text", text, chars_max=NOTE_CHARS_MAX)
    board = lock_board(org_id, show_id)
    proven, unjudged = _check_true(notice, board, now=now)
    clear_words(
        [notice],
        subject=f"notice:{show_id}",
        org_id=org_id,
        show_id=show_id,
        by=by,
        now=now,
        allow=[card.seller_contact] if card.seller_contact else [],
        proven=proven,
    )
    board.notice = notice
    board.save(update_fields=["notice"])
    tell(board, NoticePinned(text=notice, unjudged=unjudged), by=by, now=now)
    note_written(
        notice,
        org_id=org_id,
        show_id=show_id,
        source="notice",
        source_id=show_id,
        link_no=board.explaining_link_no or board.popped_link_no,
        now=now,
    )


def _check_true(notice: str, board: RoomBoard, *, now: dt.datetime) -> tuple[list[str], list[str]]:
    """Refuse what is not true of the link on air, or of the clock.

    Returns:
        What is said of stock and time and is true; promises of a discount that nobody can judge.
    """
    link_no = board.explaining_link_no or board.popped_link_no
    _check_countdown(notice, board, link_no=link_no, now=now)
    timed = countdown_words(notice)
    if link_no is None:
        return timed, [claim.words for claim in discount_claims(notice, link_no=0)]
    place = {"org_id": board.organisation_id, "show_id": board.show_id, "link_no": link_no}
    for scarce in scarcity_hits(notice, **place):
        raise ScarcityNotTrue(words=scarce.words, link_no=link_no, units_left=scarce.units_left)
    hits, unjudged = discount_hits(notice, **place, now=now)
    for hit in hits:
        raise DiscountNotGiven(
            words=hit.words,
            link_no=link_no,
            claimed_fen=hit.claimed_fen,
            given_fen=hit.given_fen,
        )
    return [*timed, *scarce_words(notice)], unjudged


def _check_countdown(
    notice: str, board: RoomBoard, *, link_no: int | None, now: dt.datetime
) -> None:
    hits = countdown_hits(
        notice, org_id=board.organisation_id, show_id=board.show_id, link_no=link_no, now=now
    )
    for hit in hits:
        at = None if hit.ends_at is None else shop_time(hit.ends_at)
        raise CountdownNotTrue(
            words=hit.words,
            ends_zh="现在没有任何优惠或活动会在那时结束" if at is None else f"最早结束的在 {at}",
            ends_en="nothing that is on ends then" if at is None else f"the first end is at {at}",
        )


@transaction.atomic
def tell_host(*, org_id: int, show_id: int, text: str, by: Actor, now: dt.datetime) -> None:
    """Put a message on the host's board; an empty text takes it away. Viewers never see it.

    Raises:
        NotFound, TextTooLong, TextUnreadable: nothing was written.
    """
    show(org_id, show_id)
    note = clean_text("text", text, chars_max=NOTE_CHARS_MAX)
    board = lock_board(org_id, show_id)
    board.host_note = note
    board.save(update_fields=["host_note"])
    tell(board, HostTold(text=note), by=by, now=now)


@transaction.atomic
def mute_viewer(
    *, org_id: int, show_id: int, viewer_id: int, minutes: int, by: Actor, now: dt.datetime
) -> dt.datetime | None:
    """Keep a viewer from chatting for some minutes; 0 lifts it. Returns the end.

    Raises:
        NotFound, NoSuchViewer, NumberOutOfRange: nothing was written.
    """
    show(org_id, show_id)
    check_whole("minutes", minutes, least=0, most=MUTE_MINUTES_MAX)
    if viewer_id not in viewers({viewer_id}, org_id=org_id):
        raise NoSuchViewer(viewer_id=viewer_id)
    board = lock_board(org_id, show_id)
    if minutes == 0:
        gone, _ = Mute.objects.filter(show_id=show_id, viewer_id=viewer_id).delete()
        if gone:
            tell(board, ViewerUnmuted(viewer_id=viewer_id), by=by, now=now)
        return None
    until = now + dt.timedelta(minutes=minutes)
    Mute.objects.update_or_create(
        show_id=show_id,
        viewer_id=viewer_id,
        defaults={"until": until, "organisation_id": org_id},
    )
    tell(board, ViewerMuted(viewer_id=viewer_id, until_at=until), by=by, now=now)
    return until
