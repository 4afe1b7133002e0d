"""Writing a pack: item after item, whole in memory never, in its place only when complete."""

import hashlib
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kaibo.base.disk import sync_folder
from kaibo.evidence.errors import PackTooLarge
from kaibo.evidence.rules import container, packs
from kaibo.evidence.rules.container import Entry
from kaibo.evidence.rules.packs import Item, PackHead


class PackWriter:
    """Writes beside ``path``; ``finish`` gives the file its name.

    Raises:
        PackTooLarge: from any method; the pack would not fit its form.
        OSError: the disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        self._file: BinaryIO = self._part.open("wb")
        os.fchmod(self._file.fileno(), 0o600)
        self._entries: list[Entry] = []
        self._size = 0
        self.items: list[Item] = []

    @property
    def byte_count(self) -> int:
        """Bytes written so far, also after the end."""
        return self._size

    def add(
        self, path: str, chunks: Iterable[bytes], *, media_type: str, what: tuple[str, str],
        at_ms: int, source: str,
    ) -> Item:  # fmt: skip
        """Append one item; ``what`` is said in Chinese and English."""
        entry = self._write(path, chunks)
        item = Item(
            path=path,
            media_type=media_type,
            byte_count=entry.byte_count,
            sha256=entry.sha256,
            what_zh=what[0],
            what_en=what[1],
            at_ms=at_ms,
            source=source,
        )
        self.items.append(item)
        return item

    def root(self, head: PackHead) -> tuple[bytes, int]:
        """The root over the head and the items so far, and its leaves."""
        listed = packs.manifest_value(head, self.items)
        return packs.root(listed["pack"], listed["items"])

    def finish(self, head: PackHead, *, key: Ed25519PrivateKey) -> tuple[str, str]:
        """Write manifest and seal, make it durable, give it its name.

        Returns:
            The root and the SHA-256 of the file, in hex.
        """
        root, size = self.root(head)
        self._write(packs.MANIFEST, [packs.manifest(head, self.items)])
        statement = packs.seal_statement(
            pack_id=head.pack_id, root=root, size=size, at_ms=head.built_at_ms
        )
        self._write(packs.SEAL, [packs.seal(statement, key.sign(statement))])
        self._room_for(0, entries=0)
        self._file.write(container.directory(self._entries, offset=self._file.tell()))
        self._size = self._file.tell()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._part.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        self._part.replace(self._path)
        sync_folder(self._path.parent)
        return root.hex(), digest

    def drop(self) -> None:
        """Leave nothing behind. Safe to repeat, and after ``finish``."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _write(self, path: str, chunks: Iterable[bytes]) -> Entry:
        self._room_for(0, entries=1)
        offset, byte_count, crc, digest = self._file.tell(), 0, 0, hashlib.sha256()
        self._file.write(container.header(path, byte_count=0, crc=0))
        for chunk in chunks:
            self._room_for(len(chunk), entries=0)
            self._file.write(chunk)
            byte_count, crc = byte_count + len(chunk), zlib.crc32(chunk, crc)
            digest.update(chunk)
        end = self._file.tell()
        self._file.seek(offset)
        self._file.write(container.header(path, byte_count=byte_count, crc=crc))
        self._file.seek(end)
        entry = Entry(path, byte_count, crc, digest.hexdigest(), offset)
        self._entries.append(entry)
        self._size = end
        return entry

    def _room_for(self, byte_count: int, *, entries: int) -> None:
        full = self._file.tell() + byte_count > container.PACK_BYTES_MAX
        if full or len(self._entries) + entries > container.ENTRIES_MAX:
            raise PackTooLarge(bytes_max=container.PACK_BYTES_MAX)
