"""The protocol: what is read, what is refused, and that the pages know the same."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.journal.reads import Position
from kaibo.room import asked, typescript, wire
from kaibo.room.outbox import Outbox, parcels
from kaibo.room.protocol import frame
from kaibo.room.rules import Limits
from kaibo.room.shown import Board, ChatLine, Counters
from kaibo.room.spoken import Spoken


def test_the_pages_have_the_same_protocol() -> None:
    """``web/shared/src/wire.ts`` is what this schema generates."""
    assert typescript.TARGET.read_text(encoding="utf-8") == typescript.generate()


def test_every_client_frame_is_read() -> None:
    """One of each, as a page writes them."""
    key = str(uuid.uuid4())
    texts = {
        '{"t":"join","token":"x"}': asked.Join(token="x"),
        '{"t":"join","token":"x","resume":{"epoch":"e","seq":7}}': asked.Join(
            token="x", resume=asked.Resume(epoch="e", seq=7)
        ),
        '{"t":"chat","ref":"1","text":"好"}': asked.Chat(ref="1", text="好"),
        '{"t":"like","n":3}': asked.Like(n=3),
        '{"t":"seen","link_no":2,"what":"cart"}': asked.Seen(link_no=2, what="cart"),
        '{"t":"beat","watching":false}': asked.Beat(watching=False),
        '{"t":"follow","on":true}': asked.Follow(on=True),
        '{"t":"share"}': asked.Share(),
        f'{{"t":"claim","ref":"1","sale_id":9,"units":2,"key":"{key}"}}': asked.Claim(
            ref="1", sale_id=9, units=2, key=key
        ),
    }
    assert {text: wire.decode_client(text) for text in texts} == texts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"t":"nothing"}',
        '{"t":"like"}',
        '{"t":"like","n":0}',
        '{"t":"like","n":1001}',
        '{"t":"like","n":1.5}',
        '{"t":"like","n":"1"}',
        '{"t":"like","n":true}',
        '{"t":"chat","ref":"","text":"x"}',
        '{"t":"chat","ref":"1","text":7}',
        '{"t":"claim","ref":"1","sale_id":1,"units":1,"key":""}',
        '{"t":"claim","ref":"1","sale_id":1,"units":1,"key":"a b"}',
        '{"t":"claim","ref":"1","sale_id":1,"units":1,"key":"a\\n"}',
        '{"t":"claim","ref":"1","sale_id":1,"units":1,"key":"' + "x" * 65 + '"}',
        '{"t":"claim","ref":"1","sale_id":-1,"units":1,"key":"' + str(uuid.UUID(int=7)) + '"}',
        '{"t":"claim","ref":"1","sale_id":1e400,"units":1,"key":"' + str(uuid.UUID(int=7)) + '"}',
        '{"t":"seen","link_no":1,"what":"bought"}',
        '{"t":"join","token":"x","resume":{"epoch":"e","seq":-1}}',
        '{"t":"chat","ref":"1","text":"\\ud800"}',
        "\ufeff{}",
        '{"t":"share"} {"t":"share"}',
        "[" * 5000,
    ],
)
def test_a_bad_frame_is_refused(text: str) -> None:
    """Nothing but a well-formed frame passes."""
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        wire.decode_client(text)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Anything either is a frame or is refused as one."""
    try:
        found = wire.decode_client(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert isinstance(found, asked.ClientFrame)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_frames_are_framed_as_the_standard_says(size: int, head: bytes) -> None:
    """RFC 6455 §5.2: the three lengths, no mask."""
    assert frame(b"x" * size) == head + b"x" * size


def test_a_slow_readers_frame_lacks_chat_then_counters() -> None:
    """The three forms of one tick."""
    told = spoken([wire.PopEvent(link_no=1)], chat=[line(1, "好")], counters=Counters(online=2))
    (parcel,) = parcels(told, staff=False, step=24)
    assert parcel.lean is not None
    assert parcel.bare is not None
    full, lean, bare = (_read(form) for form in (parcel.full, parcel.lean, parcel.bare))
    events = [{"e": "pop", "link_no": 1}]
    assert [form["events"] for form in (full, lean, bare)] == [events, events, events]
    assert full["chat"][0]["text"] == "好"
    assert (lean["chat"], lean["counters"]["online"]) == (None, 2)
    assert (bare["chat"], bare["counters"]) == (None, None)


def test_staff_events_and_board_are_for_staff() -> None:
    """A viewer's frame holds neither; with nothing else to say there is no frame."""
    told = spoken([wire.HostNoteEvent(text="慢一点")], board=Board(units=3))
    assert parcels(told, staff=False, step=24) == []
    (parcel,) = parcels(told, staff=True, step=24)
    assert _read(parcel.full)["events"] == [{"e": "host_note", "text": "慢一点"}]
    assert _read(parcel.full)["board"]["units"] == 3


def test_many_events_go_in_several_frames_in_order() -> None:
    """No frame grows without bound and no number goes back."""
    told = spoken([wire.PopEvent(link_no=number) for number in range(1, 26)], seq=25)
    frames = [_read(p.full) for p in parcels(told, staff=False, step=10)]
    assert [f["seq"] for f in frames] == [10, 20, 25]
    shown = [event["link_no"] for f in frames for event in f["events"]]
    assert shown == list(range(1, 26))


def test_chat_beyond_a_ticks_share_waits_in_order() -> None:
    """Nothing is lost and nothing overtakes."""
    outbox = Outbox(Limits(chat_bytes_per_tick=1_000))
    for number in range(40):
        outbox.add_line(line(number, "x" * 20))
    told: list[int] = []
    ticks = 0
    while not outbox.is_empty():
        lines = outbox.lines()
        outbox.clear(lines)
        told += [shown.id for shown in lines]
        ticks += 1
    assert told == list(range(40))
    assert ticks > 1
    assert outbox.take_left_out() == 0


def test_too_much_chat_is_sampled_and_counted_once() -> None:
    """Host, question and order stay; of the rest the newest; what is left out is told once."""
    outbox = Outbox(Limits(chat_waiting_max=5))
    outbox.add_line(line(1, "欢迎", kind="host"))
    outbox.add_line(line(2, "还有货吗"))
    outbox.add_line(line(3, "2", kind="order"))
    for number in range(4, 10):
        outbox.add_line(line(number, "哈哈"))
    assert [shown.id for shown in outbox.lines()] == [1, 2, 3, 8, 9]
    assert (outbox.take_left_out(), outbox.take_left_out()) == (4, 0)


def spoken(events: Sequence[wire.Event], *, seq: int = 4, **more: Any) -> Spoken:
    """A tick whose last event has number ``seq``."""
    return Spoken(
        epoch="e",
        n=1,
        id="i",
        prev="",
        seq=seq,
        at=9,
        place=Position(),
        mail="",
        events=list(events),
        **more,
    )


def line(number: int, text: str, kind: str = "viewer") -> ChatLine:
    """A line of chat."""
    return ChatLine(
        id=number,
        viewer_id=5,
        nickname="bo",
        text=text,
        at=0,
        kind=kind,  # type: ignore[arg-type]
    )


def _read(framed: bytes) -> dict[str, Any]:
    head = 2 if framed[1] < 126 else 4
    found: dict[str, Any] = json.loads(framed[head:])
    return found
