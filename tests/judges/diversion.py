"""Judge what is found of spam and of leading buyers elsewhere.

    python -m tests.judges.diversion FILE [FILE …] [--model DIR]

Each file is a CSV with the columns ``text`` and ``label`` (1 spam). Every line goes through
``kaibo scan`` as chat, read by the rules and by the model in DIR; it counts as found when a rule of
the family of diversion or a model of spam would have it hidden, warned or looked at. Without
``--model`` a model is trained by ``kaibo scan train`` on one half of the lines, told by a hash of
the text, and the other half is judged. The last line of standard output is one JSON object: ``n``,
``precision``, ``recall``, ``threshold`` (the probability from which on the model names a line).
Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from tests.judges.installation import Unreadable, rows_of
from tests.judges.reading import hits, is_learned_from, kaibo, label, run, share, train

FAMILY = "C7"


def judge(asked: Namespace, home: str) -> dict[str, Any]:
    """Scan every line and count."""
    rows = [
        (row["text"], label(row, path))
        for path in asked.files
        for row in rows_of(path, ["text", "label"])
    ]
    model = asked.model
    if model is None:
        learned = [row for row in rows if is_learned_from(row[0])]
        if {truth for _, truth in learned} != {0, 1}:
            raise Unreadable("too few lines to train on one half of them")
        model = train("spam", learned, home=home)
        rows = [row for row in rows if not is_learned_from(row[0])]
    if not rows:
        raise Unreadable("no line in the input")
    about = kaibo("scan", "model", str(model / "spam.json"), home=home)["models"]
    found = hits([text for text, _ in rows], home=home, model=model)
    named = [any(hit["family"] == FAMILY for hit in one) for one in found]
    right = sum(n and t for n, (_, t) in zip(named, rows, strict=True))
    return {
        "n": len(rows),
        "precision": share(right, sum(named)),
        "recall": share(right, sum(truth for _, truth in rows)),
        "threshold": about[0]["review_at"],
    }


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
