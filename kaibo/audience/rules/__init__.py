"""Names and identities of viewers. Pure."""

import hashlib
import hmac
import re

from kaibo.audience.errors import DeviceUnreadable
from kaibo.base.errors import BadInput

NICKNAME_LENGTH_MAX = 20

_DEVICE = re.compile(r"^[A-Za-z0-9_-]{16,64}$")
# Control and format characters turn a name into something else on a screen; half a surrogate
# pair cannot be stored at all.
_UNSEEN = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)


def mask_name(name: str) -> str:
    """Somebody's name as strangers may see it: the first character alone.

    >>> mask_name("小波"), mask_name("")
    ('小**', '**')
    """
    return f"{name[:1]}**"


def device_hash(device: str, *, secret: bytes) -> str:
    """The only form a device identifier is kept in: a keyed hash, 64 hex digits.

    Raises:
        DeviceUnreadable: not 16 to 64 characters of A–Z a–z 0–9 _ -.
    """
    if not _DEVICE.match(device):
        raise DeviceUnreadable
    return hmac.new(secret, device.encode(), hashlib.sha256).hexdigest()


def check_nickname(text: str) -> str:
    """A name as it may be shown, trimmed; empty stays empty and gets a default.

    Raises:
        BadInput: longer than ``NICKNAME_LENGTH_MAX`` characters.
    """
    name = " ".join(_UNSEEN.sub("", text).split())
    if len(name) > NICKNAME_LENGTH_MAX:
        raise BadInput(
            field="nickname",
            why=f"最多 {NICKNAME_LENGTH_MAX} 个字 / at most {NICKNAME_LENGTH_MAX} characters",
        )
    return name
