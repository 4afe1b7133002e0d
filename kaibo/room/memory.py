"""What one room looks like now, kept by applying the events that its viewers see."""

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from kaibo.room import wire
from kaibo.room.shown import (
    Board,
    ChatLine,
    Correction,
    Counters,
    CouponDrop,
    Explaining,
    LinkView,
    RoomState,
    Rung,
    SaleView,
    ToCorrect,
)


@dataclass(slots=True, kw_only=True)
class Memory:
    """The state behind a snapshot. Tables are the truth; this is rebuilt from them."""

    org_id: int
    show_id: int
    code: str
    title: str
    state: Literal["soon", "live", "ended"]
    notice: str = ""
    rung: Rung = "clear"
    viewers_max: int | None = None
    ai: bool = False
    host_note: str = ""
    explaining: Explaining | None = None
    popped: int | None = None
    picture: Literal["off", "live"] = "off"
    # The one dropped last; its time may be over.
    coupon: CouponDrop | None = None
    links: dict[int, LinkView] = field(default_factory=dict)
    sales: dict[int, SaleView] = field(default_factory=dict)
    corrections: dict[int, Correction] = field(default_factory=dict)
    to_correct: dict[int, ToCorrect] = field(default_factory=dict)
    mutes: dict[int, dt.datetime] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    board: Board = field(default_factory=Board)
    chat: deque[ChatLine] = field(default_factory=deque)
    # This gateway does not hear the others; known here, and to staff.
    apart: bool = False

    def adopt(self, room: wire.Snapshot) -> None:
        """Become what another gateway of this room knows, as its staff would see it."""
        self.title, self.state, self.notice = room.room.title, room.room.state, room.room.notice
        self.rung, self.viewers_max = room.room.rung, room.room.viewers_max
        self.ai = room.room.ai
        self.host_note, self.explaining = room.host_note or "", room.explaining
        self.popped, self.picture, self.coupon = room.popped, room.picture, room.coupon
        self.links = {link.link_no: link for link in room.links}
        self.sales = {sale.id: sale for sale in room.sales}
        self.corrections = {one.id: one for one in room.corrections}
        self.to_correct = {one.id: one for one in room.to_correct or []}
        self.counters, self.board = room.counters, room.board or Board()
        self.chat = deque(room.chat, self.chat.maxlen)

    def apply(self, event: wire.Event) -> None:
        """Take one control event into the state."""
        match event:
            case wire.LinkEvent(link=link):
                self.links[link.link_no] = link
            case wire.SaleEvent(sale=sale):
                self.sales[sale.id] = sale
            case wire.PopEvent(link_no=link_no):
                self.popped = link_no
            case wire.ExplainEvent(link_no=None):
                self.explaining = None
            case wire.ExplainEvent(link_no=int(link_no), since=int(since)):
                self.explaining = Explaining(link_no=link_no, since=since)
            case wire.NoticeEvent(text=text):
                self.notice = text
            case wire.HostNoteEvent(text=text):
                self.host_note = text
            case wire.CouponEvent(coupon=coupon):
                self.coupon = coupon
            case wire.CouponGoneEvent(promotion_id=promotion_id):
                if self.coupon is not None and self.coupon.promotion_id == promotion_id:
                    self.coupon = None
            case wire.CorrectionEvent(correction=correction):
                self.corrections[correction.id] = correction
            case wire.ToCorrectEvent(to_correct=to_correct):
                self.to_correct[to_correct.id] = to_correct
            case wire.ToCorrectMovedEvent(id=id, part=part):
                self._move(id, part)
            case wire.PictureEvent(state=picture):
                self.picture = picture
            case wire.RoomEvent(state=state):
                self.state = state
            case wire.RungEvent(rung=rung, viewers_max=viewers_max):
                self.rung, self.viewers_max = rung, viewers_max
            case wire.AiEvent(label=label):
                self.ai = label
            case wire.HiddenEvent(message_id=message_id):
                self.chat = deque(
                    (line for line in self.chat if line.id != message_id), self.chat.maxlen
                )
            case _:
                pass

    def _move(self, id: int, part: Literal["said", "shown", "overdue", "over"]) -> None:
        if part == "over":
            self.to_correct.pop(id, None)
        elif id in self.to_correct:
            self.to_correct[id] = replace(self.to_correct[id], **{f"is_{part}": True})

    def snapshot(self, *, seq: int, at: int, staff: bool) -> wire.Snapshot:
        """The whole room after control event ``seq``; staff also get note and board."""
        coupon = self.coupon
        if coupon is not None and coupon.closes_at.timestamp() * 1000 <= at:
            coupon = None
        return wire.Snapshot(
            seq=seq,
            at=at,
            room=RoomState(
                code=self.code,
                title=self.title,
                state=self.state,
                notice=self.notice,
                rung=self.rung,
                viewers_max=self.viewers_max,
                ai=self.ai,
            ),
            links=[self.links[number] for number in sorted(self.links)],
            explaining=self.explaining,
            popped=self.popped,
            sales=[self.sales[number] for number in sorted(self.sales)],
            counters=self.counters,
            chat=list(self.chat),
            picture=self.picture,
            coupon=coupon,
            corrections=[one for one in self.corrections.values() if one.until > at],
            to_correct=list(self.to_correct.values()) if staff else None,
            host_note=self.host_note if staff else None,
            board=self.board if staff else None,
            apart=self.apart if staff else None,
        )
