"""Fragmented MP4, box by box: one initialisation, then fragments. Pure.

Source: ISO/IEC 14496-12 (boxes, movie fragments), 14496-14 (esds), 14496-15 (avcC).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from kaibo.media.h264 import VideoConfig
from kaibo.media.tags import SoundConfig

VIDEO_TICKS_S = 90_000
VIDEO_TRACK, SOUND_TRACK = 1, 2

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
_UNDETERMINED_LANGUAGE = 0x55C4

_TFHD_DEFAULT_BASE_IS_MOOF = 0x020000
_TFHD_SAMPLE_FLAGS = 0x20
_TRUN_OFFSET, _TRUN_DURATION, _TRUN_SIZE, _TRUN_FLAGS, _TRUN_COMPOSITION = (
    1,
    0x100,
    0x200,
    0x400,
    0x800,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One video sample with its place in time, in ticks of 1/90000 s."""

    data: bytes
    duration: int
    composition: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """One AAC frame; ``duration`` in samples."""

    data: bytes
    duration: int


def init_segment(video: VideoConfig, sound: SoundConfig | None) -> bytes:
    """What a player needs before the first fragment: ``ftyp`` and ``moov``."""
    tracks = [_video_track(video)]
    defaults = [_full(b"trex", 0, 0, struct.pack(">5I", VIDEO_TRACK, 1, 0, 0, 0))]
    if sound is not None:
        tracks.append(_sound_track(sound))
        rest = struct.pack(">5I", SOUND_TRACK, 1, sound.frame_samples, 0, 0)
        defaults.append(_full(b"trex", 0, 0, rest))
    head = struct.pack(">IIIIIHHII", 0, 0, 1000, 0, 0x10000, 0x100, 0, 0, 0)
    next_track = struct.pack(">I", len(tracks) + 1)
    movie_head = _full(b"mvhd", 0, 0, head, _MATRIX, bytes(24), next_track)
    file_type = _box(b"ftyp", b"iso6", struct.pack(">I", 0x200), b"iso6mp41cmfc")
    return file_type + _box(b"moov", movie_head, *tracks, _box(b"mvex", *defaults))


def fragment(
    number: int,
    *,
    pictures: Sequence[Picture],
    pictures_at: int,
    sounds: Sequence[Sound],
    sounds_at: int,
) -> bytes:
    """One ``moof`` and ``mdat``.

    Args:
        number: rises by one from fragment to fragment.
        pictures_at: decode time of the first picture, in video ticks; ``sounds_at`` likewise
            in samples. Either list may be empty, not both.
    """
    assert pictures or sounds
    picture_bytes = sum(len(p.data) for p in pictures)

    def head(data_at: int) -> bytes:
        parts = [_full(b"mfhd", 0, 0, struct.pack(">I", number))]
        if pictures:
            parts.append(_picture_run(pictures, at=pictures_at, data_at=data_at))
        if sounds:
            parts.append(_sound_run(sounds, at=sounds_at, data_at=data_at + picture_bytes))
        return _box(b"moof", *parts)

    # The run boxes hold offsets counted from the head's own start, so its length must be
    # known first; numbers do not change the length.
    length = len(head(0))
    data = [p.data for p in pictures] + [s.data for s in sounds]
    return head(length + 8) + _box(b"mdat", *data)


def _picture_run(pictures: Sequence[Picture], *, at: int, data_at: int) -> bytes:
    flags = _TRUN_OFFSET | _TRUN_DURATION | _TRUN_SIZE | _TRUN_FLAGS | _TRUN_COMPOSITION
    rows = [
        struct.pack(
            ">IIIi", p.duration, len(p.data), _SYNC if p.is_key else _NOT_SYNC, p.composition
        )
        for p in pictures
    ]
    return _box(
        b"traf",
        _full(b"tfhd", 0, _TFHD_DEFAULT_BASE_IS_MOOF, struct.pack(">I", VIDEO_TRACK)),
        _full(b"tfdt", 1, 0, struct.pack(">Q", at)),
        _full(b"trun", 1, flags, struct.pack(">Ii", len(pictures), data_at), *rows),
    )


