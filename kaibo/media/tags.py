"""What RTMP's audio and video messages carry: configurations and samples. Pure.

Source: "Adobe Flash Video File Format Specification 10.1", annex E.4; ISO/IEC 14496-3 (AAC).
"""

from dataclasses import dataclass

from kaibo.media import h264
from kaibo.media.errors import CodecNotCarried, PictureUnreadable

_VIDEO_NAMES = {2: "H.263", 3: "Screen video", 4: "VP6", 5: "VP6", 12: "H.265"}
_SOUND_NAMES = {
    0: "PCM", 1: "ADPCM", 2: "MP3", 3: "PCM", 4: "Nellymoser", 5: "Nellymoser",
    6: "Nellymoser", 7: "G.711", 8: "G.711", 11: "Speex", 14: "MP3",
}  # fmt: skip
_AAC_RATES = (
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
)  # fmt: skip
_RATE_EXPLICIT = 15
_SOUND_CONFIG_BYTES_MAX = 100


@dataclass(frozen=True, slots=True)
class SoundConfig:
    """An AudioSpecificConfig as sent, and what it means."""

    asc: bytes
    rate_hz: int
    channels: int
    frame_samples: int


@dataclass(frozen=True, slots=True)
class VideoSample:
    """One coded picture. ``offset_ms``: when it is shown, after it is decoded."""

    data: bytes
    offset_ms: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class SoundSample:
    """One coded AAC frame."""

    data: bytes


def read_video(body: bytes) -> h264.VideoConfig | VideoSample | None:
    """Understand one video message; None for those that carry nothing to show.

    Raises:
        CodecNotCarried: it is not H.264.
        PictureUnreadable: the configuration is broken.
    """
    if not body:
        return None
    if body[0] & 0x80:  # "enhanced RTMP": four letters name the codec
        raise CodecNotCarried(codec=_four_letters(body[1:5]))
    codec = body[0] & 0x0F
    if codec != 7:
        raise CodecNotCarried(codec=_VIDEO_NAMES.get(codec, f"codec {codec}"))
    if len(body) < 5:
        return None
    if body[1] == 0:
        try:
            return h264.read_config(body[5:])
        except h264.ConfigBroken as broken:
            raise PictureUnreadable from broken
    if body[1] != 1 or len(body) == 5:
        return None
    offset_ms = int.from_bytes(body[2:5], "big", signed=True)
    return VideoSample(body[5:], offset_ms, body[0] >> 4 & 0x07 == 1)


def read_sound(body: bytes) -> SoundConfig | SoundSample | None:
    """Understand one audio message; None for those that carry nothing to hear.

    Raises:
        CodecNotCarried: it is not AAC.
        PictureUnreadable: the configuration is broken.
    """
    if not body:
        return None
    codec = body[0] >> 4
    if codec != 10:
        raise CodecNotCarried(codec=_SOUND_NAMES.get(codec, f"sound codec {codec}"))
    if len(body) < 3:
        return None
    if body[1] == 0:
        return _sound_config(body[2:])
    return SoundSample(body[2:]) if body[1] == 1 else None


def _sound_config(asc: bytes) -> SoundConfig:
    if not 2 <= len(asc) <= _SOUND_CONFIG_BYTES_MAX:
        raise PictureUnreadable
    bits = int.from_bytes(asc[:8].ljust(8, b"\0"), "big")
    left = 64 - 5  # after the object type
    index = bits >> (left - 4) & 15
    left -= 4
    if index == _RATE_EXPLICIT:
        rate_hz = bits >> (left - 24) & 0xFFFFFF
        left -= 24
    elif index < len(_AAC_RATES):
        rate_hz = _AAC_RATES[index]
    else:
        raise PictureUnreadable
    channels = bits >> (left - 4) & 15
    short_frames = bits >> (left - 5) & 1
    if not 1000 <= rate_hz <= 192000:
        raise PictureUnreadable
    return SoundConfig(asc, rate_hz, channels or 2, 960 if short_frames else 1024)


def _four_letters(raw: bytes) -> str:
    text = raw.decode("ascii", "replace")
    names = {"hvc1": "H.265", "av01": "AV1", "vp09": "VP9", "avc1": "enhanced H.264"}
    return names.get(text, "".join(c for c in text if c.isalnum()) or "unknown codec")
