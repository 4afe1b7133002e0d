"""What a room remembers for those who come later."""

import datetime as dt
from typing import Any

from kaibo.room import wire
from kaibo.room.memory import Memory
from kaibo.room.shown import Correction, CouponDrop, ToCorrect

AT_MS = 1_795_348_800_000
CLOSES_AT = dt.datetime.fromtimestamp(AT_MS / 1000 + 60, dt.UTC)
DROP = CouponDrop(promotion_id=9, title_zh="减", title_en="Off", closes_at=CLOSES_AT)


def a_room() -> Memory:
    return Memory(org_id=1, show_id=7, code="room7", title="一场", state="live")


def test_who_comes_later_finds_the_coupon_until_its_time_is_over() -> None:
    room = a_room()
    room.apply(wire.CouponEvent(coupon=DROP))
    found = {at: room.snapshot(seq=1, at=AT_MS + at, staff=False) for at in (0, 59_999, 60_000)}
    assert [snapshot.coupon for snapshot in found.values()] == [DROP, DROP, None]
    other = a_room()
    other.adopt(found[0])
    assert other.snapshot(seq=1, at=AT_MS, staff=False).coupon == DROP


def test_a_coupon_of_a_promotion_that_stopped_is_not_told_any_more() -> None:
    room = a_room()
    room.apply(wire.CouponEvent(coupon=DROP))
    room.apply(wire.CouponGoneEvent(promotion_id=8))
    assert room.snapshot(seq=2, at=AT_MS, staff=False).coupon == DROP
    room.apply(wire.CouponGoneEvent(promotion_id=9))
    assert room.snapshot(seq=3, at=AT_MS, staff=False).coupon is None


def test_what_is_to_be_corrected_is_staff_s_and_what_is_shown_ends() -> None:
    room = a_room()
    words: dict[str, Any] = {"right_zh": "99 元", "right_en": "¥99"}
    wanted = ToCorrect(id=5, link_no=1, wrong="59", due_at=CLOSES_AT, **words)
    shown = Correction(id=5, link_no=1, text="99 元", text_en="¥99", until=AT_MS + 60_000)
    room.apply(wire.ToCorrectEvent(to_correct=wanted))
    room.apply(wire.ToCorrectMovedEvent(id=5, part="shown"))
    room.apply(wire.ToCorrectMovedEvent(id=6, part="said"))
    room.apply(wire.CorrectionEvent(correction=shown))
    staff = room.snapshot(seq=1, at=AT_MS, staff=True)
    assert staff.to_correct == [
        ToCorrect(id=5, link_no=1, wrong="59", due_at=CLOSES_AT, **words, is_shown=True)
    ]
    assert room.snapshot(seq=1, at=AT_MS, staff=False).to_correct is None
    other = a_room()
    other.adopt(staff)
    found = [other.snapshot(seq=1, at=AT_MS + at, staff=False) for at in (59_999, 60_000)]
    assert [one.corrections for one in found] == [[shown], []]
    other.apply(wire.ToCorrectMovedEvent(id=5, part="over"))
    assert other.snapshot(seq=2, at=AT_MS, staff=True).to_correct == []
