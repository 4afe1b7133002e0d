"""The seal of a show's facts: signed heads of their tree (``base.trees``). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaibo.base.trees import canonical, grow, leaf_digest, root_by_path, root_of


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


def check_proofs(lines: Iterable[dict[str, Any]], public_key: Ed25519PublicKey) -> Verdict:
    """Check single facts, each with the proof that a signed head covers it.

    Args:
        lines: one head, then facts as ``reads.proofs`` writes them.

    The first problem ends the check.
    """
    head: dict[str, Any] | None = None
    facts = 0
    try:
        for line in lines:
            if line["kind"] == "head":
                head = line
                if problems := _signature_problems(line, public_key):
                    return Verdict(facts, 1, problems)
                continue
            name = f"fact {line['index']} (entry {line['entry']['id']})"
            if line["kind"] != "fact" or head is None:
                return Verdict(facts, 0, [f"{name} stands before a signed head"])
            path = [bytes.fromhex(step) for step in line["path"]]
            leaf = leaf_digest(canonical(line["entry"]))
            root = root_by_path(leaf, line["index"], head["size"], path)
            if root is None or root.hex() != head["root"]:
                return Verdict(facts, 1, [f"{name} was changed: it does not lead to the root"])
            facts += 1
    except (KeyError, TypeError, ValueError) as error:
        return Verdict(facts, 0, [f"line {facts + 1} is not a fact: {error!r}"])
    return Verdict(facts, int(head is not None), [])
