"""Recompute who was right: python verify_quiz.py < quiz.json (silent and 0 when it is right)."""

import hashlib
import json
import sys


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def verify(proof):
    """Return what does not belong together; nothing, if the quiz is as it was promised."""
    asked = [[one["text"], one["choices"], one["seconds"]] for one in proof["questions"]]
    whole = [proof["salt"], asked, proof["pause_s"], proof["rights"]]
    head, said = proof["commit"], {}
    for place, no, choice in proof["answers"]:
        head = sha(f"{head}{proof['entries'][place - 1]}:{no}:{choice}")
        said.setdefault((place, no), choice)
    wrong = {
        place
        for place in range(1, len(proof["entries"]) + 1)
        if any(said.get((place, no)) != right for no, right in enumerate(proof["rights"], 1))
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    checks = {
        "questions, rights": sha(text) == proof["commit"],
        "answers": head == proof["head"] and len(said) == len(proof["answers"]),
        # Who was right and is barred all the same belongs to the shop.
        "barred": wrong <= set(proof["barred"]),
    }
    return [name for name, is_right in checks.items() if not is_right]


if __name__ == "__main__":
    wrong = verify(json.load(sys.stdin))
    sys.exit(f"does not verify: {wrong}" if wrong else None)
