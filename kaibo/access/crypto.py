"""Encryption of personal fields at rest, and signed tokens. Keys come from the settings."""

import hmac
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core import signing

from kaibo.access.errors import TokenInvalid


def encrypt_text(text: str) -> str:
    """Encrypt a personal field (number, address) with the newest field key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt_text(token: str) -> str:
    """Read an encrypted field; any key of ``KAIBO_FIELD_KEYS`` may have written it.

    Raises:
        ValueError: no key fits. The data is intact; the key is missing.
    """
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no field key reads this value; was a key removed?") from error


def encrypt_bytes(data: bytes) -> str:
    """Encrypt a personal file (a picture of a document) with the newest field key."""
    return encrypt_text(b64encode(data).decode())


def decrypt_bytes(token: str) -> bytes:
    """Read an encrypted file.

    Raises:
        ValueError: no key fits. The data is intact; the key is missing.
    """
    return b64decode(decrypt_text(token))


def keyed_digests(kind: str, text: str) -> list[str]:
    """Hashes of a value that only holders of a field key can make, one by each key, newest first.

    Compare with all of them: an older key may have made what is stored.
    """
    return [
        hmac.new(key.encode(), f"{kind}\x00{text}".encode(), "sha256").hexdigest()
        for key in settings.KAIBO_FIELD_KEYS
    ]


def sign_token(kind: str, values: dict[str, Any]) -> str:
    """A token that says ``values`` for one purpose; readable by anyone, forgeable by nobody."""
    return signing.dumps(values, salt=f"kaibo.{kind}", compress=False)


def read_token(kind: str, token: str, *, age_s_max: int) -> dict[str, Any]:
    """What a token says.

    Raises:
        TokenInvalid: forged, made for another purpose, or older than ``age_s_max`` seconds.
    """
    try:
        values = signing.loads(token, salt=f"kaibo.{kind}", max_age=age_s_max)
    except signing.BadSignature as error:
        raise TokenInvalid from error
    if not isinstance(values, dict):
        raise TokenInvalid
    return values


@cache
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.KAIBO_FIELD_KEYS])
