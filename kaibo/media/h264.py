"""H.264 decoder configuration and picture size. Pure.

Source: ISO/IEC 14496-15 (avcC), ITU-T H.264 section 7.3.2.1.1 (sequence parameter set).
"""

from dataclasses import dataclass

_PROFILES_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 138, 139, 134, 135, 244})
_EXP_GOLOMB_ZEROS_MAX = 31
_SIDE_MAX = 8192


class ConfigBroken(ValueError):
    """The bytes are not a decoder configuration that a player could use."""


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """An encoder's picture parameters, as sent (``avcc``), and the size they mean."""

    avcc: bytes
    width: int
    height: int


def read_config(avcc: bytes) -> VideoConfig:
    """Understand an AVCDecoderConfigurationRecord.

    Raises:
        ConfigBroken: cut short, without a parameter set, or of an impossible size.
    """
    if len(avcc) < 8 or avcc[0] != 1 or avcc[5] & 0x1F == 0:
        raise ConfigBroken("not an avcC record")
    length = int.from_bytes(avcc[6:8], "big")
    parameter_set = avcc[8 : 8 + length]
    if length < 4 or len(parameter_set) != length:
        raise ConfigBroken("parameter set cut short")
    width, height = picture_size(parameter_set)
    return VideoConfig(avcc, width, height)


def picture_size(parameter_set: bytes) -> tuple[int, int]:
    """Width and height in pixels after cropping, from a sequence parameter set.

    Raises:
        ConfigBroken: cut short or out of range.
    """
    bits = _Bits(_without_emulation(parameter_set[1:]))
    profile = bits.take(8)
    bits.take(16)  # constraint flags and level
    bits.golomb()  # parameter set id
    chroma = _skip_chroma(bits) if profile in _PROFILES_WITH_CHROMA else 1
    _skip_order_count(bits)
    bits.golomb()  # reference frames
    bits.take(1)
    width = (bits.golomb() + 1) * 16
    rows = bits.golomb() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)
    height = rows * 16 * (2 - frames_only)
    bits.take(1)
    if bits.take(1):
        step_x = 2 if chroma in (1, 2) else 1
        step_y = (2 if chroma == 1 else 1) * (2 - frames_only)
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        width -= step_x * (left + right)
        height -= step_y * (top + bottom)
    if not (0 < width <= _SIDE_MAX and 0 < height <= _SIDE_MAX):
        raise ConfigBroken(f"impossible picture size {width}x{height}")
    return width, height


def _without_emulation(data: bytes) -> bytes:
    out, zeros = bytearray(), 0
    for byte in data:
        if zeros >= 2 and byte == 3:
            zeros = 0
            continue
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def _skip_chroma(bits: "_Bits") -> int:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, size=16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: "_Bits", *, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _skip_order_count(bits: "_Bits") -> None:
    bits.golomb()  # log2 of the frame number's range
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.signed_golomb()
        bits.signed_golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.signed_golomb()


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            index, shift = divmod(self._at, 8)
            if index >= len(self._data):
                raise ConfigBroken("parameter set cut short")
            value = value << 1 | (self._data[index] >> (7 - shift) & 1)
            self._at += 1
        return value

    def golomb(self) -> int:
        zeros = 0
        while self.take(1) == 0:
            zeros += 1
            if zeros > _EXP_GOLOMB_ZEROS_MAX:
                raise ConfigBroken("number out of range")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        code = self.golomb()
        return (code + 1) // 2 if code & 1 else -(code // 2)
