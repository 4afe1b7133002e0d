"""Typed readers of the environment: they name the variable and its bad value."""

import os
import secrets
from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kaibo.base.errors import Refusal
from kaibo.compliance.rules.keeping import check_raised
from kaibo.media.rules import origin


class SettingError(Exception):
    """A setting is missing or unreadable; the message says which and what is expected."""


def text(name: str, default: str) -> str:
    """``NAME``, else the content of the file named by ``NAME_FILE``, else the default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE={file!r}: {error.strerror}") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    """1/0, true/false, yes/no, on/off."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise SettingError(f"{name}={value!r}: expected 1 or 0")


def integer(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise SettingError(f"{name}={value!r}: expected a whole number") from error


def whole(name: str, default: int, *, most: int) -> int:
    """A whole number from 0 to ``most``."""
    value = integer(name, default)
    if not 0 <= value <= most:
        raise SettingError(f"{name}={value}: expected 0 to {most}")
    return value


def names(name: str, default: str, *, known: Collection[str]) -> list[str]:
    """Words separated by commas, each one of ``known``, none twice; their order is kept."""
    value = text(name, default)
    found = [word.strip() for word in value.split(",") if word.strip()]
    if not set(found) <= set(known) or len(set(found)) < len(found):
        raise SettingError(f"{name}={value!r}: expected some of {', '.join(known)}, each once")
    return found


def addresses(name: str) -> list[str]:
    """Web addresses separated by commas, each with its scheme: ``https://trace.example.org``."""
    found = [word.strip() for word in text(name, "").split(",") if word.strip()]
    for one in found:
        if origin(one) is None:
            raise SettingError(f"{name}: {one!r} is no web address; write https://host")
    return found


def kept(name: str) -> dict[str, tuple[str, ...]]:
    """Keep-times above the law's floors, as ``recording=R5L,log=R12M``."""
    value = text(name, "")
    try:
        return check_raised(value)
    except Refusal as refusal:
        raise SettingError(f"{name}={value!r}: {refusal.message('en')}") from refusal


def group(prefix: str, *names: str) -> dict[str, str]:
    """The settings ``PREFIX_NAME`` under their bare names; what is not set is ""."""
    return {name.lower(): text(f"{prefix}_{name}", "") for name in names}


def secret_file(folder: Path, name: str, value: str) -> str:
    """A secret that is made once and then kept in a file only its owner can read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    try:
        # Exclusive creation: of two processes that start at once, one makes it, both read it.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    return path.read_text().strip()


def secret_key(folder: Path) -> str:
    """``KAIBO_SECRET_KEY`` or one of this installation's own."""
    return text("KAIBO_SECRET_KEY", "") or secret_file(folder, "secret", secrets.token_urlsafe(50))


def field_keys(folder: Path) -> list[str]:
    """``KAIBO_FIELD_KEYS`` (newest first, separated by commas) or one made here."""
    given = text("KAIBO_FIELD_KEYS", "")
    if given:
        return [key.strip() for key in given.split(",")]
    return [secret_file(folder, "field", Fernet.generate_key().decode())]


def seal_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs the journal's tree heads, PEM; made once."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    key = load_pem_private_key(secret_file(folder, "seal.pem", pem.decode()).encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingError(f"{folder / 'seal.pem'}: expected an Ed25519 private key")
    return key


def database(url: str, home: Path) -> dict[str, object]:
    """Django's database entry for ``DATABASE_URL``: postgres://… or sqlite:///path, else SQLite.

    SQLite: write-ahead log, full fsync (an acknowledged claim survives a power cut), and writers
    of all processes that queue at BEGIN, in turn, instead of failing in the middle.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    if parts.scheme not in {"", "sqlite"}:
        raise SettingError(f"DATABASE_URL={url!r}: expected postgres://… or sqlite:///…")
    path = Path(unquote(parts.path)) if parts.scheme else home / "kaibo.sqlite3"
    return {
        "ENGINE": "kaibo.site.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file, because threads of the tests must see one another's rows.
        "TEST": {"NAME": str(home / "test.sqlite3")},
    }
