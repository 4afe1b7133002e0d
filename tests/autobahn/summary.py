"""Adds up what the suite reports: by behaviour, and each case that failed.

``python -m tests.autobahn.summary FOLDER``: exit 0 when no case failed, 1 otherwise.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

# What the suite calls a case that passed; the last two are not judged by it.
PASSED = frozenset({"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"})


def main(folder: Path) -> int:
    """Print one line per behaviour, for messages and for closing; then the failures."""
    (cases,) = json.loads((folder / "index.json").read_text()).values()
    for name in ("behavior", "behaviorClose"):
        counts = Counter(case[name] for case in cases.values())
        print(f"{name:14}", ", ".join(f"{n} {word}" for word, n in sorted(counts.items())))  # noqa: T201
    failed = [
        f"{number}: {case['behavior']}, close {case['behaviorClose']}"
        for number, case in sorted(cases.items())
        if not {case["behavior"], case["behaviorClose"]} <= PASSED
    ]
    print(*failed or [f"no case of {len(cases)} failed"], sep="\n")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
