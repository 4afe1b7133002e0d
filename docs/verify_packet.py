"""Recompute a red packet: python verify_packet.py < proof.json (silent and 0 when it is right)."""

import hashlib
import json
import sys


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def portions(seed, terms):
    """What each place gets, in fen."""
    total, number, drawn = terms["total_fen"], terms["number"], []
    if terms["split"] == "equal":
        return [total // number + (place < total % number) for place in range(number)]
    least, most, left = terms["least_fen"], terms["most_fen"], total
    for no in range(1, number + 1):
        after = number - no
        low = max(least, left - most * after)
        high = min(most, left - least * after, max(low, 2 * left // (after + 1) - least))
        drawn.append(low + int(sha(f"{seed}:{no}"), 16) % (high - low + 1))
        left -= drawn[-1]
    order = sorted(range(1, number + 1), key=lambda no: sha(f"{seed}:order:{no}"))
    return [drawn[no - 1] for no in order]


def verify(proof):
    """Return what does not belong together; nothing, if it is as it was promised."""
    all_fen = portions(proof["seed"], proof["terms"])
    taken = proof["portions"]
    rest = sum(all_fen) - sum(one["fen"] for one in taken)
    checks = {
        "seed": sha(proof["seed"]) == proof["commit"],
        "places": [one["place"] for one in taken] == list(range(1, len(taken) + 1)),
        "amounts": [one["fen"] for one in taken] == all_fen[: len(taken)],
        "total": sum(all_fen) == proof["terms"]["total_fen"] and rest == proof["returned_fen"],
    }
    return [name for name, is_right in checks.items() if not is_right]


if __name__ == "__main__":
    wrong = verify(json.load(sys.stdin))
    sys.exit(f"does not verify: {wrong}" if wrong else None)
