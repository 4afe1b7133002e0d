"""Trees over canonical JSON: RFC 6962 hashes, RFC 8785 bytes. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import rfc8785

_HASH_BYTES: Final = 32


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


class Levels:
    """A whole tree in memory, for the proofs of some of its leaves: 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [bytearray(b"".join(leaves))]
        while len(below := self._levels[-1]) > _HASH_BYTES:
            above = bytearray()
            for at in range(0, len(below), 2 * _HASH_BYTES):
                pair = bytes(below[at : at + 2 * _HASH_BYTES])
                left, right = pair[:_HASH_BYTES], pair[_HASH_BYTES:]
                above += node_digest(left, right) if right else left
            self._levels.append(above)

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._levels[0]) // _HASH_BYTES

    def path(self, index: int) -> list[bytes]:
        """The proof that a leaf is in the tree (RFC 6962 §2.1.1), from below."""
        assert 0 <= index < self.size
        found = []
        for level in self._levels[:-1]:
            at = (index ^ 1) * _HASH_BYTES
            if at < len(level):
                found.append(bytes(level[at : at + _HASH_BYTES]))
            index >>= 1
        return found


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to; None if it is not one for this place (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_digest(beside, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_digest(root, beside)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None
