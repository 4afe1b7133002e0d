"""Photographs on the disk: one file each, under names that nobody can guess."""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from kaibo.base.disk import sync_folder

NAME_CHARS: Final = 32
_NAME: Final = re.compile(r"[0-9a-f]{32}\Z")
_SUFFIX: Final = ".jpg"


def new_name() -> str:
    """A name for a file that is not there yet."""
    return secrets.token_hex(NAME_CHARS // 2)


def write(name: str, data: bytes) -> None:
    """Put a file there whole or not at all; durable on return."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    sync_folder(path.parent)
    sync_folder(_home())


def read(name: str) -> bytes | None:
    """What a file holds; None where there is none any more."""
    try:
        return _path(name).read_bytes()
    except FileNotFoundError:
        return None


def delete(name: str) -> None:
    """Take a file away. Safe to repeat."""
    with contextlib.suppress(FileNotFoundError):
        _path(name).unlink()


def older_than(at: float) -> Iterator[str]:
    """Names of files written before a moment in epoch seconds, unfinished ones too.

    These are deleted on the way: nobody knows what they were to be.
    """
    for path in sorted(_home().glob("??/*")):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime >= at:
                continue
            if path.suffix == _SUFFIX and _NAME.match(path.stem):
                yield path.stem
            else:
                path.unlink()


def _home() -> Path:
    return Path(settings.KAIBO_PHOTOS)


def _path(name: str) -> Path:
    assert _NAME.match(name), "names come from the table"
    return _home() / name[:2] / f"{name}{_SUFFIX}"