def _sound_run(sounds: Sequence[Sound], *, at: int, data_at: int) -> bytes:
    flags = _TFHD_DEFAULT_BASE_IS_MOOF | _TFHD_SAMPLE_FLAGS
    rows = [struct.pack(">II", s.duration, len(s.data)) for s in sounds]
    run_flags = _TRUN_OFFSET | _TRUN_DURATION | _TRUN_SIZE
    return _box(
        b"traf",
        _full(b"tfhd", 0, flags, struct.pack(">II", SOUND_TRACK, _SYNC)),
        _full(b"tfdt", 1, 0, struct.pack(">Q", at)),
        _full(b"trun", 0, run_flags, struct.pack(">Ii", len(sounds), data_at), *rows),
    )


def _video_track(video: VideoConfig) -> bytes:
    size = struct.pack(">HH", video.width, video.height)
    entry = _box(
        b"avc1",
        bytes(6) + b"\0\1" + bytes(16),
        size,
        struct.pack(">III", 0x480000, 0x480000, 0),
        b"\0\1" + bytes(32),
        struct.pack(">Hh", 24, -1),
        _box(b"avcC", video.avcc),
    )
    head = _track_head(VIDEO_TRACK, volume=0, width=video.width, height=video.height)
    media_head = _full(b"vmhd", 0, 1, bytes(8))
    return _box(b"trak", head, _media(VIDEO_TICKS_S, handler=b"vide", head=media_head, entry=entry))


def _sound_track(sound: SoundConfig) -> bytes:
    decoder = _descriptor(
        4,
        b"\x40\x15\0\0\0" + struct.pack(">II", 0, 0) + _descriptor(5, sound.asc),
    )
    stream = _descriptor(3, struct.pack(">HB", SOUND_TRACK, 0) + decoder + _descriptor(6, b"\2"))
    # The box has 16 bits for the rate; players take the true one from the descriptor.
    rate = sound.rate_hz if sound.rate_hz < 1 << 16 else 0
    entry = _box(
        b"mp4a",
        bytes(6) + b"\0\1" + bytes(8),
        struct.pack(">HHIHH", sound.channels, 16, 0, rate, 0),
        _full(b"esds", 0, 0, stream),
    )
    head = _track_head(SOUND_TRACK, volume=0x100, width=0, height=0)
    media_head = _full(b"smhd", 0, 0, bytes(4))
    return _box(b"trak", head, _media(sound.rate_hz, handler=b"soun", head=media_head, entry=entry))


def _track_head(number: int, *, volume: int, width: int, height: int) -> bytes:
    return _full(
        b"tkhd",
        0,
        3,
        struct.pack(">IIIII", 0, 0, number, 0, 0),
        bytes(8),
        struct.pack(">HHHH", 0, 0, volume, 0),
        _MATRIX,
        struct.pack(">II", width << 16, height << 16),
    )


def _media(ticks_s: int, *, handler: bytes, head: bytes, entry: bytes) -> bytes:
    media_head = struct.pack(">IIIIHH", 0, 0, ticks_s, 0, _UNDETERMINED_LANGUAGE, 0)
    here = _full(b"url ", 0, 1)
    tables = _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    data_info = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), here))
    return _box(
        b"mdia",
        _full(b"mdhd", 0, 0, media_head),
        _full(b"hdlr", 0, 0, bytes(4) + handler + bytes(12) + handler + b"\0"),
        _box(b"minf", head, data_info, tables),
    )


def _descriptor(tag: int, body: bytes) -> bytes:
    assert len(body) < 1 << 14
    # Lengths are written seven bits at a time, most significant first.
    return bytes((tag, 0x80 | len(body) >> 7, len(body) & 0x7F)) + body


def _box(kind: bytes, *parts: bytes) -> bytes:
    length = 8 + sum(len(part) for part in parts)
    return b"".join((struct.pack(">I", length), kind, *parts))


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)
