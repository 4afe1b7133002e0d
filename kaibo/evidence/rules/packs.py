"""What a pack says of itself and what its seal covers. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaibo.base.trees import canonical, grow, leaf_digest, root_of

FORMAT: Final = "kaibo.pack/1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "seal.json"
JOURNAL: Final = "journal.jsonl"

Version = Literal["consumer", "authority"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHead:
    """Whose pack, for whom and why; the first leaf of its tree.

    Times are milliseconds since 1970, UTC.
    """

    pack_id: str
    organisation_id: int
    organisation: str
    subject_kind: str
    subject_id: str
    show_id: int
    version: Version
    reason: str
    recipient: str
    exported_by: str
    asked_at_ms: int
    built_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of a pack: what it is, when it is from, where it was taken."""

    path: str
    media_type: str
    byte_count: int
    sha256: str
    what_zh: str
    what_en: str
    at_ms: int
    source: str


def manifest(head: PackHead, items: Iterable[Item]) -> bytes:
    """The manifest's bytes (RFC 8785)."""
    return canonical(manifest_value(head, items))


def manifest_value(head: PackHead, items: Iterable[Item]) -> dict[str, Any]:
    """The manifest before it is bytes."""
    return {"format": FORMAT, "pack": asdict(head), "items": [asdict(item) for item in items]}


def root(pack: dict[str, Any], items: Iterable[dict[str, Any]]) -> tuple[bytes, int]:
    """The root of a manifest's tree (RFC 6962) and its leaves: the head, then every item."""
    leaves = [leaf_digest(canonical(value)) for value in (pack, *items)]
    peaks, size = grow([], 0, leaves)
    return root_of(peaks), size


def seal_statement(*, pack_id: str, root: bytes, size: int, at_ms: int) -> bytes:
    """What the seal's signature covers."""
    return canonical(
        {"format": FORMAT, "pack_id": pack_id, "root": root.hex(), "size": size, "at_ms": at_ms}
    )


def seal(statement: bytes, signature: bytes) -> bytes:
    """The seal's bytes (RFC 8785): the statement with its signature in it."""
    return canonical({**json.loads(statement), "signature": signature.hex()})


def seal_fault(
    value: dict[str, Any], *, pack_id: str, root: bytes, size: int, public_key: Ed25519PublicKey
) -> str:
    """Why a seal is not this pack's; empty if it is."""
    if (value.get("format"), value.get("pack_id")) != (FORMAT, pack_id):
        return "it is the seal of another pack"
    if (value.get("root"), value.get("size")) != (root.hex(), size):
        return "the items do not fold to the sealed root"
    signature = str(value.get("signature"))
    statement = seal_statement(pack_id=pack_id, root=root, size=size, at_ms=value["at_ms"])
    try:
        # One spelling only: fromhex also reads capitals and spaces.
        if (found := bytes.fromhex(signature)).hex() != signature:
            return "the signature is not lower-case hex"
        public_key.verify(found, statement)
    except (InvalidSignature, ValueError):
        return "the signature is not the key's"
    return ""
