"""Checking a pack offline, in the order of its bytes; the first wrong item is named."""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaibo.evidence.pictures import Wrong, check_pictures, read_lines, read_value
from kaibo.evidence.rules import container, packs
from kaibo.evidence.rules.container import Entry
from kaibo.journal import reads as journal

_CHUNK: Final = 1 << 20
_NAME_BYTES_MAX: Final = 200
_ITEM_FIELDS: Final = frozenset(packs.Item.__dataclass_fields__)
_HEAD_FIELDS: Final = frozenset(packs.PackHead.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """What a check found; ``wrong`` names the first wrong item and says why, empty if none is."""

    items: int
    facts: int
    root: str
    pack: dict[str, Any]
    wrong: str = ""

    @property
    def holds(self) -> bool:
        """Every byte is as it was sealed."""
        return not self.wrong


def check_pack(file: BinaryIO, public_key: Ed25519PublicKey) -> PackVerdict:
    """Check every byte of a pack against the signer's public key. Needs no network, no database.

    In this order: the container's files with their own sums, the manifest, each item against it,
    the seal, the directory at the end, and the facts against heads signed at their time.
    """
    pack: dict[str, Any] = {}
    entries: list[Entry] = []
    try:
        offset = _scan(file, entries)
        listed = _listed(file, entries)
        pack = listed["pack"]
        _check_items(listed["items"], entries[:-2])
        root, size = packs.root(pack, listed["items"])
        seal = read_value(file, entries[-1])
        if fault := packs.seal_fault(
            seal, pack_id=pack["pack_id"], root=root, size=size, public_key=public_key
        ):
            raise Wrong(f"{packs.SEAL}: {fault}")
        file.seek(offset)
        # One byte more than there may be, so that nothing can hang behind the end.
        wanted = container.directory(entries, offset=offset)
        if file.read(len(wanted) + 1) != wanted:
            raise Wrong("the directory at the end of the file is not that of its items")
        facts = _check_journal(file, entries, public_key)
        check_pictures(file, {one.path: one for one in entries}, listed["items"])
    except Wrong as wrong:
        return PackVerdict(max(len(entries) - 2, 0), 0, "", pack, str(wrong))
    return PackVerdict(len(entries) - 2, facts, root.hex(), pack)


def _scan(file: BinaryIO, entries: list[Entry]) -> int:
    """Read every file of the container; returns where its directory begins."""
    file.seek(0)
    while True:
        offset = file.tell()
        name = f"item {len(entries) + 1}"
        head = file.read(container.HEADER_BYTES)
        if head[:4] == container.DIRECTORY_MARK and entries:
            return offset
        if len(head) < container.HEADER_BYTES or head[:4] != container.HEADER_MARK:
            raise Wrong(f"{name}: its header cannot be read")
        name_bytes, byte_count, crc = container.header_says(head)
        raw = file.read(min(name_bytes, _NAME_BYTES_MAX))
        name = f"{name} {raw.decode('utf-8', 'replace')}"
        found_crc, digest, left = 0, hashlib.sha256(), byte_count
        while left and (chunk := file.read(min(left, _CHUNK))):
            left -= len(chunk)
            found_crc = zlib.crc32(chunk, found_crc)
            digest.update(chunk)
        try:
            path = raw.decode()
            wanted = container.header(path, byte_count=byte_count, crc=found_crc)
        except UnicodeDecodeError:
            wanted = b""
        if left:
            raise Wrong(f"{name}: the file ends in the middle of it")
        if crc != found_crc:
            raise Wrong(f"{name}: its bytes were changed")
        if head + raw != wanted:
            raise Wrong(f"{name}: its header was changed")
        entries.append(Entry(path, byte_count, crc, digest.hexdigest(), offset))


def _listed(file: BinaryIO, entries: list[Entry]) -> dict[str, Any]:
    if [one.path for one in entries[-2:]] != [packs.MANIFEST, packs.SEAL]:
        raise Wrong(f"{packs.MANIFEST}: it is not where it belongs")
    value = read_value(file, entries[-2])
    items, pack = value.get("items"), value.get("pack")
    if value.get("format") != packs.FORMAT or not isinstance(items, list):
        raise Wrong(f"{packs.MANIFEST}: it is not of the form {packs.FORMAT}")
    if not isinstance(pack, dict) or pack.keys() != _HEAD_FIELDS:
        raise Wrong(f"{packs.MANIFEST}: it does not say whose pack this is")
    if not all(isinstance(item, dict) and item.keys() == _ITEM_FIELDS for item in items):
        raise Wrong(f"{packs.MANIFEST}: an item is not described")
    return value


def _check_items(items: list[dict[str, Any]], entries: list[Entry]) -> None:
    for number, (item, entry) in enumerate(zip(items, entries, strict=False), start=1):
        name = f"item {number} {item['path']}"
        if item["path"] != entry.path:
            raise Wrong(f"{name}: the pack holds {entry.path} in its place")
        if (item["byte_count"], item["sha256"]) != (entry.byte_count, entry.sha256):
            raise Wrong(f"{name}: its bytes are not those of the manifest")
    if len(items) > len(entries):
        raise Wrong(f"item {len(entries) + 1} {items[len(entries)]['path']}: it is missing")
    if len(entries) > len(items):
        raise Wrong(f"item {len(items) + 1} {entries[len(items)].path}: no manifest names it")


def _check_journal(file: BinaryIO, entries: list[Entry], public_key: Ed25519PublicKey) -> int:
    entry = next((one for one in entries if one.path == packs.JOURNAL), None)
    if entry is None:
        return 0
    verdict = journal.check_lines(read_lines(file, entry), public_key)
    if verdict.problems:
        raise Wrong(f"{packs.JOURNAL}: {verdict.problems[0]}")
    return verdict.leaves
