"""Picture sizes out of parameter sets, and configurations that cannot be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.media import h264
from kaibo.media.errors import CodecNotCarried, PictureUnreadable
from kaibo.media.tags import SoundConfig, SoundSample, VideoSample, read_sound, read_video
from kaibo.media.tests.encoder import avcc, parameter_set


@given(st.integers(1, 2048), st.integers(1, 2048))
def test_the_size_comes_back(half_width: int, half_height: int) -> None:
    width, height = 2 * half_width, 2 * half_height
    assert h264.picture_size(parameter_set(width, height)) == (width, height)


@pytest.mark.parametrize(
    ("sps", "size"),
    [
        # x264, high profile, 1280x720; x264, high 4:4:4, 320x240 -- as ffmpeg wrote them.
        ("6764001facd9405005bb011000000300100000030320f1831960", (1280, 720)),
        ("67f4000d919b28283f6022000003000200000300641e28532c", (320, 240)),
    ],
)
def test_real_parameter_sets(sps: str, size: tuple[int, int]) -> None:
    assert h264.picture_size(bytes.fromhex(sps)) == size


@given(st.binary(max_size=80))
def test_any_parameter_set_is_read_or_refused(raw: bytes) -> None:
    try:
        width, height = h264.picture_size(raw)
    except h264.ConfigBroken:
        return
    assert 0 < width <= 8192
    assert 0 < height <= 8192


@pytest.mark.parametrize("cut", [0, 3, 7, 9, 12])
def test_a_configuration_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(h264.ConfigBroken):
        h264.read_config(avcc()[:cut])
    with pytest.raises(PictureUnreadable):
        read_video(b"\x17\0\0\0\0" + avcc()[:cut])


def test_video_messages() -> None:
    config = read_video(b"\x17\0\0\0\0" + avcc(1280, 720))
    assert isinstance(config, h264.VideoConfig)
    assert (config.width, config.height) == (1280, 720)
    assert read_video(b"\x17\1\0\0\x50abc") == VideoSample(b"abc", 80, True)
    assert read_video(b"\x27\1\xff\xff\xd8abc") == VideoSample(b"abc", -40, False)
    assert read_video(b"\x17\2\0\0\0") is None  # end of sequence
    assert read_video(b"\x17") is None
    assert read_video(b"") is None


@pytest.mark.parametrize(
    ("raw", "codec"),
    [(b"\x12abc", "H.263"), (b"\x1cabc", "H.265"), (b"\x90hvc1", "H.265"), (b"\x90av01", "AV1")],
)
def test_other_pictures_are_refused_by_name(raw: bytes, codec: str) -> None:
    with pytest.raises(CodecNotCarried) as refused:
        read_video(raw)
    assert refused.value.data == {"codec": codec}


def test_sound_messages() -> None:
    assert read_sound(b"\xaf\0\x11\x90") == SoundConfig(b"\x11\x90", 48000, 2, 1024)
    assert read_sound(b"\xaf\0\x12\x08") == SoundConfig(b"\x12\x08", 44100, 1, 1024)
    assert read_sound(b"\xaf\1abc") == SoundSample(b"abc")
    assert read_sound(b"") is None
    with pytest.raises(CodecNotCarried) as refused:
        read_sound(b"\x2fabc")
    assert refused.value.data == {"codec": "MP3"}
    with pytest.raises(PictureUnreadable):
        read_sound(b"\xaf\0\x17\x80")  # rate index 15 with no rate behind it
