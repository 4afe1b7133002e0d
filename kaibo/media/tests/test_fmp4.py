"""Tags in, fragments out: nothing lost, time rising, cut where players want it."""

import itertools
import struct
from collections.abc import Iterable

import pytest

from kaibo.media import chunks
from kaibo.media.errors import CodecNotCarried, PictureUnreadable
from kaibo.media.fmp4 import Cut, Init, Muxer, Part
from kaibo.media.tests import mp4
from kaibo.media.tests.encoder import Tag, picture, show, sound, sound_config, video_config

CUT = Cut(340, 2000, lambda: 6000)


def mux(tags: Iterable[Tag], *, cut: Cut = CUT) -> list[Init | Part]:
    muxer, out = Muxer(cut), []
    for tag in tags:
        out += muxer.feed(tag.kind, tag.timestamp_ms, tag.body)
    return out + muxer.finish()


def parts(items: Iterable[Init | Part]) -> list[Part]:
    return [item for item in items if isinstance(item, Part)]


def inits(items: Iterable[Init | Part]) -> list[Init]:
    return [item for item in items if isinstance(item, Init)]


def track(items: Iterable[Init | Part], number: int) -> list[mp4.Sample]:
    return [s for part in parts(items) for s in mp4.samples(part.data) if s.track == number]


def segments_ms(items: Iterable[Init | Part]) -> list[int]:
    out: list[int] = []
    for part in parts(items):
        if part.opens_segment:
            out.append(0)
        out[-1] += part.duration_ms
    return out


def test_nothing_is_lost_and_time_rises() -> None:
    items = mux(show(10))
    assert isinstance(items[0], Init)
    assert (items[0].width, items[0].height, items[0].has_sound) == (640, 360, True)
    pictures, sounds = track(items, 1), track(items, 2)
    assert [s.data for s in pictures] == [struct.pack(">II", 4, n) * 50 for n in range(250)]
    assert [s.decode_at for s in pictures] == [n * 40 * 90 for n in range(250)]
    assert [n for n, s in enumerate(pictures) if s.is_key] == list(range(0, 250, 25))
    # The sound that came before the first picture has nowhere to be heard.
    assert [struct.unpack(">I", s.data)[0] for s in sounds] == list(range(1, 1 + len(sounds)))
    assert [b.decode_at - a.decode_at for a, b in itertools.pairwise(sounds)] == (
        [1024] * (len(sounds) - 1)
    )
    assert sum(part.pictures for part in parts(items)) == 250


