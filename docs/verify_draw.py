"""Recompute a draw: python verify_draw.py < proof.json (silent and 0 when it is right)."""

import hashlib
import json
import sys


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def verify(proof):
    """Return what does not belong together; nothing, if the draw is as it was promised."""
    seed, root, head, barred = (proof[key] for key in ("seed", "root", "commit", "barred"))
    for token in proof["entries"]:
        head = sha(head + token)
    sealed = json.dumps([proof["prizes"], barred], ensure_ascii=False, separators=(",", ":"))
    free = [p for p in range(1, len(proof["entries"]) + 1) if p not in barred]
    free.sort(key=lambda p: sha(f"{seed}:{root}:{proof['entries'][p - 1]}"))
    units = [no for no, (_, count) in enumerate(proof["prizes"], 1) for _ in range(count)]
    winners = [list(pair) for pair in zip(free, units, strict=False)]
    checks = {"seed": sha(seed) == proof["commit"], "entries, prizes": sha(head + sealed) == root}
    checks["winners"] = winners == proof["winners"]
    return [name for name, is_right in checks.items() if not is_right]


if __name__ == "__main__":
    wrong = verify(json.load(sys.stdin))
    sys.exit(f"does not verify: {wrong}" if wrong else None)
