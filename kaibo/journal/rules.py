"""The tree under the seal: RFC 6962 hashes over RFC 8785 canonical JSON. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: dict[str, Any]) -> bytes:
    """The one byte form of a JSON value (RFC 8785), so that equal means equal."""
    return rfc8785.dumps(value)


def leaf_digest(body: bytes) -> bytes:
    """Hash of one leaf (RFC 6962 §2.1): the 0x00 prefix keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_digest(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(peaks: Sequence[bytes], size: int, leaves: Iterable[bytes]) -> tuple[list[bytes], int]:
    """Add leaf digests to a tree known only by its peaks (roots of its full subtrees).

    Args:
        peaks: left to right, one for each set bit of ``size``, largest first.
        size: leaves so far.

    Returns:
        The new peaks and the new size. Cost: amortised two hashes a leaf.
    """
    grown = list(peaks)
    assert len(grown) == size.bit_count()
    for leaf in leaves:
        grown.append(leaf)
        carry = size
        while carry & 1:
            right = grown.pop()
            grown.append(node_digest(grown.pop(), right))
            carry >>= 1
        size += 1
    return grown, size


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The tree's root (RFC 6962 MTH) from its peaks; of no leaf, the hash of nothing."""
    if not peaks:
        return hashlib.sha256(b"").digest()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_digest(peak, root)
    return root


def head_statement(*, show_id: int, size: int, root: bytes, at_ms: int) -> bytes:
    """What a tree head's signature covers. ``at_ms``: milliseconds since 1970, UTC."""
    return canonical({"show_id": show_id, "size": size, "root": root.hex(), "at_ms": at_ms})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an offline check of an evidence export found."""

    leaves: int
    heads: int
    problems: list[str]

    @property
    def holds(self) -> bool:
        """Nothing is wrong, and there was something to check."""
        return not self.problems and self.heads > 0


def check_evidence(lines: Iterable[dict[str, Any]], public_key: Ed25519PublicKey) -> Verdict:
    """Check an evidence export against the signer's public key, naming every bad item.

    Args:
        lines: as ``reads.evidence`` writes them: heads (smallest first), then leaves in order.

    Each entry must hash to its leaf, the leaves must fold to every signed root, and every
    signature must be the key's. Facts beyond the last head are not covered and are a problem.
    """
    heads: list[dict[str, Any]] = []
    problems: list[str] = []
    peaks: list[bytes] = []
    size = 0
    due = 0
    for line in lines:
        if line["kind"] == "head":
            heads.append(line)
            problems += _signature_problems(line, public_key)
            continue
        digest = leaf_digest(canonical(line["entry"]))
        if line["index"] != size:
            problems.append(f"leaf {size} is missing: found leaf {line['index']}")
        if digest.hex() != line["digest"]:
            problems.append(f"leaf {line['index']} was changed (entry {line['entry']['id']})")
        peaks, size = grow(peaks, size, [digest])
        while due < len(heads) and heads[due]["size"] == size:
            if root_of(peaks).hex() != heads[due]["root"]:
                problems.append(f"the first {size} leaves do not fold to the signed root")
            due += 1
    problems += [f"head of size {head['size']} has too few leaves" for head in heads[due:]]
    if heads and size > heads[-1]["size"]:
        problems.append(f"{size - heads[-1]['size']} leaves are not covered by a signed head")
    return Verdict(leaves=size, heads=len(heads), problems=problems)


def _signature_problems(head: dict[str, Any], public_key: Ed25519PublicKey) -> list[str]:
    statement = head_statement(
        show_id=head["show_id"],
        size=head["size"],
        root=bytes.fromhex(head["root"]),
        at_ms=head["at_ms"],
    )
    try:
        public_key.verify(bytes.fromhex(head["signature"]), statement)
    except (InvalidSignature, ValueError):
        return [f"head of size {head['size']}: the signature is not the key's"]
    return []