def test_the_initialisation_is_whole() -> None:
    data = inits(mux(show(1)))[0].data
    assert mp4.kinds(data) == [b"ftyp", b"moov"]
    first, last = mp4.find(data, b"moov")
    assert [kind for kind, _, _ in mp4.boxes(data, first, last)] == [
        b"mvhd",
        b"trak",
        b"trak",
        b"mvex",
    ]
    at, end = mp4.find(data, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    assert data[at + 12 : at + 16] == b"avc1"
    assert b"avcC" in data[at:end]


def test_parts_and_segments_have_the_length_players_want() -> None:
    items = mux(show(10))
    assert segments_ms(items) == [2000, 2000, 2000, 2000, 2000]
    found = parts(items)
    assert max(part.duration_ms for part in found) <= 340
    for part, following in itertools.pairwise(found):
        # Only the last part of a segment may be shorter than 85 % of the target.
        assert part.duration_ms >= 0.85 * 340 or following.opens_segment
    opening = [part for part in found if part.opens_segment]
    assert all(part.is_independent for part in opening)
    assert [part.begins_ms for part in opening] == [0, 2000, 4000, 6000, 8000]


@pytest.mark.parametrize("frame_ms", [16.667, 20, 33.333, 33.367, 40, 41.667])
def test_parts_at_usual_frame_rates(frame_ms: float) -> None:
    tags = [video_config(), sound_config()]
    tags += [picture(round(n * frame_ms), is_key=n % 60 == 0) for n in range(600)]
    found = parts(mux(tags))
    assert max(part.duration_ms for part in found) <= 341
    short = [a for a, b in itertools.pairwise(found) if a.duration_ms < 0.85 * 340]
    allowed = [a for a, b in itertools.pairwise(found) if b.opens_segment]
    assert [part for part in short if part not in allowed] == []


def test_without_key_pictures_a_segment_is_cut_all_the_same() -> None:
    items = mux(show(20, key_every=500), cut=Cut(340, 2000, lambda: 4000))
    assert segments_ms(items) == [4000] * 5
    assert [p.is_independent for p in parts(items) if p.opens_segment] == [True] + [False] * 4


def test_pictures_before_the_first_key_are_dropped() -> None:
    tags = [video_config(), sound_config(), picture(0, is_key=False), picture(40, is_key=True)]
    items = mux([*tags, picture(80, is_key=False)])
    assert [s.is_key for s in track(items, 1)] == [True, False]
    assert track(items, 1)[0].decode_at == 0


def test_without_sound_the_picture_starts_after_a_second() -> None:
    tags = [video_config(), *(picture(n * 40, is_key=n % 25 == 0) for n in range(100))]
    items = mux(tags)
    assert [init.has_sound for init in inits(items)] == [False]
    assert len(track(items, 1)) == 75


def test_late_pictures_keep_their_place() -> None:
    tags = [video_config(), sound_config()]
    offsets = [80, 200, 80, 0, 40]
    tags += [picture(40 * n, is_key=n == 0, offset_ms=ms) for n, ms in enumerate(offsets)]
    assert [s.composition for s in track(mux(tags), 1)] == [ms * 90 for ms in offsets]


def test_a_hole_in_the_sound_stays_a_hole() -> None:
    tags = [video_config(), sound_config(), picture(0, is_key=True)]
    tags += [sound(at) for at in (0, 21, 42, 1042, 1064)]
    tags += [picture(40 * n, is_key=False) for n in range(1, 30)]
    found = track(mux(tags), 2)
    assert [s.decode_at for s in found] == [0, 1024, 2048, 1042 * 48, 1042 * 48 + 1024]


def test_sound_that_steps_back_is_dropped() -> None:
    tags = [video_config(), sound_config(), picture(0, is_key=True)]
    tags += [sound(at) for at in (0, 21, 42, 64, 85, 106, 128, 149, 0, 21, 171)]
    tags.append(picture(200, is_key=False))
    assert [s.decode_at for s in track(mux(tags), 2)] == [1024 * n for n in range(9)]


def test_sound_alone_is_not_kept() -> None:
    tags = [video_config(), sound_config(), picture(0, is_key=True)]
    tags += [sound(n * 1024 // 48) for n in range(2000)]
    assert len(track(mux(tags), 2)) == 469  # ten seconds


def test_pictures_on_one_millisecond_are_moved_apart() -> None:
    tags = [video_config(), sound_config()]
    tags += [picture(at, is_key=at == 0) for at in (0, 40, 40, 40, 80)]
    found = track(mux(tags), 1)
    assert [s.decode_at // 90 for s in found] == [0, 40, 41, 42, 80]
    assert all(s.duration > 0 for s in found)


@pytest.mark.parametrize("leap_ms", [60_000, -5_000])
def test_a_leap_of_the_clock_is_a_new_start(leap_ms: int) -> None:
    tags = [*show(2, from_ms=100_000), *show(2, from_ms=100_000 + leap_ms)]
    items = mux(tags)
    assert len(inits(items)) == 2
    assert len(track(items, 1)) == 100
    assert segments_ms(items) == [2000, 2000]


def test_time_past_49_days_goes_on() -> None:
    items = mux(
        Tag(tag.kind, tag.timestamp_ms % chunks.CLOCK, tag.body)
        for tag in show(4, from_ms=chunks.CLOCK - 2000)
    )
    assert len(inits(items)) == 1
    assert [s.decode_at for s in track(items, 1)] == [n * 3600 for n in range(100)]


def test_a_new_size_is_a_new_start() -> None:
    items = mux([*show(2), *show(2, from_ms=2000, width=1280, height=720)])
    assert [(init.width, init.height) for init in inits(items)] == [(640, 360), (1280, 720)]
    assert len(track(items, 1)) == 100


def test_the_same_parameters_again_change_nothing() -> None:
    items = mux([*show(2), *show(2, from_ms=2000)])
    assert len(inits(items)) == 1


def test_other_codecs_are_refused() -> None:
    muxer = Muxer(CUT)
    with pytest.raises(CodecNotCarried):
        muxer.feed(chunks.VIDEO, 0, b"\x1c\0\0\0\0")
    with pytest.raises(CodecNotCarried):
        muxer.feed(chunks.AUDIO, 0, b"\x2f\xff\xfb")
    with pytest.raises(PictureUnreadable):
        muxer.feed(chunks.VIDEO, 0, b"\x17\0\0\0\0\1garbage")


def test_data_tags_and_empty_tags_are_nothing() -> None:
    muxer = Muxer(CUT)
    assert muxer.feed(chunks.DATA, 0, b"\x02\0\x0aonMetaData") == []
    assert muxer.feed(chunks.VIDEO, 0, b"") == []
    assert muxer.feed(chunks.AUDIO, 0, b"\xaf") == []
    assert muxer.finish() == []
