"""The playlist's promises: numbers rise, targets stand, what is listed can be fetched."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from kaibo.media import hls
from kaibo.media.fmp4 import Init, Part

AT = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)


def init(mark: bytes = b"init") -> Init:
    return Init(mark, 640, 360, True)


def part(mark: bytes, *, opens: bool = False, ms: int = 333) -> Part:
    return Part(mark, 0, ms, opens, opens, 10)


def fill(window: hls.Window, *, segments: int, parts: int = 6, ms: int = 333) -> None:
    for s in range(segments):
        for p in range(parts):
            window.add(part(b"%d.%d;" % (s, p), opens=p == 0, ms=ms), begins_at=AT)


def tag(text: str, name: str) -> list[str]:
    return re.findall(rf"^#EXT-X-{name}:?(.*)$", text, re.MULTILINE)


def uris(text: str) -> list[str]:
    return re.findall(r'URI="([^"]+)"', text) + re.findall(r"^(?!#)(.+)$", text, re.MULTILINE)


def test_a_playlist_line_by_line() -> None:
    window = hls.Window(first_number=7)
    window.begin(init())
    fill(window, segments=1, parts=2)
    window.add(part(b"next", opens=True), begins_at=AT + dt.timedelta(milliseconds=666))
    assert window.playlist().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.020",
        "#EXT-X-PART-INF:PART-TARGET=0.340",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
        '#EXT-X-MAP:URI="init7.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-11T12:00:00.000Z",
        '#EXT-X-PART:DURATION=0.333,URI="s7.0.m4s",INDEPENDENT=YES',
        '#EXT-X-PART:DURATION=0.333,URI="s7.1.m4s"',
        "#EXTINF:0.666,",
        "s7.m4s",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-11T12:00:00.666Z",
        '#EXT-X-PART:DURATION=0.333,URI="s8.0.m4s",INDEPENDENT=YES',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s8.1.m4s"',
    ]
    assert window.playlist(with_parts=False).splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
        '#EXT-X-MAP:URI="init7.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-11T12:00:00.000Z",
        "#EXTINF:0.666,",
        "s7.m4s",
    ]


def test_the_window_rolls() -> None:
    window = hls.Window(first_number=100)
    window.begin(init())
    fill(window, segments=40)
    text = window.playlist()
    listed = [uri for uri in uris(text) if re.fullmatch(r"s\d+\.m4s", uri)]
    assert listed == [f"s{n}.m4s" for n in range(133, 139)]
    assert tag(text, "MEDIA-SEQUENCE") == ["133"]
    hint = re.findall(r'HINT:TYPE=PART,URI="([^"]+)"', text)
    assert [uri for uri in uris(text) if window.find(uri) is None] == hint == ["s139.6.m4s"]
    assert window.find("s125.m4s") is not None
    assert window.find("s124.m4s") is None, "what has left the window is let go"


def test_parts_are_listed_near_the_end_only() -> None:
    window = hls.Window(first_number=0)
    window.begin(init())
    fill(window, segments=10)
    with_parts = {uri.split(".")[0] for uri in uris(window.playlist()) if uri.count(".") == 2}
    assert with_parts == {"s7", "s8", "s9"}


def test_a_segment_is_its_parts() -> None:
    window = hls.Window(first_number=0)
    window.begin(init())
    fill(window, segments=2, parts=3)
    assert window.find("s0.m4s") == b"0.0;0.1;0.2;"
    assert window.find("s0.1.m4s") == b"0.1;"
    assert window.find("s1.2.m4s") == b"1.2;", "a part is there before its segment is whole"
    assert window.find("s1.m4s") is None
    assert window.find("init0.mp4") == b"init"


def test_the_encoder_comes_back() -> None:
    window = hls.Window(first_number=0)
    window.begin(init(b"one"))
    fill(window, segments=2)
    window.close_segment()
    window.begin(init(b"two"))
    fill(window, segments=2)
    text = window.playlist()
    lines = text.splitlines()
    broken = lines.index("#EXT-X-DISCONTINUITY")
    assert lines[broken + 1] == '#EXT-X-MAP:URI="init2.mp4"'
    assert lines[broken - 1] == "s1.m4s"
    assert tag(text, "MAP") == ['URI="init0.mp4"', 'URI="init2.mp4"']
    assert window.find("init0.mp4") == b"one"
    assert window.find("init2.mp4") == b"two"
    fill(window, segments=20)
    text = window.playlist()
    assert tag(text, "DISCONTINUITY-SEQUENCE") == ["1"], "breaks that rolled out are counted"
    assert "#EXT-X-DISCONTINUITY\n" not in text
    assert window.find("init0.mp4") is None
    assert window.find("init2.mp4") == b"two"


def test_an_encoder_that_never_sent_a_picture_leaves_no_break() -> None:
    window = hls.Window(first_number=0)
    window.begin(init(b"one"))
    window.begin(init(b"two"))
    fill(window, segments=2)
    assert "DISCONTINUITY\n" not in window.playlist()
    assert window.find("init0.mp4") == b"two"


@given(st.lists(st.integers(1, 18), min_size=1, max_size=30))
def test_the_target_is_fixed_by_the_first_segment_and_kept(lengths: list[int]) -> None:
    window = hls.Window(first_number=0)
    window.begin(init())
    targets = set()
    for count in lengths:
        for n in range(count):
            # As the muxer does: never past what the window allows.
            so_far = n * 333
            if so_far + 333 > window.segment_ms_max:
                break
            window.add(part(b"x", opens=n == 0), begins_at=AT)
        if window.is_ready:
            targets.add(window.target_s)
            longest = max(float(x) for x in re.findall(r"#EXTINF:([\d.]+)", window.playlist()))
            assert round(longest) <= window.target_s
    assert len(targets) <= 1


def test_what_a_player_may_wait_for() -> None:
    window = hls.Window(first_number=10)
    window.begin(init())
    assert not window.has(10, 0)
    fill(window, segments=2, parts=3)
    assert window.has(9, 5)
    assert window.has(10, None)
    assert window.has(10, 2)
    assert window.has(10, 3), "past the end of a segment is the start of the next"
    assert window.has(11, 2)
    assert not window.has(11, 3)
    assert not window.has(11, None)
    assert window.is_next_part("s11.3.m4s")
    assert not window.is_too_far(13)
    assert window.is_too_far(14)
    window.close_segment()
    assert window.has(11, None)
    assert not window.has(11, 3)
    assert window.is_next_part("s12.0.m4s")


def test_names_that_are_none() -> None:
    window = hls.Window(first_number=0)
    window.begin(init())
    fill(window, segments=2)
    for name in ("s-1.m4s", "s0.-1.m4s", "s0.m4s.mp4", "s.m4s", "s٣.m4s", "s0..m4s", "../s0.m4s"):
        assert window.find(name) is None
    assert window.find("s" + "9" * 5000 + ".m4s") is None


def test_memory_is_bounded() -> None:
    window = hls.Window(first_number=0)
    window.begin(init())
    large = b"x" * (hls.WINDOW_BYTES_MAX // 4)
    for _ in range(12):
        window.add(part(large, opens=True), begins_at=AT)
    kept = [n for n in range(12) if window.find(f"s{n}.m4s") is not None]
    assert kept == [7, 8, 9, 10]
