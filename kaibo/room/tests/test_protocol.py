"""Messages read past the library are those the library would have read, and only between them."""

from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN

from kaibo.room.protocol import _Conversation, read_text
from kaibo.room.wire import FRAME_BYTES_MAX

SIZES = st.sampled_from([0, 1, 5, 124, 125, 126, 127, 128, 300, FRAME_BYTES_MAX])


def sent(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, data, fin).serialize(mask=True)


def texts() -> st.SearchStrategy[str]:
    return st.one_of(st.text(), SIZES.map(lambda size: "x" * size))


def conversation() -> _Conversation:
    return _Conversation(state=OPEN, max_size=FRAME_BYTES_MAX)


@given(texts(), st.binary(max_size=20))
def test_a_whole_text_is_read_and_what_follows_is_left(text: str, more: bytes) -> None:
    framed = sent(Opcode.TEXT, text.encode())
    assert read_text(framed + more) == (text.encode(), len(framed))


@given(texts(), st.data())
def test_a_part_of_a_text_is_left_to_the_library(text: str, data: st.DataObject) -> None:
    framed = sent(Opcode.TEXT, text.encode())
    cut = data.draw(st.integers(0, len(framed) - 1))
    assert read_text(framed[:cut]) == (b"", 0)


@given(st.one_of(st.binary(max_size=40), st.binary(max_size=30).map(lambda b: b"\x81" + b)))
@example(b"\x81\xfe\x00\x03\0\0\0\0abc")
@example(b"\x81\x82\0\0\0\0\xff\xff")
@example(b"\x81\xff" + bytes(7) + b"\x01\0\0\0\0a")
def test_whatever_is_read_the_library_reads_alike(raw: bytes) -> None:
    text, size = read_text(raw)
    if size:
        library = conversation()
        library.receive_data(raw[:size])
        assert library.parser_exc is None
        assert library.is_between_messages
        assert library.events_received() == [Frame(Opcode.TEXT, text)]
        text.decode()


@given(st.integers(FRAME_BYTES_MAX + 1, 70_000))
def test_what_is_too_long_is_left_to_the_library(size: int) -> None:
    assert read_text(sent(Opcode.TEXT, b"x" * size)) == (b"", 0)


FRAMES = st.lists(
    st.one_of(
        texts().map(lambda text: [sent(Opcode.TEXT, text.encode())]),
        st.binary(max_size=60).map(lambda data: [sent(Opcode.PING, data)]),
        st.binary(max_size=60).map(lambda data: [sent(Opcode.BINARY, data)]),
        st.tuples(st.binary(max_size=9), st.binary(max_size=9)).map(
            lambda parts: [
                sent(Opcode.TEXT, b"", fin=False),
                sent(Opcode.PING, parts[0]),
                sent(Opcode.CONT, b"a", fin=False),
                sent(Opcode.CONT, b"b"),
            ]
        ),
    ),
    max_size=6,
)


@given(FRAMES, st.data())
def test_between_messages_is_just_where_a_message_ends(
    messages: list[list[bytes]], data: st.DataObject
) -> None:
    """However the stream is cut into pieces."""
    ends, at = set(), 0
    for frames in messages:
        at += sum(map(len, frames))
        ends.add(at)
    stream = b"".join(b"".join(frames) for frames in messages)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=12).map(sorted))
    library, before = conversation(), 0
    for cut in [*cuts, len(stream)]:
        if cut > before:
            library.receive_data(stream[before:cut])
            assert library.parser_exc is None
            assert library.is_between_messages == (cut in ends)
            before = cut
